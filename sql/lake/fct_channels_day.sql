-- The day of a Channels account: followers, lives, viewers, money.
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : sql/marts/fct_channels_day.sql
create table fct_channels_day (
    account_id    text,           -- our key of the account
    business_date date,           -- Shanghai
    followers     bigint,         -- persons at the end of the day, null when nobody counted
    lives         bigint,         -- lives that ended that day, null while none was ever read
    live_seconds  bigint,         -- how long they lasted, seconds
    viewers       bigint,         -- persons, each once a live
    new_followers bigint,         -- persons who followed during a live
    gmv_cny       decimal(18, 2), -- paid that day through the account, CNY, null when not told
    live_gmv_cny  decimal(18, 2)  -- of it in lives, CNY
);
