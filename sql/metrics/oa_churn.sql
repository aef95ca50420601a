-- How many followers leave the Official Accounts in a month.
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
-- source : fct_oa_follower_day; catalogue/metrics.toml
-- traps  : people may unfollow and return: each time counts, so it may exceed 1 in theory
--          the brand's sum counts a person once per account followed
--          a day without figures leaves its losses out: completeness tells of it, and the value is marked

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

told as (

    select account_id, business_date, followers_lost, followers
    from fct_oa_follower_day
    where business_date >= cast($start_date as date) - interval 30 day
        and business_date < $end_date

),

losses as (

    select
        told.account_id,
        days.business_date,
        sum(told.followers_lost) as lost,
        count(told.followers_lost) as days_told

    from days

    inner join told
        on told.business_date > days.business_date - interval 30 day
        and told.business_date <= days.business_date

    group by told.account_id, days.business_date

),

accounts as (

    select
        losses.account_id,
        losses.business_date,
        losses.lost,
        losses.days_told,
        told.followers

    from losses

    inner join told
        on told.account_id = losses.account_id
        and told.business_date = losses.business_date - interval 30 day

    where told.followers is not null
        and losses.lost is not null

),

scoped as (

    select account_id, business_date, lost, days_told, followers from accounts
    union all
    select '*' as account_id, business_date, lost, days_told, followers from accounts

),

measured as (

    select
        'oa_churn_rate' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(sum(lost) as double) as numerator,
        cast(sum(followers) as double) as denominator,
        min(days_told) < 30 as is_approx

    from scoped

    group by account_id, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
