-- Topics that groups talked about, day by day.
-- key       : account_id, business_date, topic
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_community_topic_day.sql
create table fct_community_topic_day (
    account_id    text,   -- our key of the account; files when the rows are the brand's
    business_date date,   -- day the messages were sent
    topic         text,   -- as told
    chats         bigint, -- groups in which it came up
    messages      bigint  -- with the topic, by anybody
);
