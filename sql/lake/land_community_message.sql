-- Messages of WeCom customer groups, without their text.
-- key       : account_id, message_id
-- partition : account_id, month
-- slice     : business_date
-- source    : import template community_log (sql/catalogue/templates.toml)
create table land_community_message (
    account_id    text,        -- our key of the account; files when the rows are the brand's
    business_date date,        -- day of sent_at
    message_id    text,        -- unique per message
    chat_id       text,        -- id of the group
    chat_name     text,        -- name of the group
    sender_key    text,        -- keyed hash of the sender
    sender_kind   text,        -- staff, customer or bot
    sent_at       timestamptz, -- UTC
    message_type  text,        -- as told
    is_marketing  boolean,     -- null when not labelled
    topic         text,        -- null when none
    import_id     text         -- which import the row came from
);
