-- How many viewers of the selling lives become buyers.
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
-- source : fct_channels_ec_live; catalogue/metrics.toml
-- traps  : a person who watches two lives is a viewer of each, so the rate is of visits to lives and not of persons
--          a live of which one side is not told is out

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

lives as (

    select account_id, business_date, viewers, buyers
    from fct_channels_ec_live
    where viewers is not null
        and buyers is not null
        and business_date > cast($start_date as date) - interval 28 day
        and business_date < $end_date

),

figures as (

    select
        'channels_live_buyer_rate' as metric_id,
        lives.account_id,
        days.business_date,
        lives.buyers as amount,
        lives.viewers as base

    from days

    inner join lives
        on lives.business_date > days.business_date - interval 28 day
        and lives.business_date <= days.business_date

),

scoped as (

    select metric_id, account_id, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, business_date, amount, base from figures

),

measured as (

    select
        metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        -- Decimals add up to the same whatever the order of the rows, doubles do not.
        cast(sum(cast(amount as decimal(24, 6))) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
