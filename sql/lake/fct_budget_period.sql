-- Planned money of each budget line, by the days it is planned for.
-- key       : line_id, period
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_budget_period.sql
create table fct_budget_period (
    line_id     text,           -- budget line
    period      text,           -- 2026, 2026-Q3 or 2026-07
    start_date  date,           -- first day
    end_date    date,           -- day after the last
    days        integer,        -- days of the period
    planned_cny decimal(18, 2), -- CNY for the whole period
    fineness    integer,        -- 1 a year, 2 a quarter, 3 a month: where they overlap the finest counts
    kept_in     text            -- which table told it: files, else a Feishu account
);
