-- Corp tags that a staff member has put on a customer, as they are now.
-- key       : account_id, member_key, staff_id, tag_id
-- partition : -
-- slice     : -
-- source    : sql/marts/dim_wecom_customer_tag.sql
create table dim_wecom_customer_tag (
    account_id text, -- our key of the account
    member_key text, -- keyed hash of the external_userid
    staff_id   text, -- staff member who put the tag
    tag_id     text, -- id of the tag
    tag_name   text, -- what the staff reads; null when the tag is not listed any more
    group_name text  -- tag group
);
