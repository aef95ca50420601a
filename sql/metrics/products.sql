-- What the products sell, for the shop and through the Channels accounts.
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
-- source : fct_product_day; catalogue/metrics.toml
-- traps  : what a Channels account sold is part of what the shop sold: the two metrics never add up
--          the 20 products that sold most on the day are named, the rest is one
--          refunds are not taken off

with

figures as (

    select 'shop_product_gmv_cny' as metric_id, account_id, business_date, product_id, paid_cny as amount
    from fct_product_day
    where paid_cny is not null
        and sold_by = 'shop'
        and business_date >= $start_date
        and business_date < $end_date

    union all

    select 'channels_product_gmv_cny' as metric_id, account_id, business_date, product_id, paid_cny as amount
    from fct_product_day
    where paid_cny is not null
        and sold_by = 'channels'
        and business_date >= $start_date
        and business_date < $end_date

),

ranked as (

    select
        metric_id,
        business_date,
        product_id,
        sum(amount) as amount,
        row_number() over (
            partition by metric_id, business_date
            order by sum(amount) desc, product_id
        ) as place

    from figures

    group by metric_id, business_date, product_id

),

named as (

    select
        metric_id,
        business_date,
        case when place <= 20 then product_id else '' end as member,
        amount

    from ranked

),

scoped as (

    select metric_id, account_id, '' as dimension, '' as member, business_date, amount from figures
    union all
    select metric_id, '*' as account_id, '' as dimension, '' as member, business_date, amount from figures
    union all
    select metric_id, '*' as account_id, 'product' as dimension, member, business_date, amount from named

),

measured as (

    select
        metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(sum(amount) as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, dimension, member, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
