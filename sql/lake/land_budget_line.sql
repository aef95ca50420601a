-- Planned money by budget line and period.
-- key       : account_id, line_id, period
-- partition : account_id
-- slice     : account_id
-- source    : import template budget (sql/catalogue/templates.toml)
create table land_budget_line (
    account_id  text,           -- our key of the account; files when the rows are the brand's
    line_id     text,           -- budget line
    name        text,           -- as told
    period      text,           -- 2026, 2026-Q3 or 2026-07
    planned_cny decimal(18, 2), -- CNY
    domain      text,           -- content, data, operations or other
    reach       text,           -- public or private domain
    horizon     text,           -- short or long
    effort      text,           -- core or innovation, null when not labelled
    nature      text,           -- rigid or elastic
    import_id   text            -- which import the row came from
);
