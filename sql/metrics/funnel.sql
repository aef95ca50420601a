-- The brand's funnel from reading through the Mini Program to paid orders.
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
-- source : fct_oa_day, fct_mp_day, fct_order; catalogue/metrics.toml
-- traps  : the steps lie on different accounts, so there are rows of the whole brand only
--          sums of daily users on both sides: neither is a number of distinct persons of the window
--          where the platform tells opens instead of persons from articles, read_to_mp_click is too high and marked
--          reads cannot be told per person: end_to_end_conversion credits the day's paid orders to the Official Account
--          in proportion to the visitors who came from articles that day; opens are compared with opens
--          buyers by order_scene stand over the same visitors; who bought in two scenes on a day counts in the first
--          a day whose readers or sources are unknown is on neither side of it

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

reading as (

    select
        business_date,
        sum(readers) as readers

    from fct_oa_day

    where business_date >= cast($start_date as date) - interval 27 day
        and business_date < $end_date
        and readers is not null

    group by business_date

),

visiting as (

    select
        business_date,
        sum(visitors) as visitors,
        sum(article_visitors) as article_visitors,
        max(case when is_sessions then 1 else 0 end) as has_sessions

    from fct_mp_day

    where business_date >= cast($start_date as date) - interval 27 day
        and business_date < $end_date

    group by business_date

),

paying as (

    select
        paid_date as business_date,
        count(distinct person_key) as buyers,
        count(*) as orders

    from fct_order

    where is_paid
        and paid_date >= cast($start_date as date) - interval 27 day
        and paid_date < $end_date

    group by paid_date

),

first_orders as (

    select
        paid_date as business_date,
        coalesce(cast(scene as text), 'unknown') as scene,
        row_number() over (partition by paid_date, person_key order by paid_at, order_id) as nth

    from fct_order

    where is_paid
        and person_key is not null
        and paid_date >= cast($start_date as date) - interval 6 day
        and paid_date < $end_date

),

paying_by_scene as (

    select
        business_date,
        scene,
        count(*) as buyers

    from first_orders

    where nth = 1

    group by business_date, scene

),

arriving as (

    select
        business_date,
        sum(article_visitors) as from_articles,
        sum(case when is_sessions then sessions else visitors end) as arrivals

    from fct_mp_day

    where business_date >= cast($start_date as date) - interval 27 day
        and business_date < $end_date
        and article_visitors is not null
        and case when is_sessions then sessions else visitors end is not null

    group by business_date

),

steering as (

    select
        business_date,
        case
            when arrivals > 0 then least(cast(from_articles as double) / cast(arrivals as double), 1)
            else 0
        end as article_share

    from arriving

),

clicks as (

    select
        days.business_date,
        sum(visiting.article_visitors) as amount,
        sum(reading.readers) as base,
        max(visiting.has_sessions) = 1 as is_approx

    from days

    inner join reading
        on reading.business_date > days.business_date - interval 7 day
        and reading.business_date <= days.business_date

    inner join visiting
        on visiting.business_date = reading.business_date
        and visiting.article_visitors is not null

    group by days.business_date

),

browsing as (

    select
        days.business_date,
        sum(coalesce(paying.buyers, 0)) as amount,
        sum(visiting.visitors) as base

    from days

    inner join visiting
        on visiting.business_date > days.business_date - interval 7 day
        and visiting.business_date <= days.business_date
        and visiting.visitors is not null

    left join paying
        on paying.business_date = visiting.business_date

    group by days.business_date

),

browsing_by_scene as (

    select
        browsing.business_date,
        paying_by_scene.scene,
        sum(paying_by_scene.buyers) as amount,
        max(browsing.base) as base

    from browsing

    inner join visiting
        on visiting.business_date > browsing.business_date - interval 7 day
        and visiting.business_date <= browsing.business_date
        and visiting.visitors is not null

    inner join paying_by_scene
        on paying_by_scene.business_date = visiting.business_date

    group by browsing.business_date, paying_by_scene.scene

),

whole as (

    select
        days.business_date,
        sum(coalesce(paying.orders, 0) * steering.article_share) as amount,
        sum(reading.readers) as base

    from days

    inner join reading
        on reading.business_date > days.business_date - interval 28 day
        and reading.business_date <= days.business_date

    inner join steering
        on steering.business_date = reading.business_date

    left join paying
        on paying.business_date = reading.business_date

    group by days.business_date

),

measured as (

    select
        'read_to_mp_click' as metric_id,
        '*' as account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(amount as double) as numerator,
        cast(base as double) as denominator,
        is_approx as is_approx

    from clicks

    union all

    select
        'browse_to_order' as metric_id,
        '*' as account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(amount as double) as numerator,
        cast(base as double) as denominator,
        false as is_approx

    from browsing

    union all

    select
        'browse_to_order' as metric_id,
        '*' as account_id,
        'order_scene' as dimension,
        scene as member,
        business_date,
        cast(amount as double) as numerator,
        cast(base as double) as denominator,
        false as is_approx

    from browsing_by_scene

    union all

    select
        'end_to_end_conversion' as metric_id,
        '*' as account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(amount as double) as numerator,
        cast(base as double) as denominator,
        true as is_approx

    from whole

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
