-- Tracking events of persons, as an analytics SDK exports them.
-- key       : account_id, event_id
-- partition : business_date
-- slice     : business_date
-- source    : import template events (sql/catalogue/templates.toml)
create table land_event (
    account_id     text,           -- our key of the account; files when the rows are the brand's
    business_date  date,           -- day of event_at
    event_id       text,           -- unique per event
    event_at       timestamptz,    -- UTC
    event          text,           -- name of the event
    person_key     text,           -- keyed hash of the id
    person_id_kind text,           -- what kind of id person_key was made from
    union_key      text,           -- keyed hash of the unionid, null when not told
    platform       text,           -- where it happened
    page           text,           -- page or path
    scene          text,           -- scene, as told
    item_id        text,           -- goods or content
    amount_cny     decimal(18, 2), -- CNY
    properties     text,           -- JSON object as told
    import_id      text            -- which import the row came from
);
