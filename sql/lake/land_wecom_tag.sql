-- Corp tags (企业标签) of customers, as they are now.
-- key       : account_id, tag_id
-- partition : account_id
-- slice     : account_id
-- source    : POST /cgi-bin/externalcontact/get_corp_tag_list
create table land_wecom_tag (
    account_id text,   -- our key of the account
    tag_id     text,   -- id of the tag
    name       text,   -- what the staff reads
    group_id   text,   -- id of the tag group
    group_name text,   -- name of the tag group
    is_deleted boolean -- the tag or its group was deleted
);
