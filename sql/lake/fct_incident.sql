-- Incidents, each once, with the moments their clocks run between.
-- key       : incident_id
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_incident.sql
create table fct_incident (
    incident_id    text,        -- unique
    kind           text,        -- violation, outage, crisis, privacy, complaint or other
    business_date  date,        -- day it began
    opened_at      timestamptz, -- UTC
    detected_at    timestamptz, -- UTC; when we learned of it, opened_at when not told
    removed_at     timestamptz, -- UTC, null when not removed
    restored_at    timestamptz, -- UTC, null when not restored
    apology_at     timestamptz, -- UTC, null when none
    negative_share double       -- share 0-1 of voices at the worst moment, null when not told
);
