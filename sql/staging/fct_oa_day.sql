-- Readers and reactions of a whole Official Account in a day, beside what it published.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id         text, our key of the account
--   business_date      date, day the figures are of
--   readers            persons, all scenes
--   sharers            persons
--   zaikan_users       persons (爱心赞)
--   like_users         persons (拇指赞)
--   comments           comments, not persons
--   collect_users      persons
--   redirect_users     persons who opened the original page
--   articles_sent      articles, the platform's own count
--   articles_published articles seen with this publication date
--   pushes             broadcasts seen with this publication date
-- source : land_oa_biz_day, land_oa_article_total
-- traps  : readers are persons of one day: a sum over days counts a daily reader many times

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
        biz.account_id,
        biz.business_date,
        biz.readers,
        biz.sharers,
        biz.zaikan_users,
        biz.like_users,
        biz.comments,
        biz.collect_users,
        biz.redirect_users,
        biz.articles_sent,
        cast(coalesce(published.articles_published, 0) as bigint) as articles_published,
        cast(coalesce(published.pushes, 0) as bigint) as pushes

    from biz

    left join published
        on published.account_id = biz.account_id
        and published.publish_date = biz.business_date

)

select * from joined
