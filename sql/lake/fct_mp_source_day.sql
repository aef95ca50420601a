-- Where the visits of each Mini Program in a day came from.
-- key       : account_id, business_date, source_key
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_mp_source_day.sql
create table fct_mp_source_day (
    account_id    text,    -- our key of the account
    business_date date,    -- day the figures are of
    source_key    integer, -- platform code of the source; unknown codes are kept
    sessions      bigint,  -- opens, null when the platform told none for any source
    visitors      bigint   -- persons, null when the platform told none for any source
);
