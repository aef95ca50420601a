-- Visits of a Mini Program in a day.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappiddailyvisittrend
create table land_mp_visit_day (
    account_id               text,   -- our key of the account
    business_date            date,   -- day the figures are of
    sessions                 bigint, -- opens
    page_views               bigint, -- pages
    visitors                 bigint, -- persons
    new_visitors             bigint, -- persons
    stay_seconds_per_visitor double, -- s
    stay_seconds_per_session double, -- s
    depth                    double  -- pages per session
);
