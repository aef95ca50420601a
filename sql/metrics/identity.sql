-- How many members of each channel cannot be joined to a person, because the platform told no unionid.
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
-- traps  : a member is one account's follower, customer or buyer; a person held by three accounts is three members
--          a new follower whose details are still to come counts as one without unionid until they have come
--          the brand's numerator is private_domain_users_upper less private_domain_users

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
        case when union_key is null then 1 else 0 end as unbound,
        since_date,
        until_date

    from dim_person_link

    where since_date < $end_date
        and (until_date is null or until_date > since_date)

),

scoped as (

    select account_id, '' as dimension, '' as member, unbound, since_date, until_date from links
    union all
    select '*' as account_id, '' as dimension, '' as member, unbound, since_date, until_date from links
    union all
    select '*' as account_id, 'channel' as dimension, channel as member, unbound, since_date, until_date from links

),

changes as (

    select account_id, dimension, member, unbound, since_date as change_date, 1 as change from scoped
    union all
    select account_id, dimension, member, unbound, until_date as change_date, -1 as change from scoped
    where until_date < $end_date

),

daily as (

    select
        account_id,
        dimension,
        member,
        change_date,
        sum(change * unbound) as unbound_change,
        sum(change) as change

    from changes

    group by account_id, dimension, member, change_date

),

held as (

    select
        daily.account_id,
        daily.dimension,
        daily.member,
        days.business_date,
        sum(daily.unbound_change) as unbound,
        sum(daily.change) as members

    from days

    inner join daily
        on daily.change_date <= days.business_date

    group by daily.account_id, daily.dimension, daily.member, days.business_date

),

first_lists as (

    select
        channel,
        account_id,
        min(seen_date) as seen_date

    from dim_person_link

    where seen_date is not null

    group by channel, account_id

),

listed as (

    select account_id, '' as dimension, '' as member, min(seen_date) as seen_date
    from first_lists
    group by account_id

    union all

    select '*' as account_id, '' as dimension, '' as member, max(seen_date) as seen_date
    from first_lists

    union all

    select '*' as account_id, 'channel' as dimension, channel as member, max(seen_date) as seen_date
    from first_lists
    group by channel

),

measured as (

    select
        'identity_leftovers' as metric_id,
        held.account_id,
        held.dimension,
        held.member,
        held.business_date,
        cast(held.unbound as double) as numerator,
        cast(held.members as double) as denominator,
        coalesce(held.business_date < listed.seen_date, false) as is_approx

    from held

    left join listed
        on listed.account_id = held.account_id
        and listed.dimension = held.dimension
        and listed.member = held.member

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
