-- Days on which the shop's compass counts more orders than were read one by one: paid ones, or those created.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of payment, and of creation
--   account_id    text, our key of the account
--   what          text, what is missing, in technical English
-- source : land_shop_compass_day, land_shop_compass_product_day, land_shop_order, land_shop_order_item
-- traps  : an order may be paid on the day after the one it was created on: each is counted by its own day
--          an order of several products is counted for each of them, so created ones are compared by product
--          more orders than the compass counts prove nothing: it is restated for a week
--          a day of which the compass says nothing is not held against anything

with

paid as (

    select
        account_id,
        cast(paid_at at time zone 'Asia/Shanghai' as date) as paid_date,
        count(*) as orders

    from land_shop_order

    where paid_at is not null

    group by account_id, paid_date

),

created as (

    select
        account_id,
        business_date,
        product_id,
        count(distinct order_id) as orders

    from land_shop_order_item

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, product_id

),

fewer_paid as (

    select
        compass.business_date,
        compass.account_id,
        'the compass counts ' || cast(compass.paid_orders as text) || ' paid orders and '
            || cast(coalesce(paid.orders, 0) as text) || ' were read' as what

    from land_shop_compass_day as compass

    left join paid
        on paid.account_id = compass.account_id
        and paid.paid_date = compass.business_date

    where compass.business_date >= $start_date
        and compass.business_date < $end_date
        and compass.paid_orders > coalesce(paid.orders, 0)

),

fewer_created as (

    select
        compass.business_date,
        compass.account_id,
        cast(sum(compass.created_orders - coalesce(created.orders, 0)) as text)
            || ' of the orders that the compass counts as created, by product, were not read' as what

    from land_shop_compass_product_day as compass

    left join created
        on created.account_id = compass.account_id
        and created.business_date = compass.business_date
        and created.product_id = compass.product_id

    where compass.business_date >= $start_date
        and compass.business_date < $end_date
        and compass.created_orders > coalesce(created.orders, 0)

    group by compass.business_date, compass.account_id

),

found as (

    select
        coalesce(fewer_paid.business_date, fewer_created.business_date) as business_date,
        coalesce(fewer_paid.account_id, fewer_created.account_id) as account_id,
        concat_ws('; ', fewer_paid.what, fewer_created.what) as what

    from fewer_paid

    full join fewer_created
        on fewer_created.account_id = fewer_paid.account_id
        and fewer_created.business_date = fewer_paid.business_date

)

select * from found
order by business_date, account_id
