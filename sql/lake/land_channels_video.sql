-- Figures of each Channels video since its publication, by the day they were exported.
-- key       : account_id, video_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : import template channels_videos (sql/catalogue/templates.toml)
create table land_channels_video (
    account_id          text,        -- our key of the account
    business_date       date,        -- day the figures were taken
    video_id            text,        -- the platform's id
    title               text,        -- as told
    published_at        timestamptz, -- UTC; Shanghai midnight when only the day is told
    completion_share    double,      -- share 0-1
    average_seconds     double,      -- seconds
    plays               bigint,      -- times since publication
    recommends          bigint,      -- times, the heart
    likes               bigint,      -- times, the thumb
    comments            bigint,      -- times
    shares              bigint,      -- times
    follows             bigint,      -- times
    forwards            bigint,      -- times, to chats and moments
    ringtones           bigint,      -- times
    statuses            bigint,      -- times
    moment_covers       bigint,      -- times
    wecom_link_clicks   bigint,      -- times, null in older exports
    wecom_link_persons  bigint,      -- persons, null in older exports
    contact_adds        bigint,      -- times, null in older exports
    contact_add_persons bigint,      -- persons, null in older exports
    import_id           text         -- which import the row came from
);
