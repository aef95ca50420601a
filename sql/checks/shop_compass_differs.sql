-- Days on which the shop's compass counts other paid orders than were read one by one.
-- zh     : 小店罗盘的支付订单数与逐单读取的订单数不一致。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : land_shop_compass_day, fct_order
-- traps  : the two may differ by a few orders for good: told is what is more than one order and 5 % apart
--          a shop whose compass is not read has nothing to compare with
-- level  : warn

with

counted as (

    select
        account_id,
        paid_date,
        count(*) as paid_orders

    from fct_order

    where is_paid
        and paid_date >= $start_date
        and paid_date < $end_date

    group by account_id, paid_date

),

compared as (

    select
        compass.business_date,
        compass.account_id,
        compass.paid_orders as told,
        coalesce(counted.paid_orders, 0) as counted

    from land_shop_compass_day as compass

    left join counted
        on counted.account_id = compass.account_id
        and counted.paid_date = compass.business_date

    where compass.business_date >= $start_date
        and compass.business_date < $end_date
        and compass.paid_orders is not null

),

found as (

    select
        business_date,
        account_id,
        'the compass counts ' || cast(told as text) || ' paid orders, ' || cast(counted as text)
            || ' were read' as what,
        '罗盘统计支付订单 ' || cast(told as text) || ' 单，逐单读取 ' || cast(counted as text)
            || ' 单' as what_zh

    from compared

    where abs(told - counted) > 1
        and abs(told - counted) > 0.05 * told

)

select * from found
order by business_date, account_id, what
