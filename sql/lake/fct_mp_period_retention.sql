-- Visitors of a week or month who came back a number of weeks or months later.
-- key       : account_id, period, business_date, cohort, period_n
-- partition : account_id
-- slice     : business_date
-- source    : sql/staging/fct_mp_period_retention.sql
create table fct_mp_period_retention (
    account_id      text,    -- our key of the account
    period          text,    -- week or month
    business_date   date,    -- last day of the week or month the cohort visited in
    cohort          text,    -- new or all visitors of it
    period_n        integer, -- weeks or months later, from 1
    matured_date    date,    -- last day of that later week or month: not known before its end
    visitors        bigint,  -- persons who came back in it
    cohort_visitors bigint   -- persons in the cohort, null when unknown
);
