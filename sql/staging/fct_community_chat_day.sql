-- Messages of each group and day, by who wrote them.
-- grain  : one row per account_id, business_date, chat_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id         text, our key of the account; files when the rows are the brand's
--   business_date      date, day they were sent
--   chat_id            text, id of the group
--   messages           by anybody
--   customer_messages  by customers
--   staff_messages     by staff
--   bot_messages       by bots
--   marketing_messages by staff and bots, labelled as marketing
--   other_messages     by staff and bots, labelled as something else
--   customers_writing  persons, once a day
--   topics             different topics named
-- source : land_community_message
-- traps  : what staff and bots wrote without a label is in staff_messages and bot_messages only

with

messages as (

    select
        account_id,
        business_date,
        chat_id,
        sender_key,
        sender_kind,
        sender_kind <> 'customer' and is_marketing as is_sales,
        sender_kind <> 'customer' and not is_marketing as is_help,
        topic

    from land_community_message

    where business_date >= $start_date
        and business_date < $end_date

),

chats as (

    select
        account_id,
        business_date,
        chat_id,
        count(*) as messages,
        cast(sum(case when sender_kind = 'customer' then 1 else 0 end) as bigint) as customer_messages,
        cast(sum(case when sender_kind = 'staff' then 1 else 0 end) as bigint) as staff_messages,
        cast(sum(case when sender_kind = 'bot' then 1 else 0 end) as bigint) as bot_messages,
        cast(sum(case when is_sales then 1 else 0 end) as bigint) as marketing_messages,
        cast(sum(case when is_help then 1 else 0 end) as bigint) as other_messages,
        count(distinct case when sender_kind = 'customer' then sender_key end) as customers_writing,
        count(distinct topic) as topics

    from messages

    group by account_id, business_date, chat_id

)

select * from chats
