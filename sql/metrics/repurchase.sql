-- Buyers who come back: within rolling 90 days, after their first order, and three times a month.
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
-- source : fct_order, fct_external_order, dim_person; catalogue/metrics.toml
-- traps  : an order whose whole money went back is none, as soon as the refund is known, so days are restated
--          orders of gifts name the receiver and not the buyer, so they are out
--          a first-order cohort counts from the day its 90 days are over: younger ones are in no value
--          an order from before its buyer's unionid was known counts as one of somebody who came by the shop
--          imported orders that other shops sold through WeChat count for the brand, never for an account; a buyer known
--          only by a phone or a member number is somebody else in each shop
--          a first order before the oldest order held looks like a later one; completeness tells how far back is held

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

bought as (

    select account_id, person_key, paid_at, paid_date, 'shop' as channel
    from fct_order
    where is_paid
        and person_key is not null
        and paid_date < $end_date
        and (refund_cny <= 0 or refund_cny < order_cny)

    union all

    select '' as account_id, person_key, paid_at, paid_date, 'other' as channel
    from fct_external_order
    where is_paid
        and is_wechat
        and person_key is not null
        and paid_date < $end_date
        and (refund_cny <= 0 or refund_cny < order_cny)

),

doors as (

    select
        person_key,
        max(channel) as channel

    from bought

    group by person_key

),

firsts as (

    select
        account_id,
        person_key,
        min(paid_at) as first_at,
        min(paid_date) as first_date

    from bought

    group by account_id, person_key

),

beginnings as (

    select account_id, person_key, first_at, first_date from firsts

    union all

    select
        '*' as account_id,
        person_key,
        min(first_at) as first_at,
        min(first_date) as first_date

    from firsts

    group by person_key

),

matured as (

    select account_id, person_key, first_at, first_date
    from beginnings
    where first_date >= cast($start_date as date) - interval 119 day
        and first_date < cast($end_date as date) - interval 90 day

),

recent as (

    select account_id, person_key, paid_at, paid_date
    from bought
    where paid_date >= cast($start_date as date) - interval 119 day

),

purchases as (

    select account_id, person_key, paid_at, paid_date from recent
    union all
    select '*' as account_id, person_key, paid_at, paid_date from recent

),

seconds as (

    select
        matured.account_id,
        matured.person_key,
        min(matured.first_date) as first_date,
        min(case when purchases.paid_at > matured.first_at then purchases.paid_date end) as second_date

    from matured

    inner join purchases
        on purchases.account_id = matured.account_id
        and purchases.person_key = matured.person_key

    group by matured.account_id, matured.person_key

),

cohorts as (

    select
        account_id,
        person_key,
        cast(first_date + interval 90 day as date) as matured_date,
        case when second_date <= first_date + interval 90 day then 1 else 0 end as repeated

    from seconds

),

ordered as (

    select
        account_id,
        person_key,
        paid_date,
        lag(paid_date) over (partition by account_id, person_key order by paid_at) as before_date,
        lead(paid_date, 1, cast('9999-12-31' as date)) over (
            partition by account_id, person_key
            order by paid_at
        ) as after_date

    from purchases

    where paid_date >= cast($start_date as date) - interval 89 day

),

spans as (

    select
        'buyers' as figure,
        account_id,
        person_key,
        paid_date as since_date,
        least(after_date, cast(paid_date + interval 90 day as date)) as until_date

    from ordered

    union all

    select
        'repeaters' as figure,
        account_id,
        person_key,
        paid_date as since_date,
        least(after_date, cast(before_date + interval 90 day as date)) as until_date

    from ordered

    where before_date > paid_date - interval 90 day

),

months as (

    select
        account_id,
        person_key,
        date_trunc('month', paid_date) as month

    from purchases

    group by account_id, person_key, date_trunc('month', paid_date)

    having count(*) >= 3

),

changes as (

    select figure, account_id, person_key, since_date as change_date, 1 as change from spans
    where since_date < until_date

    union all

    select figure, account_id, person_key, until_date as change_date, -1 as change from spans
    where since_date < until_date
        and until_date < $end_date

    union all

    select
        case when repeated = 1 then 'repeated' else 'single' end as figure,
        account_id,
        person_key,
        matured_date as change_date,
        1 as change
    from cohorts

    union all

    select
        case when repeated = 1 then 'repeated' else 'single' end as figure,
        account_id,
        person_key,
        cast(matured_date + interval 30 day as date) as change_date,
        -1 as change
    from cohorts

    union all

    select
        'loyal' as figure,
        account_id,
        person_key,
        cast(month + interval 1 month - interval 1 day as date) as change_date,
        1 as change
    from months

    union all

    select
        'loyal' as figure,
        account_id,
        person_key,
        cast(month + interval 2 month - interval 1 day as date) as change_date,
        -1 as change
    from months

),

daily as (

    select
        changes.figure,
        changes.account_id,
        coalesce(dim_person.first_channel, doors.channel) as first_channel,
        changes.change_date,
        sum(changes.change) as change

    from changes

    left join dim_person
        on dim_person.person_key = changes.person_key

    left join doors
        on doors.person_key = changes.person_key

    where changes.change_date < $end_date
        and changes.account_id <> ''

    group by changes.figure, changes.account_id, coalesce(dim_person.first_channel, doors.channel), changes.change_date

),

scoped as (

    select figure, account_id, '' as dimension, '' as member, change_date, change from daily

    union all

    select figure, account_id, 'first_channel' as dimension, first_channel as member, change_date, change from daily
    where account_id = '*'

),

levels as (

    select
        scoped.account_id,
        scoped.dimension,
        scoped.member,
        days.business_date,
        sum(case when scoped.figure = 'buyers' then scoped.change else 0 end) as buyers,
        sum(case when scoped.figure = 'repeaters' then scoped.change else 0 end) as repeaters,
        sum(case when scoped.figure in ('repeated', 'single') then scoped.change else 0 end) as cohort,
        sum(case when scoped.figure = 'repeated' then scoped.change else 0 end) as repeated,
        sum(case when scoped.figure = 'loyal' then scoped.change else 0 end) as loyal

    from days

    inner join scoped
        on scoped.change_date <= days.business_date

    group by scoped.account_id, scoped.dimension, scoped.member, days.business_date

),

measured as (

    select
        'repurchase_rate' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(repeaters as double) as numerator,
        cast(buyers as double) as denominator,
        false as is_approx

    from levels

    union all

    select
        'repeat_conversion' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(repeated as double) as numerator,
        cast(cohort as double) as denominator,
        false as is_approx

    from levels

    where cohort > 0

    union all

    select
        'loyal_users' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(loyal as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from levels

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
