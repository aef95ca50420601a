-- Visits of a Mini Program in a week, every visitor counted once.
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappidweeklyvisittrend
create table land_mp_visit_week (
    account_id               text,   -- our key of the account
    business_date            date,   -- last day of the week
    start_date               date,   -- its first day
    sessions                 bigint, -- opens
    page_views               bigint, -- pages
    visitors                 bigint, -- persons, once in the week
    new_visitors             bigint, -- persons
    stay_seconds_per_visitor double, -- s
    stay_seconds_per_session double, -- s
    depth                    double  -- pages per session
);
