-- How fast violations come down and outages end, and how much harm they do.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), limit_takedown_hours (of the plan),
--          limit_recovery_hours (of the plan)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_incident, fct_content_item; catalogue/metrics.toml
-- traps  : a clock that still runs at the end of the day counts what it shows by then: an open incident is the worst
--          of all
--          the day ends at midnight in Shanghai, 16:00 UTC
--          one that is still open after 90 days stays until it ends
--          without an incident of the kind in the 90 days there is no worst one, so no value
--          an incident counts from the day it was learned of, also before anybody could take it down

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

incidents as (

    select
        incident_id,
        kind,
        cast(detected_at at time zone 'Asia/Shanghai' as date) as detected_date,
        business_date as opened_date,
        cast(detected_at at time zone 'UTC' as timestamp) as detected_at,
        cast(opened_at at time zone 'UTC' as timestamp) as opened_at,
        cast(removed_at at time zone 'UTC' as timestamp) as removed_at,
        cast(restored_at at time zone 'UTC' as timestamp) as restored_at,
        negative_share

    from fct_incident

),

ends as (

    select
        business_date,
        cast(business_date as timestamp) + interval 16 hour as ends_at

    from days

),

violations as (

    select
        ends.business_date,
        date_diff('second', incidents.detected_at, least(coalesce(incidents.removed_at, ends.ends_at), ends.ends_at))
            / 3600.0 as hours,
        coalesce(incidents.removed_at <= ends.ends_at, false) as is_over

    from ends

    inner join incidents
        on incidents.kind = 'violation'
        and incidents.detected_date <= ends.business_date
        and (
            incidents.detected_date > ends.business_date - interval 90 day
            or coalesce(incidents.removed_at > ends.ends_at, true)
        )

),

outages as (

    select
        ends.business_date,
        date_diff('second', incidents.opened_at, least(coalesce(incidents.restored_at, ends.ends_at), ends.ends_at))
            / 3600.0 as hours,
        coalesce(incidents.restored_at <= ends.ends_at, false) as is_over

    from ends

    inner join incidents
        on incidents.kind = 'outage'
        and incidents.opened_date <= ends.business_date
        and (
            incidents.opened_date > ends.business_date - interval 90 day
            or coalesce(incidents.restored_at > ends.ends_at, true)
        )

),

takedowns as (

    select
        business_date,
        max(hours) as worst,
        sum(case when is_over and hours <= cast($limit_takedown_hours as double) then 1 else 0 end) as inside,
        sum(case when is_over or hours > cast($limit_takedown_hours as double) then 1 else 0 end) as decided,
        count(*) as violations

    from violations

    group by business_date

),

recoveries as (

    select
        business_date,
        max(hours) as worst,
        sum(case when is_over and hours <= cast($limit_recovery_hours as double) then 1 else 0 end) as inside,
        sum(case when is_over or hours > cast($limit_recovery_hours as double) then 1 else 0 end) as decided

    from outages

    group by business_date

),

harm as (

    select
        days.business_date,
        max(incidents.negative_share) as worst

    from days

    inner join incidents
        on incidents.negative_share is not null
        and incidents.opened_date > days.business_date - interval 90 day
        and incidents.opened_date <= days.business_date

    group by days.business_date

),

published as (

    select
        days.business_date,
        count(*) as items

    from days

    inner join fct_content_item
        on fct_content_item.publish_date > days.business_date - interval 90 day
        and fct_content_item.publish_date <= days.business_date

    group by days.business_date

),

logged as (

    select days.business_date
    from days
    inner join (select min(opened_date) as first_date from incidents) as log
        on log.first_date <= days.business_date

),

measured as (

    select
        'takedown_hours' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        worst as numerator,
        null as denominator,
        false as is_approx

    from takedowns

    union all

    select
        'takedown_within_limit_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        inside as numerator,
        decided as denominator,
        false as is_approx

    from takedowns

    union all

    select
        'recovery_hours' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        worst as numerator,
        null as denominator,
        false as is_approx

    from recoveries

    union all

    select
        'recovery_within_limit_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        inside as numerator,
        decided as denominator,
        false as is_approx

    from recoveries

    union all

    select
        'incident_negative_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        worst as numerator,
        1 as denominator,
        false as is_approx

    from harm

    union all

    select
        'violation_rate' as metric_id,
        '' as dimension,
        '' as member,
        published.business_date,
        coalesce(takedowns.violations, 0) as numerator,
        published.items as denominator,
        false as is_approx

    from published

    inner join logged
        on logged.business_date = published.business_date

    left join takedowns
        on takedowns.business_date = published.business_date

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
