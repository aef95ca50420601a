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
-- source : fct_incident, land_incident
-- traps  : what ended after the window was open at its end, so a day told again tells the same
--          the day ends at midnight in Shanghai, 16:00 UTC of the same date

with

bounds as (

    select
        (cast($start_date as timestamp) - interval 8 hour) at time zone 'UTC' as starts_at,
        (cast($end_date as timestamp) - interval 8 hour) at time zone 'UTC' as ends_at

),

told as (

    select
        incident_id,
        min(title) as title,
        min(owner) as owner

    from land_incident

    group by incident_id

),

running as (

    select
        fct_incident.incident_id,
        fct_incident.kind,
        told.title,
        told.owner,
        fct_incident.opened_at,
        fct_incident.detected_at,
        case when fct_incident.removed_at < bounds.ends_at then fct_incident.removed_at end as removed_at,
        case when fct_incident.restored_at < bounds.ends_at then fct_incident.restored_at end as restored_at

    from fct_incident

    cross join bounds

    left join told
        on told.incident_id = fct_incident.incident_id

    where fct_incident.opened_at < bounds.ends_at
        and coalesce(fct_incident.removed_at, bounds.ends_at) >= bounds.starts_at
        and coalesce(fct_incident.restored_at, bounds.ends_at) >= bounds.starts_at

)

select * from running
