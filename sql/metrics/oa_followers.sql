-- Followers of the Official Accounts: won, lost, net and held, also by channel.
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
-- source : fct_oa_follower_day, fct_oa_follower_source_day; catalogue/metrics.toml
-- traps  : the brand's sum counts a person once per account followed; private_domain_users counts persons
--          the platform restates the last days; they are read again for 7

with

days as (

    select account_id, business_date, followers_won, followers_lost, followers_net, followers
    from fct_oa_follower_day
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select '*' as account_id, business_date, followers_won, followers_lost, followers_net, followers
    from fct_oa_follower_day
    where business_date >= $start_date
        and business_date < $end_date

),

sources as (

    select account_id, business_date, user_source, followers_won, followers_lost, followers_net
    from fct_oa_follower_source_day
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select '*' as account_id, business_date, user_source, followers_won, followers_lost, followers_net
    from fct_oa_follower_source_day
    where business_date >= $start_date
        and business_date < $end_date

),

per_day as (

    select
        account_id,
        business_date,
        '' as dimension,
        '' as member,
        sum(followers_won) as followers_won,
        sum(followers_lost) as followers_lost,
        sum(followers_net) as followers_net,
        sum(followers) as followers

    from days

    group by account_id, business_date

),

per_source as (

    select
        account_id,
        business_date,
        'user_source' as dimension,
        cast(user_source as text) as member,
        sum(followers_won) as followers_won,
        sum(followers_lost) as followers_lost,
        sum(followers_net) as followers_net,
        cast(null as bigint) as followers

    from sources

    group by account_id, business_date, user_source

),

figures as (

    select * from per_day
    union all
    select * from per_source

),

measured as (

    select
        'oa_new_followers' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(followers_won as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from figures

    where followers_won is not null

    union all

    select
        'oa_lost_followers' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(followers_lost as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from figures

    where followers_lost is not null

    union all

    select
        'oa_net_followers' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(followers_net as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from figures

    where followers_net is not null

    union all

    select
        'oa_followers' as metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(followers as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from figures

    where followers is not null

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
