-- Everybody the brand ever held on a channel, and since when.
-- key       : channel, account_id, member_key
-- partition : -
-- slice     : -
-- source    : sql/marts/dim_person_link.sql
create table dim_person_link (
    channel    text, -- oa, wecom or shop
    account_id text, -- our key of the account
    member_key text, -- keyed hash of the channel's own id
    union_key  text, -- keyed hash of the unionid, null when unbound
    person_key text, -- union_key, else channel : account : member
    since_date date, -- first business date held
    until_date date, -- first business date not held any more, null while held
    seen_date  date, -- first business date a list showed the member; null where orders tell
    source     text, -- first subscribe_scene, add_way or order_scene
    state      text  -- channel parameter of the first WeCom contact way, else null
);
