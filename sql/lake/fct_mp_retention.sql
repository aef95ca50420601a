-- Visitors of a day who came back n days later, beside the size of their cohort.
-- key       : account_id, business_date, cohort, day_n
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_mp_retention.sql
create table fct_mp_retention (
    account_id      text,    -- our key of the account
    business_date   date,    -- day the cohort visited
    cohort          text,    -- new or all visitors of business_date
    day_n           integer, -- days later: 1-7, 14, 30
    matured_date    date,    -- business_date plus day_n: not known before its end
    visitors        bigint,  -- persons who came on matured_date exactly
    cohort_visitors bigint   -- persons on day 0, null when unknown
);
