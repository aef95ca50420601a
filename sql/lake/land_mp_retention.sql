-- Visitors of a day who came back n days later; only the n already known.
-- key       : account_id, business_date, cohort, day_n
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappiddailyretaininfo
create table land_mp_retention (
    account_id    text,    -- our key of the account
    business_date date,    -- day the figures are of
    cohort        text,    -- new or all visitors of business_date
    day_n         integer, -- 0-7, 14, 30
    visitors      bigint   -- persons
);
