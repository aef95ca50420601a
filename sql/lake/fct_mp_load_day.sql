-- How long a Mini Program took to start in a day, mean of all launches.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_mp_load_day.sql
create table fct_mp_load_day (
    account_id       text,   -- our key of the account
    business_date    date,   -- day the figures are of
    launch_seconds   double, -- s from the tap to the first page, null when unknown
    download_seconds double, -- s a package, null when unknown
    inject_seconds   double, -- s a script, null when unknown
    render_seconds   double  -- s a page, null when unknown
);
