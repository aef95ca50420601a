-- Topics that groups talked about, day by day.
-- grain  : one row per account_id, business_date, topic
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account; files when the rows are the brand's
--   business_date date, day the messages were sent
--   topic         text, as told
--   chats         groups in which it came up
--   messages      with the topic, by anybody
-- source : land_community_message
-- traps  : messages without a topic are not here; whether the log was kept at all tells fct_community_chat_day

with

messages as (

    select
        account_id,
        business_date,
        trim(topic) as topic,
        chat_id

    from land_community_message

    where business_date >= $start_date
        and business_date < $end_date
        and trim(topic) <> ''

),

topics as (

    select
        account_id,
        business_date,
        topic,
        count(distinct chat_id) as chats,
        count(*) as messages

    from messages

    group by account_id, business_date, topic

)

select * from topics
