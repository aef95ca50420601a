-- Visitors of a week who came back n weeks later; only the n already known.
-- key       : account_id, business_date, cohort, week_n
-- partition : account_id
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappidweeklyretaininfo
create table land_mp_retention_week (
    account_id    text,    -- our key of the account
    business_date date,    -- last day of the week the cohort visited in
    start_date    date,    -- its first day
    cohort        text,    -- new or all visitors of the week
    week_n        integer, -- 0-4
    visitors      bigint   -- persons
);
