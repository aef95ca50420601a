-- The steps from looking around in the Mini Program to paying, by the brand's own tracking events.
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
-- source : fct_mp_day, fct_person_day; catalogue/metrics.toml
-- traps  : a step that nobody took in 7 days is taken as one that is not tracked: no value, never 0
--          sums of daily persons on both sides: neither is a number of distinct persons of the window
--          days without any event of the Mini Program are without the import, and on neither side
--          visitors are the platform's: what the SDK misses makes add_to_cart_rate too low

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

stepping as (

    select
        business_date,
        sum(case when cart_adds > 0 then 1 else 0 end) as carts,
        sum(case when checkouts > 0 then 1 else 0 end) as checkouts,
        sum(case when payments > 0 then 1 else 0 end) as payments,
        sum(case when cart_adds > 0 and checkouts > 0 then 1 else 0 end) as cart_checkouts,
        sum(case when checkouts > 0 and payments > 0 then 1 else 0 end) as checkout_payments

    from fct_person_day

    where mp_events > 0
        and business_date >= cast($start_date as date) - interval 6 day
        and business_date < $end_date

    group by business_date

),

visiting as (

    select
        business_date,
        sum(visitors) as visitors

    from fct_mp_day

    where business_date >= cast($start_date as date) - interval 6 day
        and business_date < $end_date

    group by business_date

),

weeks as (

    select
        days.business_date,
        sum(stepping.carts) as carts,
        sum(stepping.checkouts) as checkouts,
        sum(stepping.payments) as payments,
        sum(stepping.cart_checkouts) as cart_checkouts,
        sum(stepping.checkout_payments) as checkout_payments,
        sum(case when visiting.visitors is not null then stepping.carts end) as visitor_carts,
        sum(visiting.visitors) as visitors,
        count(*) < 7 as is_approx

    from days

    inner join stepping
        on stepping.business_date > days.business_date - interval 7 day
        and stepping.business_date <= days.business_date

    left join visiting
        on visiting.business_date = stepping.business_date

    group by days.business_date

),

measured as (

    select
        'add_to_cart_rate' as metric_id,
        business_date,
        visitor_carts as amount,
        visitors as base,
        is_approx
    from weeks
    where carts > 0

    union all

    select
        'cart_to_checkout' as metric_id,
        business_date,
        cart_checkouts as amount,
        carts as base,
        is_approx
    from weeks
    where carts > 0
        and checkouts > 0

    union all

    select
        'checkout_to_payment' as metric_id,
        business_date,
        checkout_payments as amount,
        checkouts as base,
        is_approx
    from weeks
    where checkouts > 0
        and payments > 0

),

final as (

    select
        metric_id,
        '*' as account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(amount as double) as numerator,
        cast(base as double) as denominator,
        is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
