-- Cumulative visitors and sharing of a Mini Program.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappiddailysummarytrend
create table land_mp_summary_day (
    account_id     text,   -- our key of the account
    business_date  date,   -- day the figures are of
    visitors_total bigint, -- persons since launch
    shares         bigint, -- times
    sharers        bigint  -- persons
);
