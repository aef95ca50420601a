-- What becomes of private-domain users who fall silent, and whether speaking to them brings them back.
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
-- source : dim_person_stay, fct_person_day; catalogue/metrics.toml
-- traps  : a flag of at-risk, rule 1: 15 days in a row without an action; who falls silent twice is flagged twice
--          a cohort counts from the day its 30 days are over, so no value is ever too early
--          a touch within 30 days of an earlier one belongs to that one; without a hold-out natural returns are in
--          an action on the day of the touch counts as the answer to it: the hour of neither is asked

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

seen as (

    select person_key, business_date, events, touches, is_active
    from fct_person_day
    where business_date >= cast($start_date as date) - interval 89 day
        and business_date < $end_date

),

told as (

    select distinct business_date from seen
    where events > 0

),

known as (

    select
        days.business_date,
        sum(case when told.business_date > days.business_date - interval 75 day then 1 else 0 end)
            >= 0.95 * 75 as knows_flags,
        count(*) >= 0.95 * 90 as knows_touches

    from days

    inner join told
        on told.business_date > days.business_date - interval 90 day
        and told.business_date <= days.business_date

    group by days.business_date

),

stays as (

    select
        person_key,
        first_channel,
        since_date,
        coalesce(until_date, cast('9999-12-31' as date)) as until_date

    from dim_person_stay

    where is_bound
        and since_date < $end_date

),

actions as (

    select
        person_key,
        business_date,
        lead(business_date) over (partition by person_key order by business_date) as next_date

    from seen

    where is_active

),

flagged as (

    select
        stays.first_channel,
        cast(actions.business_date + interval 45 day as date) as matured_date,
        case when actions.next_date <= actions.business_date + interval 45 day then 0 else 1 end as counts

    from actions

    inner join stays
        on stays.person_key = actions.person_key
        and stays.since_date <= actions.business_date
        and stays.until_date > actions.business_date

    where actions.business_date < cast($end_date as date) - interval 45 day
        and (actions.next_date is null or actions.next_date > actions.business_date + interval 15 day)

),

spoken_to as (

    select distinct person_key from seen
    where touches > 0

),

around as (

    select
        seen.person_key,
        seen.business_date,
        seen.touches,
        max(case when seen.is_active then seen.business_date end) over (
            partition by seen.person_key
            order by seen.business_date
            rows between unbounded preceding and 1 preceding
        ) as last_active,
        min(case when seen.is_active then seen.business_date end) over (
            partition by seen.person_key
            order by seen.business_date
            rows between current row and unbounded following
        ) as next_active,
        max(case when seen.touches > 0 then seen.business_date end) over (
            partition by seen.person_key
            order by seen.business_date
            rows between unbounded preceding and 1 preceding
        ) as last_touch

    from seen

    inner join spoken_to
        on spoken_to.person_key = seen.person_key

),

touched as (

    select
        stays.first_channel,
        cast(around.business_date + interval 30 day as date) as matured_date,
        case
            when around.last_active >= around.business_date - interval 14 day then 'active'
            when around.last_active >= around.business_date - interval 29 day then 'at_risk'
            when stays.since_date <= around.business_date - interval 30 day then 'silent'
            else 'new'
        end as population,
        case when around.next_active <= around.business_date + interval 30 day then 1 else 0 end as counts

    from around

    inner join stays
        on stays.person_key = around.person_key
        and stays.since_date <= around.business_date
        and stays.until_date > around.business_date

    where around.touches > 0
        and around.business_date >= cast($start_date as date) - interval 59 day
        and around.business_date < cast($end_date as date) - interval 30 day
        and (around.last_touch is null or around.last_touch < around.business_date - interval 30 day)

),

cohorts as (

    select 'at_risk_churn_rate' as metric_id, first_channel, matured_date, counts from flagged

    union all

    select 'win_back_rate' as metric_id, first_channel, matured_date, counts from touched
    where population = 'at_risk'

    union all

    select 'wake_up_rate' as metric_id, first_channel, matured_date, counts from touched
    where population = 'silent'

),

daily as (

    select
        metric_id,
        first_channel,
        matured_date,
        sum(counts) as amount,
        count(*) as base

    from cohorts

    group by metric_id, first_channel, matured_date

),

scoped as (

    select metric_id, '' as dimension, '' as member, matured_date, amount, base from daily
    union all
    select metric_id, 'first_channel' as dimension, first_channel as member, matured_date, amount, base from daily

),

final as (

    select
        scoped.metric_id,
        '*' as account_id,
        scoped.dimension,
        scoped.member,
        days.business_date,
        cast(sum(scoped.amount) as double) as numerator,
        cast(sum(scoped.base) as double) as denominator,
        true as is_approx

    from days

    inner join scoped
        on scoped.matured_date > days.business_date - interval 30 day
        and scoped.matured_date <= days.business_date

    inner join known
        on known.business_date = days.business_date
        and case when scoped.metric_id = 'at_risk_churn_rate' then known.knows_flags else known.knows_touches end

    group by scoped.metric_id, scoped.dimension, scoped.member, days.business_date

)

select * from final
order by metric_id, account_id, dimension, member, business_date
