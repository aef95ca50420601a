-- What each product sold in a day, as the platform counts it for the shop or for a Channels account.
-- grain  : one row per account_id, business_date, product_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id     text, our key of the account
--   business_date  date, day of payment
--   product_id     text, platform's id
--   sold_by        text, shop or channels: whose account it is
--   title          text, of the product
--   paid_cny       paid that day, CNY
--   paid_orders    orders paid
--   buyers         persons who paid; a buyer of several products counts for each
--   click_visitors persons who looked at it, likewise
--   refunded_cny   gone back so far of what was paid that day, CNY
-- source : land_shop_compass_product_day, land_channels_compass_product_day
-- traps  : what a Channels account sold is part of what the shop sold: the two never add up

with

products as (

    select
        account_id,
        business_date,
        product_id,
        'shop' as sold_by,
        title,
        paid_cny,
        paid_orders,
        buyers,
        click_visitors,
        refunded_cny

    from land_shop_compass_product_day

    where business_date >= $start_date
        and business_date < $end_date

    union all

    select
        account_id,
        business_date,
        product_id,
        'channels' as sold_by,
        title,
        paid_cny,
        paid_orders,
        buyers,
        click_visitors,
        refunded_cny

    from land_channels_compass_product_day

    where business_date >= $start_date
        and business_date < $end_date

)

select * from products
