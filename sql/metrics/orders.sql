-- Paid orders, paid GMV, average order value and refunds of the shops.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_order, fct_aftersale; catalogue/metrics.toml
-- traps  : an order counts on the day it was paid, whatever became of it later: refunds are their own line
--          a shop without an order on a day has 0, a scene without one has no row; whether the day was read at all is told by completeness

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

shops as (

    select account_id from fct_order
    union
    select '*' as account_id

),

paid as (

    select account_id, paid_date, order_cny, coalesce(cast(scene as text), 'unknown') as scene
    from fct_order
    where is_paid
        and paid_date >= cast($start_date as date) - interval 27 day
        and paid_date < $end_date

),

scoped as (

    select account_id, paid_date, order_cny from paid
    union all
    select '*' as account_id, paid_date, order_cny from paid

),

sold as (

    select
        account_id,
        paid_date,
        count(*) as orders,
        sum(order_cny) as gmv_cny

    from scoped

    group by account_id, paid_date

),

returned as (

    select account_id, business_date, refund_cny
    from fct_aftersale
    where is_refunded
        and business_date >= $start_date
        and business_date < $end_date

    union all

    select '*' as account_id, business_date, refund_cny
    from fct_aftersale
    where is_refunded
        and business_date >= $start_date
        and business_date < $end_date

),

refunded as (

    select
        account_id,
        business_date,
        sum(refund_cny) as refund_cny

    from returned

    group by account_id, business_date

),

grid as (

    select
        shops.account_id,
        days.business_date

    from shops

    cross join days

),

daily as (

    select
        grid.account_id,
        grid.business_date,
        coalesce(sold.orders, 0) as orders,
        coalesce(sold.gmv_cny, 0) as gmv_cny,
        coalesce(refunded.refund_cny, 0) as refund_cny

    from grid

    left join sold
        on sold.account_id = grid.account_id
        and sold.paid_date = grid.business_date

    left join refunded
        on refunded.account_id = grid.account_id
        and refunded.business_date = grid.business_date

),

four_weeks as (

    select
        grid.account_id,
        grid.business_date,
        coalesce(sum(sold.gmv_cny), 0) as gmv_cny,
        coalesce(sum(sold.orders), 0) as orders

    from grid

    left join sold
        on sold.account_id = grid.account_id
        and sold.paid_date > grid.business_date - interval 28 day
        and sold.paid_date <= grid.business_date

    group by grid.account_id, grid.business_date

),

scene_days as (

    select
        paid_date as business_date,
        scene,
        count(*) as orders,
        sum(order_cny) as gmv_cny

    from paid

    where paid_date >= $start_date

    group by paid_date, scene

),

scene_weeks as (

    select
        days.business_date,
        paid.scene,
        sum(paid.order_cny) as gmv_cny,
        count(*) as orders

    from days

    inner join paid
        on paid.paid_date > days.business_date - interval 28 day
        and paid.paid_date <= days.business_date

    group by days.business_date, paid.scene

),

measured as (

    select
        'orders' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(orders as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from daily

    union all

    select
        'paid_gmv_cny' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(gmv_cny as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from daily

    union all

    select
        'refund_cny' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(refund_cny as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from daily

    union all

    select
        'aov_cny' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(gmv_cny as double) as numerator,
        cast(orders as double) as denominator,
        false as is_approx

    from four_weeks

    union all

    select
        'orders' as metric_id,
        '*' as account_id,
        'order_scene' as dimension,
        scene as member,
        business_date,
        cast(orders as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from scene_days

    union all

    select
        'paid_gmv_cny' as metric_id,
        '*' as account_id,
        'order_scene' as dimension,
        scene as member,
        business_date,
        cast(gmv_cny as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from scene_days

    union all

    select
        'aov_cny' as metric_id,
        '*' as account_id,
        'order_scene' as dimension,
        scene as member,
        business_date,
        cast(gmv_cny as double) as numerator,
        cast(orders as double) as denominator,
        false as is_approx

    from scene_weeks

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
