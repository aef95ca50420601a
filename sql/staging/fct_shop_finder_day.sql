-- What each Channels account or partner sold for the shop in a day.
-- grain  : one row per account_id, business_date, finder_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the shop's account
--   business_date date, day of payment
--   finder_id     text, sph…, else the id of the partner or Official Account
--   nickname      text, as the account calls itself
--   paid_cny      paid that day, CNY
--   buyers        persons who paid; a buyer of several accounts counts for each
--   refunded_cny  gone back so far of what was paid that day, CNY
-- source : land_shop_compass_finder_day
-- traps  : only those who sold something that day are listed

with

finders as (

    select
        account_id,
        business_date,
        finder_id,
        nickname,
        paid_cny,
        buyers,
        refunded_cny

    from land_shop_compass_finder_day

    where business_date >= $start_date
        and business_date < $end_date

)

select * from finders
