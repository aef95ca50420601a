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
-- traps  : messages of customers stay out of the denominator: in a busy group they would hide any amount of marketing
--          messages without a label are on neither side; over 5 % of them, or days without any message, mark the value

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

weeks as (

    select
        days.business_date,
        sum(chats.marketing_messages) as marketing,
        sum(chats.marketing_messages + chats.other_messages) as labelled,
        sum(chats.staff_messages + chats.bot_messages) as written,
        count(distinct chats.business_date) as days_told

    from days

    inner join fct_community_chat_day as chats
        on chats.business_date > days.business_date - interval 7 day
        and chats.business_date <= days.business_date

    group by days.business_date

),

final as (

    select
        'marketing_message_share' as metric_id,
        '*' as account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(marketing as double) as numerator,
        cast(labelled as double) as denominator,
        days_told < 7 or written - labelled > 0.05 * written as is_approx

    from weeks

)

select * from final
