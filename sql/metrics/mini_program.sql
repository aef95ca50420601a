-- Visits of the Mini Programs and how many newcomers return on day 7.
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
-- source : fct_mp_day, fct_mp_retention; catalogue/metrics.toml
-- traps  : the brand's visitors are the sum over Mini Programs, and visitors of several days must not be added up
--          a cohort counts from the day its 7th day is over: no value before its 8th day
--          the retention interface has told zeros for days that weekly figures filled

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

cohorts as (

    select
        account_id,
        matured_date,
        visitors,
        cohort_visitors

    from fct_mp_retention

    where cohort = 'new'
        and day_n = 7
        and cohort_visitors is not null
        and visitors is not null
        and matured_date >= cast($start_date as date) - interval 27 day
        and matured_date < $end_date

),

visits as (

    select account_id, business_date, sessions, visitors, new_visitors
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date

),

figures as (

    select
        'mp_d7_retention' as metric_id,
        cohorts.account_id,
        days.business_date,
        cohorts.visitors as amount,
        cohorts.cohort_visitors as base

    from days

    inner join cohorts
        on cohorts.matured_date > days.business_date - interval 28 day
        and cohorts.matured_date <= days.business_date

    union all

    select 'mp_sessions' as metric_id, account_id, business_date, sessions as amount, cast(null as bigint) as base
    from visits
    where sessions is not null

    union all

    select 'mp_visitors' as metric_id, account_id, business_date, visitors as amount, cast(null as bigint) as base
    from visits
    where visitors is not null

    union all

    select 'mp_new_visitors' as metric_id, account_id, business_date, new_visitors as amount, cast(null as bigint) as base
    from visits
    where new_visitors is not null

),

scoped as (

    select metric_id, account_id, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, business_date, amount, base from figures

),

measured as (

    select
        metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(sum(amount) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
