-- Followers won and lost by each Official Account in a day, by the channel they used.
-- key       : account_id, business_date, user_source
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_oa_follower_source_day.sql
create table fct_oa_follower_source_day (
    account_id     text,    -- our key of the account
    business_date  date,    -- day the figures are of
    user_source    integer, -- platform code of the channel; unknown codes are kept
    followers_won  bigint,  -- persons
    followers_lost bigint,  -- persons who unfollowed
    followers_net  bigint   -- won minus lost, persons
);
