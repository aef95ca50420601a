-- Every WeCom group chat that was ever seen.
-- key       : account_id, chat_id
-- partition : account_id
-- slice     : account_id
-- source    : POST /cgi-bin/externalcontact/groupchat/list, POST /cgi-bin/externalcontact/groupchat/get
create table land_wecom_group (
    account_id     text,        -- our key of the account
    chat_id        text,        -- id of the group
    name           text,        -- as the members read it, null for an unnamed group
    owner_id       text,        -- userid of the owner
    created_at     timestamptz, -- UTC
    last_seen_date date,        -- last business date on which it told its members, null when it never did
    seen_date      date,        -- first business date seen
    gone_date      date         -- first business date not seen any more, null while it is there
);
