-- Visitors of a day who came back n days later, beside the size of their cohort.
-- grain  : one row per account_id, business_date, cohort, day_n
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id      text, our key of the account
--   business_date   date, day the cohort visited
--   cohort          text, new or all visitors of business_date
--   day_n           days later: 1-7, 14, 30
--   matured_date    date, business_date plus day_n: not known before its end
--   visitors        persons who came on matured_date exactly
--   cohort_visitors persons on day 0, null when unknown
-- source : land_mp_retention
-- traps  : day n means on that day, not within n days
--          a cohort is stored under the day it visited, though its day n is known n days later

with

retention as (

    select
        account_id,
        business_date,
        cohort,
        day_n,
        visitors

    from land_mp_retention

    where business_date >= $start_date
        and business_date < $end_date

),

first_days as (

    select
        account_id,
        business_date,
        cohort,
        visitors as cohort_visitors

    from retention

    where day_n = 0

),

joined as (

    select
        retention.account_id,
        retention.business_date,
        retention.cohort,
        retention.day_n,
        cast(retention.business_date + retention.day_n * interval 1 day as date) as matured_date,
        retention.visitors,
        first_days.cohort_visitors

    from retention

    left join first_days
        on first_days.account_id = retention.account_id
        and first_days.business_date = retention.business_date
        and first_days.cohort = retention.cohort

    where retention.day_n > 0

)

select * from joined
