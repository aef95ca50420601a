-- Where a Mini Program's visits came from; key 18 is an Official Account article.
-- key       : account_id, business_date, unit, source_key
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappidvisitdistribution
create table land_mp_visit_source (
    account_id    text,    -- our key of the account
    business_date date,    -- day the figures are of
    unit          text,    -- sessions or visitors
    source_key    integer, -- platform code; unknown codes are kept
    amount        bigint   -- in unit
);
