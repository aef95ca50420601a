-- Readers and reactions of a whole Official Account in a day, beside what it published.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id         text, our key of the account
--   business_date      date, day the figures are of
--   readers            persons, all scenes
--   sharers            persons
--   zaikan_users       persons (爱心赞), null on a day that only an export tells
--   like_users         persons (拇指赞), null likewise
--   comments           comments, not persons, null likewise
--   collect_users      persons
--   redirect_users     persons who opened the original page
--   articles_sent      articles, the platform's own count
--   articles_published articles seen with this publication date
--   pushes             broadcasts seen with this publication date
-- source : land_oa_biz_day, land_oa_content_export, land_oa_article_total
-- traps  : readers are persons of one day: a sum over days counts a daily reader many times
--          an export of the console stands in for a day the interface told nothing of; its channels overlap, so only
--          its row of all channels (全部) counts

with

biz as (

    select
        account_id,
        business_date,
        readers,
        sharers,
        zaikan_users,
        like_users,
        comments,
        collect_users,
        redirect_users,
        articles_sent

    from land_oa_biz_day

    where business_date >= $start_date
        and business_date < $end_date

),

exported as (

    select
        told.account_id,
        told.business_date,
        told.readers,
        told.sharers,
        cast(null as bigint) as zaikan_users,
        cast(null as bigint) as like_users,
        cast(null as bigint) as comments,
        told.collectors as collect_users,
        told.original_link_persons as redirect_users,
        told.published_items as articles_sent

    from land_oa_content_export as told

    left join biz
        on biz.account_id = told.account_id
        and biz.business_date = told.business_date

    where told.channel = '全部'
        and told.business_date >= $start_date
        and told.business_date < $end_date
        and biz.account_id is null

),

days as (

    select * from biz
    union all
    select * from exported

),

published as (

    select
        account_id,
        publish_date,
        count(distinct article_id) as articles_published,
        count(distinct case when coalesce(publish_type, 0) <> 1 then split_part(article_id, '_', 1) end) as pushes

    from land_oa_article_total

    where publish_date >= $start_date
        and publish_date < $end_date

    group by account_id, publish_date

),

joined as (

    select
        days.account_id,
        days.business_date,
        days.readers,
        days.sharers,
        days.zaikan_users,
        days.like_users,
        days.comments,
        days.collect_users,
        days.redirect_users,
        days.articles_sent,
        cast(coalesce(published.articles_published, 0) as bigint) as articles_published,
        cast(coalesce(published.pushes, 0) as bigint) as pushes

    from days

    left join published
        on published.account_id = days.account_id
        and published.publish_date = days.business_date

)

select * from joined
