-- How many followed a Channels account (视频号) at the end of a day.
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : POST /channels/finderlive/get_finder_attr_by_appid; the past cannot be asked for
create table land_channels_follower_day (
    account_id    text,   -- our key of the account
    business_date date,   -- last day that was over when it was asked
    finder_id     text,   -- the account's own id, sph…, as orders name it
    nickname      text,   -- as the account calls itself
    followers     bigint  -- persons
);
