-- Everybody who was ever seen as a customer of a WeCom member, by keyed hash.
-- key       : account_id, member_key, staff_id
-- partition : account_id
-- slice     : account_id
-- source    : POST /cgi-bin/externalcontact/batch/get_by_user
create table land_wecom_customer (
    account_id text,        -- our key of the account
    member_key text,        -- keyed hash of the external_userid
    staff_id   text,        -- userid of the member
    union_key  text,        -- keyed hash of the unionid, null when unbound
    added_at   timestamptz, -- UTC
    add_way    integer,     -- platform code
    state      text,        -- channel parameter of the contact way
    tag_ids    text,        -- ids of the corp tags put on the customer by this member, by comma; null without any
    seen_date  date,        -- first business date seen
    gone_date  date         -- first business date not seen any more, null while a customer
);
