-- How many private-domain users are seen active, come back, recommend, and stay.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), industry_monthly_retention (share 0-1, or null)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : dim_person, dim_person_stay, fct_person_day; catalogue/metrics.toml
-- traps  : reading is told for nobody, so every figure here is a floor and approximate
--          a day without any tracking event is a day without the import: over 5 % of them leave no value
--          without the industry's mean in the plan loyalty_vs_industry has no denominator and no value
--          persons are counted over stretches of days in which they count, never summed over days

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

seen as (

    select person_key, business_date, events, invites, referrals, is_active
    from fct_person_day
    where business_date >= cast($start_date as date) - interval 59 day
        and business_date < $end_date

),

told as (

    select
        business_date,
        max(case when events > 0 then 1 else 0 end) as has_events,
        max(case when invites + referrals > 0 then 1 else 0 end) as has_invites

    from seen

    group by business_date

),

known as (

    select
        days.business_date,
        sum(case when told.business_date > days.business_date - interval 30 day then told.has_events else 0 end)
            >= 0.95 * 30 as knows_month,
        sum(told.has_events) >= 0.95 * 60 as knows_two_months,
        max(case when told.business_date > days.business_date - interval 30 day then told.has_invites else 0 end) = 1
            as knows_invites

    from days

    inner join told
        on told.business_date > days.business_date - interval 60 day
        and told.business_date <= days.business_date

    group by days.business_date

),

marks as (

    select 'active' as kind, person_key, business_date from seen
    where is_active

    union all

    select 'referred' as kind, person_key, business_date from seen
    where referrals > 0

),

spaced as (

    select
        kind,
        person_key,
        business_date,
        lag(business_date) over (partition by kind, person_key order by business_date) as before_date

    from marks

),

numbered as (

    select
        kind,
        person_key,
        business_date,
        sum(case when before_date >= business_date - interval 30 day then 0 else 1 end) over (
            partition by kind, person_key
            order by business_date
            rows between unbounded preceding and current row
        ) as stretch

    from spaced

),

stretches as (

    select
        kind,
        person_key,
        min(business_date) as since_date,
        cast(max(business_date) + interval 30 day as date) as until_date

    from numbered

    group by kind, person_key, stretch

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

held as (

    select
        stretches.kind,
        stretches.person_key,
        stays.first_channel,
        greatest(stretches.since_date, stays.since_date) as since_date,
        least(stretches.until_date, stays.until_date) as until_date

    from stretches

    inner join stays
        on stays.person_key = stretches.person_key
        and stays.since_date < stretches.until_date
        and stays.until_date > stretches.since_date

),

earlier as (

    select
        person_key,
        first_channel,
        cast(since_date + interval 30 day as date) as since_date,
        cast(until_date + interval 30 day as date) as until_date

    from held

    where kind = 'active'

),

counted as (

    select 'members' as figure, first_channel, since_date, until_date from stays
    union all
    select kind as figure, first_channel, since_date, until_date from held
    union all
    select 'earlier' as figure, first_channel, since_date, until_date from earlier

    union all

    select
        'stayed' as figure,
        earlier.first_channel,
        greatest(earlier.since_date, held.since_date) as since_date,
        least(earlier.until_date, held.until_date) as until_date

    from earlier

    inner join held
        on held.kind = 'active'
        and held.person_key = earlier.person_key
        and held.since_date < earlier.until_date
        and held.until_date > earlier.since_date

),

changes as (

    select figure, first_channel, since_date as change_date, 1 as change from counted
    union all
    select figure, first_channel, until_date as change_date, -1 as change from counted

),

daily as (

    select
        figure,
        first_channel,
        change_date,
        sum(change) as change

    from changes

    where change_date < $end_date

    group by figure, first_channel, change_date

),

scoped as (

    select figure, '' as dimension, '' as member, change_date, change from daily
    union all
    select figure, 'first_channel' as dimension, first_channel as member, change_date, change from daily

),

levels as (

    select
        scoped.dimension,
        scoped.member,
        days.business_date,
        sum(case when scoped.figure = 'members' then scoped.change else 0 end) as members,
        sum(case when scoped.figure = 'active' then scoped.change else 0 end) as active,
        sum(case when scoped.figure = 'referred' then scoped.change else 0 end) as referred,
        sum(case when scoped.figure = 'earlier' then scoped.change else 0 end) as earlier,
        sum(case when scoped.figure = 'stayed' then scoped.change else 0 end) as stayed

    from days

    inner join scoped
        on scoped.change_date <= days.business_date

    group by scoped.dimension, scoped.member, days.business_date

),

cohorts as (

    select
        dim_person.first_channel,
        told.business_date as matured_date,
        count(*) as joined,
        sum(case when seen.is_active then 1 else 0 end) as returned

    from told

    inner join dim_person
        on dim_person.since_date = told.business_date - interval 7 day
        and dim_person.is_bound

    left join seen
        on seen.person_key = dim_person.person_key
        and seen.business_date = told.business_date

    where told.has_events = 1

    group by dim_person.first_channel, told.business_date

),

matured as (

    select '' as dimension, '' as member, matured_date, joined, returned from cohorts
    union all
    select 'first_channel' as dimension, first_channel as member, matured_date, joined, returned from cohorts

),

sevenths as (

    select
        matured.dimension,
        matured.member,
        days.business_date,
        sum(matured.returned) as returned,
        sum(matured.joined) as joined

    from days

    inner join matured
        on matured.matured_date > days.business_date - interval 28 day
        and matured.matured_date <= days.business_date

    group by matured.dimension, matured.member, days.business_date

),

measured as (

    select
        'user_mau_rate' as metric_id,
        levels.dimension,
        levels.member,
        levels.business_date,
        levels.active as amount,
        levels.members as base

    from levels

    inner join known
        on known.business_date = levels.business_date
        and known.knows_month

    union all

    select
        'referral_rate' as metric_id,
        levels.dimension,
        levels.member,
        levels.business_date,
        levels.referred as amount,
        levels.active as base

    from levels

    inner join known
        on known.business_date = levels.business_date
        and known.knows_month
        and known.knows_invites

    union all

    select
        'loyalty_vs_industry' as metric_id,
        levels.dimension,
        levels.member,
        levels.business_date,
        levels.stayed as amount,
        levels.earlier * cast($industry_monthly_retention as double) as base

    from levels

    inner join known
        on known.business_date = levels.business_date
        and known.knows_two_months

    union all

    select
        'user_d7_retention' as metric_id,
        dimension,
        member,
        business_date,
        returned as amount,
        joined as base

    from sevenths

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(amount as double) as numerator,
        cast(base as double) as denominator,
        true as is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
