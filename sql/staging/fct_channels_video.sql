-- Each Channels video's figures since its publication, by the day they were exported.
-- grain  : one row per account_id, video_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id       text, our key of the account
--   video_id         text, the platform's id
--   business_date    date, day the figures were taken
--   publish_date     date, business date of publication, null when not told
--   publish_hour     0-23, hour of publication in Shanghai, null when only the day is told
--   title            text, as told
--   plays            times since publication
--   completion_share share 0-1 of plays seen to the end
--   average_seconds  mean seconds a play
--   interactions     recommends (heart), likes (thumb) and comments since publication, null when one is not told
--   shares           times since publication
--   followers_won    follows since publication
-- source : land_channels_video
-- traps  : short videos have no interface: there is nothing before somebody imports the console's export
--          figures are cumulative: of each video only the newest row known on a day counts

with

videos as (

    select
        account_id,
        video_id,
        business_date,
        cast(published_at at time zone 'Asia/Shanghai' as date) as publish_date,
        case
            when cast(published_at at time zone 'Asia/Shanghai' as time) <> time '00:00:00'
                then cast(hour(published_at at time zone 'Asia/Shanghai') as integer)
        end as publish_hour,
        title,
        plays,
        completion_share,
        average_seconds,
        recommends + likes + comments as interactions,
        shares,
        follows as followers_won

    from land_channels_video

    where business_date >= $start_date
        and business_date < $end_date

)

select * from videos
