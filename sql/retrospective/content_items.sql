-- Each item of content published in the window, with its labels and its figures on its days 1, 3 and 7.
-- grain  : one row per item_id, day_n
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   item_id         text, article_id of an article, video_id of a video, else the register's content_id
--   channel         text, oa, channels, mp, community, moments or other
--   account_id      text, our key of the account; of an item without figures, what the register calls it
--   publish_date    date, business date of publication
--   title           text, as published, else as registered; empty when neither tells it
--   url             text, empty when unknown
--   is_registered   true or false, it stands in the content register
--   content_id      text, the register's own; null when it stands in none
--   matrix_type     text, null when not labelled; the same holds for every label
--   pyramid_layer   text, label of the content pyramid
--   is_original     true or false
--   origin          text, who made it
--   template        text, template used
--   scene           text, scene or time slot
--   format          text, form of the content
--   publish_hour    0-23, hour of publication in Shanghai
--   author          text, who signs
--   campaign        text, campaign_id it belongs to
--   production_days days from brief to publication
--   cost_cny        CNY, made outside for
--   day_n           1, 3 or 7; 1 is the day of publication
--   has_figures     true or false, the platform or an export told this day's figures
--   delivered       persons the push reached; null when nobody was notified, and for other channels
--   is_delivered_approx true or false, followers stand in for the persons reached
--   readers         persons since publication; of a video, plays
--   session_readers persons since publication who came from the push
--   interactions    likes, zaikan, comments and collects since publication
--   sharers         persons since publication; of a video, shares
--   followers_won   persons since publication who followed after it
--   finish_share    0-1
--   jump_1_share    share of readers leaving in the first fifth
--   jump_2_share    in the second
--   jump_3_share    in the third
--   jump_4_share    in the fourth
--   jump_5_share    in the last
--   mp_clicks       visits of Mini Programs from articles, credited by the share of each day's readers
--   orders          paid orders, credited likewise
--   revenue_cny     CNY of those orders after refunds
-- source : fct_oa_article_day, fct_oa_delivery, fct_channels_video, fct_content_item, land_oa_notified_article,
--          fct_mp_day, fct_order
-- traps  : the articles of one push are delivered together: what an export tells of one counts for all of them
--          visits, orders and revenue of an article are estimates: nobody tells them per article
--          a day whose visits nobody told credits no orders: an age with such a day has none, but may have mp_clicks
--          two rows of the register that name the same article or video are one item: the first content_id's labels
--          a video's figures are those of the first export between its day and two days later
--          an article's hour is known only from the register or from an export that tells a clock

with

ages(day_n) as (

    values (1), (3), (7)

),

labelled as (

    select
        *,
        coalesce(article_id, video_id) as figures_of,
        row_number() over (
            partition by coalesce(article_id, video_id, content_id)
            order by content_id
        ) as place

    from fct_content_item

),

told as (

    select
        *,
        row_number() over (
            partition by account_id, article_id
            order by stat_date desc
        ) as newness

    from fct_oa_article_day

    where publish_date >= cast($start_date as date)
        and publish_date < $end_date

),

clocks as (

    select
        account_id,
        regexp_extract(content_url, '[?&]mid=([0-9]+)', 1)
            || '_' || regexp_extract(content_url, '[?&]idx=([0-9]+)', 1) as article_id,
        cast(max(hour(published_at at time zone 'Asia/Shanghai')) as integer) as publish_hour

    from land_oa_notified_article

    where published_at is not null
        and cast(published_at at time zone 'Asia/Shanghai' as time) <> time '00:00:00'

    group by all

),

articles as (

    select
        told.article_id as item_id,
        'oa' as channel,
        told.account_id,
        told.publish_date,
        coalesce(told.title, labelled.title, '') as title,
        coalesce(told.content_url, '') as url,
        labelled.content_id,
        coalesce(labelled.publish_hour, clocks.publish_hour) as publish_hour

    from told

    left join labelled
        on labelled.figures_of = told.article_id
        and labelled.place = 1

    left join clocks
        on clocks.account_id = told.account_id
        and clocks.article_id = told.article_id

    where told.newness = 1

),

snapshots as (

    select
        *,
        date_diff('day', publish_date, business_date) + 1 as age,
        row_number() over (partition by account_id, video_id order by business_date desc) as newness

    from fct_channels_video

    where publish_date >= cast($start_date as date)
        and publish_date < $end_date

),

videos as (

    select
        snapshots.video_id as item_id,
        'channels' as channel,
        snapshots.account_id,
        snapshots.publish_date,
        coalesce(snapshots.title, labelled.title, '') as title,
        '' as url,
        labelled.content_id,
        coalesce(labelled.publish_hour, snapshots.publish_hour) as publish_hour

    from snapshots

    left join labelled
        on labelled.figures_of = snapshots.video_id
        and labelled.place = 1

    where snapshots.newness = 1

),

with_figures as (

    select * from articles
    union all
    select * from videos

),

others as (

    select
        coalesce(labelled.figures_of, labelled.content_id) as item_id,
        labelled.channel,
        coalesce(labelled.account, '') as account_id,
        labelled.publish_date,
        coalesce(labelled.title, '') as title,
        '' as url,
        labelled.content_id,
        labelled.publish_hour

    from labelled

    anti join with_figures
        on with_figures.item_id = labelled.figures_of

    where labelled.place = 1
        and labelled.publish_date >= cast($start_date as date)
        and labelled.publish_date < $end_date

),

items as (

    select * from with_figures
    union all
    select * from others

),

