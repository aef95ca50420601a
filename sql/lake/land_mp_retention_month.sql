-- Visitors of a month who came back n months later; only the n already known.
-- key       : account_id, business_date, cohort, month_n
-- partition : account_id
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappidmonthlyretaininfo
create table land_mp_retention_month (
    account_id    text,    -- our key of the account
    business_date date,    -- last day of the month the cohort visited in
    start_date    date,    -- its first day
    cohort        text,    -- new or all visitors of the month
    month_n       integer, -- 0-1
    visitors      bigint   -- persons
);
