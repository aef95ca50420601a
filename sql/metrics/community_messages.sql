-- How much of what the brand says in its groups is marketing.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_community_chat_day; catalogue/metrics.toml
-- traps  : messages of customers stay out of the denominator: in a busy group they would hide any amount of marketing;
--          beside it the share of all messages is told, as the plan's words have it, which is never the larger one
--          messages without a label are on neither side; over 5 % of them, or days without any message, mark the value
--          of the groups, the 50 in which most labelled messages were sent in the seven days are named, the rest is one;
--          a day on which a group was silent is no gap: only days without a message in any group are

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

groups as (

    select
        days.business_date,
        chats.chat_id,
        sum(chats.marketing_messages) as marketing,
        sum(chats.marketing_messages + chats.other_messages) as labelled,
        sum(chats.staff_messages + chats.bot_messages) as written,
        sum(chats.messages) as messages

    from days

    inner join fct_community_chat_day as chats
        on chats.business_date > days.business_date - interval 7 day
        and chats.business_date <= days.business_date

    group by days.business_date, chats.chat_id

),

told as (

    select
        days.business_date,
        count(distinct chats.business_date) as days_told

    from days

    inner join fct_community_chat_day as chats
        on chats.business_date > days.business_date - interval 7 day
        and chats.business_date <= days.business_date

    group by days.business_date

),

places as (

    select
        *,
        row_number() over (partition by business_date order by labelled desc, chat_id) as place

    from groups

),

members as (

    select
        business_date,
        '' as dimension,
        '' as member,
        marketing,
        labelled,
        written,
        messages

    from groups

    union all

    select
        business_date,
        'group' as dimension,
        case when place <= 50 then chat_id else '' end as member,
        marketing,
        labelled,
        written,
        messages

    from places

),

weeks as (

    select
        members.business_date,
        members.dimension,
        members.member,
        sum(members.marketing) as marketing,
        sum(members.labelled) as labelled,
        sum(members.messages) as messages,
        max(told.days_told) < 7
            or sum(members.written) - sum(members.labelled) > 0.05 * sum(members.written) as is_approx

    from members

    inner join told
        on told.business_date = members.business_date

    group by members.business_date, members.dimension, members.member

),

measured as (

    select
        'marketing_message_share' as metric_id,
        dimension,
        member,
        business_date,
        marketing,
        labelled as base,
        is_approx

    from weeks

    union all

    select
        'marketing_message_share_of_all' as metric_id,
        dimension,
        member,
        business_date,
        marketing,
        messages as base,
        is_approx

    from weeks

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(marketing as double) as numerator,
        cast(base as double) as denominator,
        is_approx

    from measured

    where dimension = ''
        or base > 0

)

select * from final
order by metric_id, account_id, dimension, member, business_date
