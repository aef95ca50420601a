-- Each article's figures from publication to stat_date, and what that day added.
-- grain  : one row per account_id, article_id, stat_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id            text, our key of the account
--   article_id            text, msg_data_id _ index from 1
--   push_id               text, msg_data_id, shared by the articles of one push
--   article_index         place in the push, from 1
--   publish_date          date, business date of publication
--   stat_date             date, last day counted
--   day_n                 1 on the publication date
--   publish_type          0 notified, 1 not notified, 2 undocumented
--   title                 text, null before 2026-03-03
--   content_url           text, null before 2026-03-03
--   delivered_approx      followers at the end of the publication date; null when nobody was notified
--   readers               persons since publication, all scenes
--   session_readers       persons since publication who came from the push (公众号消息)
--   sharers               persons since publication
--   zaikan_users          persons since publication (爱心赞)
--   like_users            persons since publication (拇指赞)
--   comments              comments since publication
--   collect_users         persons since publication
--   interactions          likes, zaikan, comments and collects since publication
--   followers_won         persons since publication who followed after reading
--   praise_cny            CNY since publication
--   delivery_read_share   readers per delivered, 0-1, the platform's own
--   finish_share          0-1
--   read_minutes          mean minutes
--   jump_1_share          share of readers leaving at 0-20 %
--   jump_2_share          20-40 %
--   jump_3_share          40-60 %
--   jump_4_share          60-80 %
--   jump_5_share          80-100 %
--   readers_added         persons this day added, at least 0; null when the day before is unknown
--   session_readers_added persons, likewise
--   sharers_added         persons, likewise
--   interactions_added    likewise
--   is_revised_down       true or false, the platform lowered a cumulative figure on this day
-- source : land_oa_article_total, land_oa_article_scene, land_oa_user_cumulate, land_oa_user_export
-- traps  : the platform's figures are cumulative: never sum the columns 'since publication' over days
--          scenes overlap, so session readers and the other scenes do not add up to readers
--          titles come only from 2026-03-03 on

with

totals as (

    select
        account_id,
        article_id,
        publish_date,
        stat_date,
        publish_type,
        title,
        content_url,
        readers,
        sharers,
        zaikan_users,
        like_users,
        comments,
        collect_users,
        like_users + zaikan_users + comments + collect_users as interactions,
        followers_won,
        praise_cny,
        delivery_read_share,
        finish_share,
        read_minutes,
        jump_1_share,
        jump_2_share,
        jump_3_share,
        jump_4_share,
        jump_5_share

    from land_oa_article_total

    where stat_date >= cast($start_date as date) - interval 1 day
        and stat_date < $end_date

),

sessions as (

    select
        account_id,
        article_id,
        stat_date,
        readers as session_readers

    from land_oa_article_scene

    where scene = '公众号消息'
        and stat_date >= cast($start_date as date) - interval 1 day
        and stat_date < $end_date

),

figures as (

    select
        totals.*,
        sessions.session_readers

    from totals

    left join sessions
        on sessions.account_id = totals.account_id
        and sessions.article_id = totals.article_id
        and sessions.stat_date = totals.stat_date

),

compared as (

    select
        figures.*,
        earlier.article_id is not null as is_known_before,
        figures.stat_date = figures.publish_date as is_first_day,
        figures.readers - earlier.readers as readers_change,
        figures.session_readers - earlier.session_readers as session_readers_change,
        figures.sharers - earlier.sharers as sharers_change,
        figures.interactions - earlier.interactions as interactions_change

    from figures

    left join figures as earlier
        on earlier.account_id = figures.account_id
        and earlier.article_id = figures.article_id
        and earlier.stat_date = figures.stat_date - interval 1 day

    where figures.stat_date >= $start_date

),

derived as (

    select
        compared.account_id,
        compared.article_id,
        split_part(compared.article_id, '_', 1) as push_id,
        cast(nullif(split_part(compared.article_id, '_', 2), '') as integer) as article_index,
        compared.publish_date,
        compared.stat_date,
        cast(date_diff('day', compared.publish_date, compared.stat_date) + 1 as integer) as day_n,
        compared.publish_type,
        compared.title,
        compared.content_url,
        case
            when coalesce(compared.publish_type, 0) <> 1 then coalesce(held.followers, exported.followers)
        end as delivered_approx,
        compared.readers,
        compared.session_readers,
        compared.sharers,
        compared.zaikan_users,
        compared.like_users,
        compared.comments,
        compared.collect_users,
        compared.interactions,
        compared.followers_won,
        compared.praise_cny,
        compared.delivery_read_share,
        compared.finish_share,
        compared.read_minutes,
        compared.jump_1_share,
        compared.jump_2_share,
        compared.jump_3_share,
        compared.jump_4_share,
        compared.jump_5_share,
        case
            when compared.is_first_day then compared.readers
            when compared.readers_change < 0 then 0
            else compared.readers_change
        end as readers_added,
        case
            when compared.is_first_day then compared.session_readers
            when compared.session_readers_change < 0 then 0
            else compared.session_readers_change
        end as session_readers_added,
        case
            when compared.is_first_day then compared.sharers
            when compared.sharers_change < 0 then 0
            else compared.sharers_change
        end as sharers_added,
        case
            when compared.is_first_day then compared.interactions
            when compared.interactions_change < 0 then 0
            else compared.interactions_change
        end as interactions_added,
        compared.is_known_before and (
            coalesce(compared.readers_change, 0) < 0
            or coalesce(compared.session_readers_change, 0) < 0
            or coalesce(compared.sharers_change, 0) < 0
            or coalesce(compared.interactions_change, 0) < 0
        ) as is_revised_down

    from compared

    left join land_oa_user_cumulate as held
        on held.account_id = compared.account_id
        and held.business_date = compared.publish_date

    left join land_oa_user_export as exported
        on exported.account_id = compared.account_id
        and exported.business_date = compared.publish_date

)

select * from derived
