-- Visits of a Mini Program in a week or month, every visitor counted once.
-- key       : account_id, period, business_date
-- partition : account_id
-- slice     : business_date
-- source    : sql/staging/fct_mp_period.sql
create table fct_mp_period (
    account_id               text,   -- our key of the account
    period                   text,   -- week (Monday to Sunday) or month
    business_date            date,   -- last day of the period
    start_date               date,   -- its first day
    sessions                 bigint, -- opens
    page_views               bigint, -- pages
    visitors                 bigint, -- persons, once in the period
    new_visitors             bigint, -- persons
    stay_seconds_per_visitor double, -- s
    stay_seconds_per_session double, -- s
    depth                    double  -- pages per session
);
