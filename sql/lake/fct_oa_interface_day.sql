-- How an Official Account's own server answered the platform's callbacks in a day.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_oa_interface_day.sql
create table fct_oa_interface_day (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    callbacks     bigint, -- times
    failures      bigint, -- times, of the callbacks
    total_seconds double, -- seconds of all callbacks together
    max_seconds   double  -- seconds of the slowest
);
