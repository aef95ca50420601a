-- Each selling live of a Channels account: who watched, looked and bought.
-- grain  : one row per account_id, business_date, export_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   business_date date, day the live began
--   export_id     text, export/…, as live_id in orders
--   viewers       persons, each once a live
--   clickers      persons who looked at a product
--   buyers        persons who paid
--   new_buyers    of them for the first time
--   new_followers persons who followed during it
--   gmv_cny       paid, CNY
--   refund_cny    gone back so far, CNY
-- source : land_channels_ec_live
-- traps  : the platform's list is known to leave lives out
--          a person who watches two lives is a viewer of each

with

lives as (

    select
        account_id,
        business_date,
        export_id,
        viewers,
        clickers,
        buyers,
        new_buyers,
        new_followers,
        gmv_cny,
        refund_cny

    from land_channels_ec_live

    where business_date >= $start_date
        and business_date < $end_date

)

select * from lives
