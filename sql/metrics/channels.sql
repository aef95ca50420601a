-- Followers of the Channels accounts, and what was paid in their lives.
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
-- source : fct_channels_day; catalogue/metrics.toml
-- traps  : the brand's sum counts a person once per account followed
--          money paid in lives is part of paid_gmv_cny, never beside it

with

days as (

    select account_id, business_date, followers, live_gmv_cny
    from fct_channels_day
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select '*' as account_id, business_date, followers, live_gmv_cny
    from fct_channels_day
    where business_date >= $start_date
        and business_date < $end_date

),

daily as (

    select
        account_id,
        business_date,
        sum(followers) as followers,
        sum(live_gmv_cny) as live_gmv_cny

    from days

    group by account_id, business_date

),

measured as (

    select
        'channels_followers' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(followers as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from daily

    where followers is not null

    union all

    select
        'channels_live_gmv_cny' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(live_gmv_cny as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from daily

    where live_gmv_cny is not null

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
