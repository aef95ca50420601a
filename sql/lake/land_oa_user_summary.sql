-- New and lost followers of an Official Account by channel, as the platform tells them.
-- key       : account_id, business_date, user_source
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getusersummary
create table land_oa_user_summary (
    account_id     text,    -- our key of the account
    business_date  date,    -- day the figures are of
    user_source    integer, -- platform code of the channel; unknown codes are kept
    new_followers  bigint,  -- persons
    lost_followers bigint   -- persons who unfollowed
);
