-- Callbacks of the platform to an Official Account's own server in a day.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getinterfacesummary
create table land_oa_interface_day (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    callbacks     bigint, -- times
    failures      bigint, -- times
    total_ms      bigint, -- ms of all callbacks; the mean is total_ms ÷ callbacks
    max_ms        bigint  -- ms of the slowest
);
