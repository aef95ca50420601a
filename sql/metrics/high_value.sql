-- Users above the bar of high value, and what they spend on an order.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), high_value_cny (net spend of 180 days)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_order, dim_person, dim_person_stay; catalogue/metrics.toml
-- traps  : the bar is absolute and frozen at the plan's start: a share of the best would be a constant
--          spend is net of refunds as they are known now; orders of gifts name the receiver, so they are out
--          the order value is that of the segment as it stood before its 28 days: who joins it by a large order of
--          these days does not raise it

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

paid as (

    select person_key, paid_date, order_cny, order_cny - refund_cny as net_cny
    from fct_order
    where is_paid
        and person_key is not null
        and union_key is not null
        and paid_date >= cast($start_date as date) - interval 207 day
        and paid_date < $end_date

),

candidates as (

    select
        paid.person_key,
        min(dim_person.first_channel) as first_channel

    from paid

    inner join dim_person
        on dim_person.person_key = paid.person_key

    group by paid.person_key

    having sum(paid.net_cny) >= cast($high_value_cny as decimal(18, 2))

),

moves as (

    select person_key, paid_date as change_date, net_cny from paid
    union all
    select person_key, cast(paid_date + interval 180 day as date) as change_date, -net_cny as net_cny from paid

),

steps as (

    select
        moves.person_key,
        candidates.first_channel,
        moves.change_date,
        sum(moves.net_cny) as net_cny

    from moves

    inner join candidates
        on candidates.person_key = moves.person_key

    group by moves.person_key, candidates.first_channel, moves.change_date

),

running as (

    select
        person_key,
        first_channel,
        change_date as since_date,
        lead(change_date, 1, cast('9999-01-01' as date)) over (
            partition by person_key
            order by change_date
        ) as until_date,
        sum(net_cny) over (
            partition by person_key
            order by change_date
            rows between unbounded preceding and current row
        ) as spent_cny

    from steps

),

rich as (

    select person_key, first_channel, since_date, until_date
    from running
    where spent_cny >= cast($high_value_cny as decimal(18, 2))

),

baskets as (

    select
        rich.first_channel,
        greatest(paid.paid_date, cast(rich.since_date + interval 28 day as date)) as since_date,
        case
            when rich.until_date > paid.paid_date then cast(paid.paid_date + interval 28 day as date)
            else cast(rich.until_date + interval 28 day as date)
        end as until_date,
        paid.order_cny

    from rich

    inner join paid
        on paid.person_key = rich.person_key
        and paid.paid_date < rich.until_date + interval 28 day
        and paid.paid_date > rich.since_date

    where paid.paid_date >= cast($start_date as date) - interval 27 day

),

changes as (

    select 'members' as figure, first_channel, since_date as change_date, 1 as change, 0 as amount_cny
    from dim_person_stay
    where is_bound

    union all

    select 'members' as figure, first_channel, until_date as change_date, -1 as change, 0 as amount_cny
    from dim_person_stay
    where is_bound
        and until_date is not null

    union all

    select 'rich' as figure, first_channel, since_date as change_date, 1 as change, 0 as amount_cny from rich
    union all
    select 'rich' as figure, first_channel, until_date as change_date, -1 as change, 0 as amount_cny from rich
    union all
    select 'orders' as figure, first_channel, since_date as change_date, 1 as change, order_cny as amount_cny
    from baskets
    union all
    select 'orders' as figure, first_channel, until_date as change_date, -1 as change, -order_cny as amount_cny
    from baskets

),

daily as (

    select
        figure,
        first_channel,
        change_date,
        sum(change) as change,
        sum(amount_cny) as amount_cny

    from changes

    where change_date < $end_date

    group by figure, first_channel, change_date

),

scoped as (

    select figure, '' as dimension, '' as member, change_date, change, amount_cny from daily
    union all
    select figure, 'first_channel' as dimension, first_channel as member, change_date, change, amount_cny from daily

),

levels as (

    select
        scoped.dimension,
        scoped.member,
        days.business_date,
        sum(case when scoped.figure = 'members' then scoped.change else 0 end) as members,
        sum(case when scoped.figure = 'rich' then scoped.change else 0 end) as rich,
        sum(case when scoped.figure = 'orders' then scoped.change else 0 end) as orders,
        sum(scoped.amount_cny) as amount_cny

    from days

    inner join scoped
        on scoped.change_date <= days.business_date

    group by scoped.dimension, scoped.member, days.business_date

),

measured as (

    select
        'high_value_share' as metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(rich as double) as numerator,
        cast(members as double) as denominator,
        false as is_approx

    from levels

    union all

    select
        'high_value_aov_cny' as metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(amount_cny as double) as numerator,
        cast(orders as double) as denominator,
        false as is_approx

    from levels

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
