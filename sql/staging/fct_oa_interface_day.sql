-- How an Official Account's own server answered the platform's callbacks in a day.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   business_date date, day the figures are of
--   callbacks     times
--   failures      times, of the callbacks
--   total_seconds seconds of all callbacks together
--   max_seconds   seconds of the slowest
-- source : land_oa_interface_day
-- traps  : only an account with a server of its own has callbacks

with

answered as (

    select
        account_id,
        business_date,
        callbacks,
        failures,
        cast(total_ms / 1000.0 as double) as total_seconds,
        cast(max_ms / 1000.0 as double) as max_seconds

    from land_oa_interface_day

    where business_date >= $start_date
        and business_date < $end_date

)

select * from answered
