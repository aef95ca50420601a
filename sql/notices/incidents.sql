-- Incidents whose clock ran on some day of the window: begun, noticed, ended, or still open at its end.
-- grain  : one row per incident_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   incident_id  text, of the log
--   kind         text, violation, outage, crisis, privacy, complaint or other
--   title        text, as told
--   owner        text, person or team, null when not told
--   opened_at    timestamptz, UTC
--   detected_at  timestamptz, UTC
--   removed_at   timestamptz, UTC, null while it is not removed at the end of the window
--   restored_at  timestamptz, UTC, null while it is not restored at the end of the window
-- source : land_incident
-- traps  : a violation ends when it is removed, an outage when it is restored, whatever else is told; one without a clock
--          of its own ends with the first of the two
--          what ended after the window was open at its end, so a day told again tells the same
--          the day ends at midnight in Shanghai, 16:00 UTC of the same date
--          read as logged, not as built: a clock cannot wait for the next build, so the rules of fct_incident stand here

with

bounds as (

    select
        (cast($start_date as timestamp) - interval 8 hour) at time zone 'UTC' as starts_at,
        (cast($end_date as timestamp) - interval 8 hour) at time zone 'UTC' as ends_at

),

ranked as (

    select
        incident_id,
        kind,
        title,
        owner,
        opened_at,
        coalesce(detected_at, opened_at) as detected_at,
        removed_at,
        restored_at,
        row_number() over (
            partition by incident_id
            order by case when account_id = 'files' then 0 else 1 end, account_id
        ) as place

    from land_incident

),

moments as (

    select
        incident_id,
        kind,
        title,
        owner,
        opened_at,
        detected_at,
        case when removed_at >= detected_at then removed_at end as removed_at,
        case when restored_at >= opened_at then restored_at end as restored_at

    from ranked

    where place = 1

),

logged as (

    select
        *,
        case kind
            when 'violation' then removed_at
            when 'outage' then restored_at
            else least(removed_at, restored_at)
        end as ended_at

    from moments

),

running as (

    select
        logged.incident_id,
        logged.kind,
        logged.title,
        logged.owner,
        logged.opened_at,
        logged.detected_at,
        case when logged.removed_at < bounds.ends_at then logged.removed_at end as removed_at,
        case when logged.restored_at < bounds.ends_at then logged.restored_at end as restored_at

    from logged

    cross join bounds

    where logged.opened_at < bounds.ends_at
        and coalesce(logged.ended_at, bounds.ends_at) >= bounds.starts_at

)

select * from running
