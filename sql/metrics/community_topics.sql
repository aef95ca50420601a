-- How many topics the brand's groups talk about in a month.
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
-- source : fct_community_topic_day, fct_community_chat_day; catalogue/metrics.toml
-- traps  : a topic counts once in the 30 days, however many groups and days it fills
--          without any message in the log there is no value; without any topic in a kept log there are none
--          approximate while the log begins within the 30 days or ends over a week before the day

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

kept as (

    select distinct business_date
    from fct_community_chat_day
    where messages > 0

),

logs as (

    select
        days.business_date,
        max(kept.business_date) <= days.business_date - interval 7 day as is_old

    from days

    inner join kept
        on kept.business_date > days.business_date - interval 30 day
        and kept.business_date <= days.business_date

    group by days.business_date

),

first_kept as (

    select min(business_date) as first_date
    from kept

),

topics as (

    select
        days.business_date,
        count(distinct fct_community_topic_day.topic) as topics

    from days

    inner join fct_community_topic_day
        on fct_community_topic_day.business_date > days.business_date - interval 30 day
        and fct_community_topic_day.business_date <= days.business_date

    group by days.business_date

),

measured as (

    select
        'community_topics_month' as metric_id,
        '' as dimension,
        '' as member,
        logs.business_date,
        coalesce(topics.topics, 0) as numerator,
        null as denominator,
        logs.is_old or first_kept.first_date > logs.business_date - interval 29 day as is_approx

    from logs

    cross join first_kept

    left join topics
        on topics.business_date = logs.business_date

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
