-- Each Channels video's figures since its publication, by the day they were exported.
-- key       : account_id, video_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_channels_video.sql
create table fct_channels_video (
    account_id       text,    -- our key of the account
    video_id         text,    -- the platform's id
    business_date    date,    -- day the figures were taken
    publish_date     date,    -- business date of publication, null when not told
    publish_hour     integer, -- 0-23, hour of publication in Shanghai, null when only the day is told
    title            text,    -- as told
    plays            bigint,  -- times since publication
    completion_share double,  -- share 0-1 of plays seen to the end
    average_seconds  double,  -- mean seconds a play
    interactions     bigint,  -- recommends (heart), likes (thumb) and comments since publication, null when one is not told
    shares           bigint,  -- times since publication
    followers_won    bigint   -- follows since publication
);