readings as (

    select
        stat_date as business_date,
        sum(readers_added) as readers

    from fct_oa_article_day

    where stat_date >= cast($start_date as date)
        and stat_date < cast($end_date as date) + interval 6 day

    group by stat_date

),

arriving as (

    select
        business_date,
        article_visitors as from_articles,
        case when is_sessions then sessions else visitors end as arrivals

    from fct_mp_day

    where business_date >= cast($start_date as date)
        and business_date < cast($end_date as date) + interval 6 day
        and article_visitors is not null

),

visits as (

    select
        business_date,
        sum(from_articles) as from_articles,
        case when count(arrivals) = count(*) then sum(arrivals) end as arrivals

    from arriving

    group by business_date

),

sales as (

    select
        paid_date as business_date,
        count(*) as orders,
        sum(order_cny - coalesce(refund_cny, 0)) as revenue_cny

    from fct_order

    where is_paid
        and paid_date >= cast($start_date as date)
        and paid_date < cast($end_date as date) + interval 6 day

    group by paid_date

),

shares as (

    -- Unknown arrivals leave the share unknown: least() passes over a null, and all orders would be the articles'.
    select
        business_date,
        from_articles,
        case
            when from_articles = 0 then 0
            when arrivals > 0 then least(cast(from_articles as double) / arrivals, 1)
        end as article_share

    from visits

),

steering as (

    select
        readings.business_date,
        readings.readers,
        cast(shares.from_articles as double) as from_articles,
        shares.article_share * coalesce(sales.orders, 0) as orders,
        shares.article_share * cast(coalesce(sales.revenue_cny, 0) as double) as revenue_cny

    from readings

    inner join shares
        on shares.business_date = readings.business_date

    left join sales
        on sales.business_date = readings.business_date

    where readings.readers > 0

),

credited as (

    select
        days.account_id,
        days.article_id,
        ages.day_n,
        count(*) as days,
        count(steering.orders) as days_of_orders,
        sum(days.readers_added * steering.from_articles / steering.readers) as mp_clicks,
        sum(days.readers_added * steering.orders / steering.readers) as orders,
        sum(days.readers_added * steering.revenue_cny / steering.readers) as revenue_cny

    from fct_oa_article_day as days

    inner join ages
        on ages.day_n >= days.day_n

    inner join steering
        on steering.business_date = days.stat_date

    where days.publish_date >= cast($start_date as date)
        and days.publish_date < $end_date
        and days.readers_added is not null

    group by days.account_id, days.article_id, ages.day_n

),

pushes as (

    select
        told.account_id,
        told.push_id,
        max(fct_oa_delivery.delivered) as delivered

    from told

    inner join fct_oa_delivery
        on fct_oa_delivery.account_id = told.account_id
        and fct_oa_delivery.article_id = told.article_id

    where told.newness = 1

    group by told.account_id, told.push_id

),

figures as (

    select
        told.*,
        case
            when coalesce(told.publish_type, 0) <> 1 then coalesce(pushes.delivered, told.delivered_approx)
        end as delivered,
        pushes.delivered is null as is_delivered_approx

    from told

    left join pushes
        on pushes.account_id = told.account_id
        and pushes.push_id = told.push_id

),

video_ages as (

    select
        snapshots.*,
        ages.day_n,
        row_number() over (
            partition by snapshots.account_id, snapshots.video_id, ages.day_n
            order by snapshots.business_date
        ) as place

    from snapshots

    inner join ages
        on snapshots.age >= ages.day_n
        and snapshots.age <= ages.day_n + 2

),

aged as (

    select
        items.item_id,
        items.channel,
        items.account_id,
        items.publish_date,
        items.title,
        items.url,
        labels.content_id is not null as is_registered,
        items.content_id,
        labels.matrix_type,
        labels.pyramid_layer,
        labels.is_original,
        labels.origin,
        labels.template,
        labels.scene,
        labels.format,
        items.publish_hour,
        labels.author,
        labels.campaign,
        labels.production_days,
        labels.cost_cny,
        ages.day_n,
        figures.article_id is not null or video_ages.video_id is not null as has_figures,
        figures.delivered,
        figures.is_delivered_approx,
        coalesce(figures.readers, video_ages.plays) as readers,
        figures.session_readers,
        coalesce(figures.interactions, video_ages.interactions) as interactions,
        coalesce(figures.sharers, video_ages.shares) as sharers,
        coalesce(figures.followers_won, video_ages.followers_won) as followers_won,
        coalesce(figures.finish_share, video_ages.completion_share) as finish_share,
        figures.jump_1_share,
        figures.jump_2_share,
        figures.jump_3_share,
        figures.jump_4_share,
        figures.jump_5_share,
        case when credited.days = ages.day_n then credited.mp_clicks end as mp_clicks,
        case when credited.days_of_orders = ages.day_n then credited.orders end as orders,
        case when credited.days_of_orders = ages.day_n then credited.revenue_cny end as revenue_cny

    from items

    cross join ages

    left join fct_content_item as labels
        on labels.content_id = items.content_id

    left join figures
        on items.channel = 'oa'
        and figures.account_id = items.account_id
        and figures.article_id = items.item_id
        and figures.publish_date = items.publish_date
        and figures.day_n = ages.day_n

    left join credited
        on items.channel = 'oa'
        and credited.account_id = items.account_id
        and credited.article_id = items.item_id
        and credited.day_n = ages.day_n

    left join video_ages
        on items.channel = 'channels'
        and video_ages.account_id = items.account_id
        and video_ages.video_id = items.item_id
        and video_ages.day_n = ages.day_n
        and video_ages.place = 1

)

select * from aged
order by publish_date, item_id, day_n
