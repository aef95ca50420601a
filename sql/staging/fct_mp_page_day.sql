-- The most viewed pages of a Mini Program in a day: viewed, entered by, left from.
-- grain  : one row per account_id, business_date, page_path
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   business_date date, day the figures are of
--   page_path     text, as in the app
--   page_views    pages
--   visitors      persons; a person who saw several pages counts for each
--   entries       times it was the first page
--   exits         times it was the last page
--   shares        times
-- source : land_mp_page_day
-- traps  : the platform tells the 200 most viewed pages of a day: rarer ones are missing from every sum

with

pages as (

    select
        account_id,
        business_date,
        page_path,
        page_views,
        visitors,
        entries,
        exits,
        shares

    from land_mp_page_day

    where business_date >= $start_date
        and business_date < $end_date

)

select * from pages
