-- Days at whose end WeCom's own statistics count more group chats than were listed and asked for their members.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day at whose end the chats are counted
--   account_id    text, our key of the account
--   what          text, what is missing, in technical English
-- source : land_wecom_group_day, land_wecom_group
-- traps  : a list is of the moment it is read, the statistics of the end of a day before: only chats that were there
--          by then are counted, those dissolved since included
--          a chat that the look of the morning after is the first to miss, and which is so gone since the day, may have
--          been dissolved that morning: it counts, so that only a sure lack is found
--          a day of which the statistics say nothing is not held against anything

with

told as (

    select
        account_id,
        business_date,
        sum(groups_total) as chats

    from land_wecom_group_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

compared as (

    select
        told.business_date,
        told.account_id,
        told.chats as told,
        count(chats.chat_id) as listed

    from told

    left join land_wecom_group as chats
        on chats.account_id = told.account_id
        and cast(chats.created_at at time zone 'Asia/Shanghai' as date) <= told.business_date
        and (chats.gone_date is null or chats.gone_date >= told.business_date)

    group by told.business_date, told.account_id, told.chats

),

found as (

    select
        business_date,
        account_id,
        'the statistics count ' || cast(told as text) || ' group chats and ' || cast(listed as text)
            || ' were listed' as what

    from compared

    where listed < told

)

select * from found
order by business_date, account_id
