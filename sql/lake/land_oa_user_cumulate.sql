-- Followers of an Official Account at the end of a day.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getusercumulate
create table land_oa_user_cumulate (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    followers     bigint  -- persons at day end
);
