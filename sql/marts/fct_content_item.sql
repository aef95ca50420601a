-- Each item of content, with its labels, and the article or video it became.
-- grain  : one row per content_id
-- params : -
-- columns:
--   content_id      text, unique in the register
--   title           text, as told
--   channel         text, oa, channels, mp, community, moments or other
--   account         text, account_id or name of the account it was published by
--   article_id      text, of an article: message _ index, to join its figures; as told or found, else null
--   video_id        text, of a Channels video: to join its figures; as told or found, else null
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
-- source : land_content, fct_oa_article_day, fct_channels_video
-- traps  : a register kept in Feishu is the living one: a file that names the same item does not count beside it
--          a row planned without the id of what became of it is linked by channel, account, publication date and title,
--          when exactly one fits on either side; an account that is no id of ours may be a name and fits any
--          what a row of the register names by its id is linked to no other row
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

told as (

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

),

titles as (

    select
        'oa' as channel,
        account_id,
        article_id as figures_of,
        publish_date,
        max_by(nullif(trim(title), ''), stat_date) as title

    from fct_oa_article_day

    group by account_id, article_id, publish_date

    union all

    select
        'channels' as channel,
        account_id,
        video_id as figures_of,
        publish_date,
        max_by(nullif(trim(title), ''), business_date) as title

    from fct_channels_video

    group by account_id, video_id, publish_date

),

unnamed as (

    select titles.*

    from titles

    anti join told
        on coalesce(told.article_id, told.video_id) = titles.figures_of

),

pairs as (

    select
        told.content_id,
        unnamed.channel,
        unnamed.figures_of,
        count(*) over (partition by told.content_id) as fitting,
        count(*) over (partition by unnamed.channel, unnamed.account_id, unnamed.figures_of) as fitted

    from told

    inner join unnamed
        on unnamed.channel = told.channel
        and unnamed.publish_date = told.publish_date
        and unnamed.title = trim(told.title)

    where told.article_id is null
        and told.video_id is null
        and (
            told.account is null
            or told.account = unnamed.account_id
            or told.account not in (select account_id from titles)
        )

),

linked as (

    select * from pairs
    where fitting = 1
        and fitted = 1

),

items as (

    select
        told.content_id,
        told.title,
        told.channel,
        told.account,
        case when linked.channel = 'oa' then linked.figures_of else told.article_id end as article_id,
        case when linked.channel = 'channels' then linked.figures_of else told.video_id end as video_id,
        told.matrix_type,
        told.pyramid_layer,
        told.is_original,
        told.origin,
        told.template,
        told.scene,
        told.format,
        told.publish_hour,
        told.campaign,
        told.brief_date,
        told.publish_date,
        told.production_days,
        told.author,
        told.cost_cny,
        told.kept_in

    from told

    left join linked
        on linked.content_id = told.content_id

)

select * from items
