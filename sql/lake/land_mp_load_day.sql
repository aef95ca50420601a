-- How long a Mini Program took to start in a day, mean of all launches; the stages do not add up to the launch.
-- key       : account_id, business_date, metric
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /wxa/business/performance/boot (module 10017)
create table land_mp_load_day (
    account_id    text,  -- our key of the account
    business_date date,  -- day the figures are of
    metric        text,  -- launch, download, inject or render; else the platform's own id
    milliseconds  double -- ms, mean; 0 is what the platform tells when it has lost the figures
);
