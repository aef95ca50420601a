-- How many of a week's or month's Mini Program visitors come back in the next one.
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
-- source : fct_mp_period_retention; catalogue/metrics.toml
-- traps  : the newest cohort whose next week or month is over stands until the next one's is: a value changes once a period
--          the brand's visitors are the sum over Mini Programs

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

cohorts as (

    select account_id, period, matured_date, visitors, cohort_visitors
    from fct_mp_period_retention
    where cohort = 'all'
        and period_n = 1
        and visitors is not null
        and cohort_visitors is not null
        and matured_date > cast($start_date as date) - interval 31 day
        and matured_date < $end_date

),

figures as (

    select
        'mp_week_return_rate' as metric_id,
        cohorts.account_id,
        days.business_date,
        cohorts.visitors as amount,
        cohorts.cohort_visitors as base

    from days

    inner join cohorts
        on cohorts.matured_date <= days.business_date
        and cohorts.matured_date > days.business_date - interval 7 day

    where cohorts.period = 'week'

    union all

    select
        'mp_month_return_rate' as metric_id,
        cohorts.account_id,
        days.business_date,
        cohorts.visitors as amount,
        cohorts.cohort_visitors as base

    from days

    inner join cohorts
        on cohorts.matured_date <= days.business_date
        and days.business_date < last_day(cohorts.matured_date + interval 1 day)

    where cohorts.period = 'month'

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
        -- Decimals add up to the same whatever the order of the rows, doubles do not.
        cast(sum(cast(amount as decimal(24, 6))) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
