-- The brand's private-domain users: persons held on any channel, each counted once.
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
-- source : dim_person_link; catalogue/metrics.toml
-- traps  : a person's channel is the one through which the present stay with the brand began
--          lower bound: persons known by unionid; upper bound: also everybody without one, once per channel
--          days before the first list are rebuilt from joining dates: who had left by then is missing, so they are marked
--          an account's row counts its own persons; the rows of several accounts overlap

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

links as (

    select
        channel,
        account_id,
        person_key,
        union_key,
        since_date,
        coalesce(until_date, cast('9999-12-31' as date)) as until_date,
        seen_date

    from dim_person_link

    where since_date < $end_date
        and (until_date is null or until_date > since_date)

),

scoped as (

    select channel, account_id, person_key, union_key, since_date, until_date, seen_date from links
    union all
    select channel, '*' as account_id, person_key, union_key, since_date, until_date, seen_date from links

),

ordered as (

    select
        channel,
        account_id,
        person_key,
        union_key is not null as is_bound,
        since_date,
        until_date,
        max(until_date) over (
            partition by account_id, person_key
            order by since_date, until_date, channel
            rows between unbounded preceding and 1 preceding
        ) as held_until

    from scoped

),

numbered as (

    select
        account_id,
        person_key,
        is_bound,
        since_date,
        until_date,
        case when held_until >= since_date then null else channel end as began_on,
        sum(case when held_until >= since_date then 0 else 1 end) over (
            partition by account_id, person_key
            order by since_date, until_date, channel
            rows between unbounded preceding and current row
        ) as stay

    from ordered

),

stays as (

    select
        account_id,
        is_bound,
        min(began_on) as channel,
        min(since_date) as since_date,
        max(until_date) as until_date

    from numbered

    group by account_id, person_key, is_bound, stay

),

changes as (

    select account_id, channel, is_bound, since_date as change_date, 1 as change from stays
    union all
    select account_id, channel, is_bound, until_date as change_date, -1 as change from stays

),

channel_days as (

    select
        channel,
        change_date,
        sum(change) as change

    from changes

    where account_id = '*'
        and is_bound
        and change_date < $end_date

    group by channel, change_date

),

channels as (

    select
        channel_days.channel,
        days.business_date,
        sum(channel_days.change) as persons

    from days

    inner join channel_days
        on channel_days.change_date <= days.business_date

    group by channel_days.channel, days.business_date

),

daily as (

    select
        account_id,
        change_date,
        sum(case when is_bound then change else 0 end) as bound_change,
        sum(change) as change

    from changes

    where change_date < $end_date

    group by account_id, change_date

),

held as (

    select
        daily.account_id,
        days.business_date,
        sum(daily.bound_change) as bound_persons,
        sum(daily.change) as persons

    from days

    inner join daily
        on daily.change_date <= days.business_date

    group by daily.account_id, days.business_date

),

first_lists as (

    select
        account_id,
        min(seen_date) as seen_date

    from dim_person_link

    where seen_date is not null

    group by account_id

),

listed as (

    select account_id, seen_date from first_lists
    union all
    select '*' as account_id, max(seen_date) as seen_date from first_lists

),

figures as (

    select
        held.account_id,
        held.business_date,
        held.bound_persons,
        held.persons,
        coalesce(held.business_date < listed.seen_date, false) as is_rebuilt

    from held

    left join listed
        on listed.account_id = held.account_id

),

measured as (

    select
        'private_domain_users' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(bound_persons as double) as numerator,
        cast(null as double) as denominator,
        is_rebuilt as is_approx

    from figures

    union all

    select
        'private_domain_users' as metric_id,
        '*' as account_id,
        'channel' as dimension,
        channels.channel as member,
        channels.business_date,
        cast(channels.persons as double) as numerator,
        cast(null as double) as denominator,
        figures.is_rebuilt as is_approx

    from channels

    inner join figures
        on figures.account_id = '*'
        and figures.business_date = channels.business_date

    union all

    select
        'private_domain_users_upper' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(persons as double) as numerator,
        cast(null as double) as denominator,
        is_rebuilt as is_approx

    from figures

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
