-- What was spent in a stretch of days, entry by entry, and who approved it.
-- grain  : one row per spend_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   line_id       text, budget line
--   business_date date, day of the commitment or payment
--   spend_id      text, unique per entry
--   cost_cny      CNY, the larger of committed and paid
--   approved_by   text, who approved it, null when nobody did
-- source : fct_spend
-- traps  : an entry told by several accounts stays several, as in the budget metrics

with

entries as (

    select
        line_id,
        business_date,
        spend_id,
        cost_cny,
        approved_by

    from fct_spend

    where business_date >= $start_date
        and business_date < $end_date

)

select * from entries
