-- Incidents, each once, with the moments their clocks run between.
-- grain  : one row per incident_id
-- params : -
-- columns:
--   incident_id    text, unique
--   kind           text, violation, outage, crisis, privacy, complaint or other
--   business_date  date, day it began
--   opened_at      moment, UTC
--   detected_at    moment, UTC; when we learned of it, opened_at when not told
--   removed_at     moment, UTC, null when not removed
--   restored_at    moment, UTC, null when not restored
--   apology_at     moment, UTC, null when none
--   negative_share share 0-1 of voices at the worst moment, null when not told
-- source : land_incident
-- traps  : a moment before the one it follows is a slip of the log and stays unknown: the clock then runs on

with

ranked as (

    select
        incident_id,
        kind,
        business_date,
        opened_at,
        coalesce(detected_at, opened_at) as detected_at,
        removed_at,
        restored_at,
        apology_at,
        negative_share,
        row_number() over (
            partition by incident_id
            order by case when account_id = 'files' then 0 else 1 end, account_id
        ) as place

    from land_incident

),

incidents as (

    select
        incident_id,
        kind,
        business_date,
        opened_at,
        detected_at,
        case when removed_at >= detected_at then removed_at end as removed_at,
        case when restored_at >= opened_at then restored_at end as restored_at,
        apology_at,
        negative_share

    from ranked

    where place = 1

)

select * from incidents
