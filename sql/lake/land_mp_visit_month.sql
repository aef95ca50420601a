-- Visits of a Mini Program in a calendar month, every visitor counted once.
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappidmonthlyvisittrend
create table land_mp_visit_month (
    account_id               text,   -- our key of the account
    business_date            date,   -- last day of the month
    start_date               date,   -- its first day
    sessions                 bigint, -- opens
    page_views               bigint, -- pages
    visitors                 bigint, -- persons, once in the month
    new_visitors             bigint, -- persons
    stay_seconds_per_visitor double, -- s
    stay_seconds_per_session double, -- s
    depth                    double  -- pages per session
);
