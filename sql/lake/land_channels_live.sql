-- Each live of a Channels account and who watched it.
-- key       : account_id, business_date, export_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/finderlive/get_finder_live_data_list
create table land_channels_live (
    account_id        text,        -- our key of the account
    business_date     date,        -- day it ended, as the platform counts; it may have begun the evening before
    export_id         text,        -- platform's id
    started_at        timestamptz, -- UTC
    duration_seconds  bigint,      -- seconds
    viewers           bigint,      -- persons of this live; over lives they do not add up to persons
    cheers            bigint,      -- taps on the heart
    forwards          bigint,      -- times shared
    comments          bigint,      -- comments
    avg_watch_seconds double,      -- seconds a viewer
    max_online        bigint,      -- persons at one moment
    new_followers     bigint,      -- persons who followed during it
    new_followers_biz bigint       -- of a linked business account; not explained by the platform
);
