-- Each item of content, with its labels.
-- grain  : one row per content_id
-- params : -
-- columns:
--   content_id      text, unique in the register
--   title           text, as told
--   channel         text, oa, channels, mp, community, moments or other
--   account         text, account_id or name of the account it was published by
--   article_id      text, of an article: message _ index, to join its figures; else null
--   video_id        text, of a Channels video: to join its figures; else null
--   matrix_type     text, label of the content matrix, null when not labelled
--   pyramid_layer   text, label of the content pyramid, null when not labelled
--   is_original     true or false, null when not labelled
--   origin          text, who made it, null when not labelled
--   template        text, template used
--   scene           text, scene or time slot
--   format          text, form of the content
--   publish_hour    0-23, hour of publication in Shanghai; null when not told
--   campaign        text, campaign_id it belongs to
--   brief_date      date, day work began
--   publish_date    date, day of publication, null when not planned yet
--   production_days days from brief to publication, null when either is not told
--   author          text, who signs
--   cost_cny        CNY, made outside for
--   kept_in         text, which register told it: files, else a Feishu account
-- source : land_content
-- traps  : a register kept in Feishu is the living one: a file that names the same item does not count beside it
--          a brief after the publication is a slip of the register: its days stay unknown, not negative

with

ranked as (

    select
        content_id,
        title,
        channel,
        account,
        msg_id,
        regexp_extract(content_url, '[?&]mid=([0-9]+)', 1) as url_mid,
        regexp_extract(content_url, '[?&]idx=([0-9]+)', 1) as url_idx,
        matrix_type,
        pyramid_layer,
        is_original,
        origin,
        template,
        scene,
        format,
        publish_hour,
        campaign,
        brief_date,
        publish_date,
        author,
        cost_cny,
        account_id,
        row_number() over (
            partition by content_id
            order by case when account_id = 'files' then 1 else 0 end, account_id
        ) as place

    from land_content

),

items as (

    select
        content_id,
        title,
        channel,
        account,
        case
            when msg_id like '%\_%' escape '\' then msg_id
            when url_mid <> '' and url_idx <> '' then url_mid || '_' || url_idx
        end as article_id,
        case when channel = 'channels' then nullif(msg_id, '') end as video_id,
        matrix_type,
        pyramid_layer,
        is_original,
        origin,
        template,
        scene,
        format,
        publish_hour,
        campaign,
        brief_date,
        publish_date,
        cast(case
            when publish_date >= brief_date then date_diff('day', brief_date, publish_date)
        end as integer) as production_days,
        author,
        cost_cny,
        account_id as kept_in

    from ranked

    where place = 1

)

select * from items
