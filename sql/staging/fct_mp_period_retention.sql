-- Visitors of a week or month who came back a number of weeks or months later.
-- grain  : one row per account_id, period, business_date, cohort, period_n
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id      text, our key of the account
--   period          text, week or month
--   business_date   date, last day of the week or month the cohort visited in
--   cohort          text, new or all visitors of it
--   period_n        weeks or months later, from 1
--   matured_date    date, last day of that later week or month: not known before its end
--   visitors        persons who came back in it
--   cohort_visitors persons in the cohort, null when unknown
-- source : land_mp_retention_week, land_mp_retention_month
-- traps  : a cohort is stored under the end of its own week or month, though it is known one or more later

with

told as (

    select
        account_id,
        'week' as period,
        business_date,
        cohort,
        week_n as period_n,
        cast(business_date + week_n * interval 7 day as date) as matured_date,
        visitors

    from land_mp_retention_week

    where business_date >= $start_date
        and business_date < $end_date

    union all

    select
        account_id,
        'month' as period,
        business_date,
        cohort,
        month_n as period_n,
        cast(last_day(business_date + interval 1 day + (month_n - 1) * interval 1 month) as date) as matured_date,
        visitors

    from land_mp_retention_month

    where business_date >= $start_date
        and business_date < $end_date

),

joined as (

    select
        told.account_id,
        told.period,
        told.business_date,
        told.cohort,
        told.period_n,
        told.matured_date,
        told.visitors,
        cohorts.visitors as cohort_visitors

    from told

    left join told as cohorts
        on cohorts.account_id = told.account_id
        and cohorts.period = told.period
        and cohorts.business_date = told.business_date
        and cohorts.cohort = told.cohort
        and cohorts.period_n = 0

    where told.period_n > 0

)

select * from joined
