-- Visits of a Mini Program in a week or month, every visitor counted once.
-- grain  : one row per account_id, period, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id               text, our key of the account
--   period                   text, week (Monday to Sunday) or month
--   business_date            date, last day of the period
--   start_date               date, its first day
--   sessions                 opens
--   page_views               pages
--   visitors                 persons, once in the period
--   new_visitors             persons
--   stay_seconds_per_visitor s
--   stay_seconds_per_session s
--   depth                    pages per session
-- source : land_mp_visit_week, land_mp_visit_month
-- traps  : visitors of a week or month are fewer than those of its days together

with

weeks as (

    select
        account_id,
        'week' as period,
        business_date,
        start_date,
        sessions,
        page_views,
        visitors,
        new_visitors,
        stay_seconds_per_visitor,
        stay_seconds_per_session,
        depth

    from land_mp_visit_week

    where business_date >= $start_date
        and business_date < $end_date

),

months as (

    select
        account_id,
        'month' as period,
        business_date,
        start_date,
        sessions,
        page_views,
        visitors,
        new_visitors,
        stay_seconds_per_visitor,
        stay_seconds_per_session,
        depth

    from land_mp_visit_month

    where business_date >= $start_date
        and business_date < $end_date

),

periods as (

    select * from weeks
    union all
    select * from months

)

select * from periods
