-- How long a Mini Program took to start in a day, mean of all launches.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id       text, our key of the account
--   business_date    date, day the figures are of
--   launch_seconds   s from the tap to the first page, null when unknown
--   download_seconds s a package, null when unknown
--   inject_seconds   s a script, null when unknown
--   render_seconds   s a page, null when unknown
-- source : land_mp_load_day
-- traps  : nothing starts in no time: 0 is what the platform tells when it has lost the figures
--          the stages have grains of their own and do not add up to the launch

with

told as (

    select
        account_id,
        business_date,
        metric,
        nullif(milliseconds, 0) / 1000 as seconds

    from land_mp_load_day

    where business_date >= $start_date
        and business_date < $end_date

),

stages as (

    select
        account_id,
        business_date,
        max(case when metric = 'launch' then seconds end) as launch_seconds,
        max(case when metric = 'download' then seconds end) as download_seconds,
        max(case when metric = 'inject' then seconds end) as inject_seconds,
        max(case when metric = 'render' then seconds end) as render_seconds

    from told

    group by account_id, business_date

)

select * from stages
