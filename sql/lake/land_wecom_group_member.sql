-- Every stay of a person in a WeCom group chat that was ever seen; who leaves and returns has two.
-- key       : account_id, chat_id, member_key, stay
-- partition : account_id
-- slice     : account_id
-- source    : POST /cgi-bin/externalcontact/groupchat/get
create table land_wecom_group_member (
    account_id     text,        -- our key of the account
    chat_id        text,        -- id of the group
    member_key     text,        -- keyed hash of the userid or external_userid
    stay           text,        -- moment of joining in unix seconds: tells one stay from the next
    type           integer,     -- 1 member of the corp, 2 anybody else
    staff_id       text,        -- userid of a member of the corp, else null
    union_key      text,        -- keyed hash of the unionid, null when unbound
    joined_at      timestamptz, -- UTC
    join_scene     integer,     -- 1 invited by a member, 2 link, 3 QR code
    invitor_key    text,        -- keyed hash of who invited
    state          text,        -- channel parameter of the way in
    last_seen_date date,        -- last business date on which the member was seen
    seen_date      date,        -- first business date seen
    gone_date      date         -- first business date not seen any more, null while in the group
);
