-- Incidents and how they were handled.
-- key       : account_id, incident_id
-- partition : account_id, month
-- slice     : business_date
-- source    : import template incidents (sql/catalogue/templates.toml)
create table land_incident (
    account_id     text,        -- our key of the account; files when the rows are the brand's
    business_date  date,        -- day of opened_at
    incident_id    text,        -- unique per incident
    kind           text,        -- violation, outage, crisis, privacy, complaint or other
    title          text,        -- as told
    opened_at      timestamptz, -- UTC
    detected_at    timestamptz, -- UTC, null when not told
    removed_at     timestamptz, -- UTC, null when not removed
    restored_at    timestamptz, -- UTC, null when not restored
    apology_at     timestamptz, -- UTC, null when none
    negative_share double,      -- share 0-1 of voices at the worst moment
    channel        text,        -- as told
    content_id     text,        -- unique in the register
    owner          text,        -- person or team
    import_id      text         -- which import the row came from
);
