-- Where the visits of each Mini Program in a day came from.
-- grain  : one row per account_id, business_date, source_key
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   business_date date, day the figures are of
--   source_key    platform code of the source; unknown codes are kept
--   sessions      opens, null when the platform told none for any source
--   visitors      persons, null when the platform told none for any source
-- source : land_mp_visit_source
-- traps  : a person may come from several sources on a day, so visitors do not add up over sources

with

sources as (

    select
        account_id,
        business_date,
        source_key,
        cast(sum(case when unit = 'sessions' then amount end) as bigint) as sessions,
        cast(sum(case when unit = 'visitors' then amount end) as bigint) as visitors

    from land_mp_visit_source

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, source_key

)

select * from sources
