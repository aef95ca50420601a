-- Followers won and lost by each Official Account in a day, and how many it has at the end.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_oa_follower_day.sql
create table fct_oa_follower_day (
    account_id     text,   -- our key of the account
    business_date  date,   -- day the figures are of
    followers_won  bigint, -- persons, null when the day's channels are unknown
    followers_lost bigint, -- persons who unfollowed, null likewise
    followers_net  bigint, -- won minus lost, persons
    followers      bigint  -- persons at day end, null when unknown
);
