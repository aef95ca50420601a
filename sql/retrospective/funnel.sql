-- How far people came each week: reached, reading, opening the Mini Program, visiting, ordering, ordering again.
-- grain  : one row per week, account_id, content_type
-- params : start_date (business date, inclusive, a Monday), end_date (exclusive)
-- columns:
--   week         date, Monday of the week
--   account_id   text, our key of the Official Account
--   content_type text, label of the content matrix, unlabelled, or empty for the whole account
--   days         days of the week whose readers are known
--   open_days    those of them whose opens of Mini Programs are known as well
--   visitor_days those whose visitors are
--   order_days   those whose orders can be credited
--   delivered    persons that the week's pushes reached; null when there was none
--   is_delivered_approx true or false, followers stand in for the persons reached by some push
--   session_readers persons of those pushes who opened one by the Sunday of their week
--   readers      readers that the week added, articles of earlier weeks included
--   credited_readers readers of the days whose opens are known: what mp_opens is a share of
--   mp_opens     opens of Mini Programs from articles, credited by the share of each day's readers
--   mp_visitors  visitors from articles, credited likewise; null when the platform tells none
--   orders       paid orders by the articles' share of all visitors (of opens on a day without), credited likewise
--   repeat_orders those of buyers who had paid before
--   revenue_cny  CNY of the orders after refunds
-- source : fct_oa_article_day, fct_oa_delivery, fct_content_item, fct_mp_source_day, fct_order
-- traps  : nobody tells visits and orders per article: days are credited, so every step after reading is an estimate
--          a day without sources is in no sum after readers: fewer open_days (visitor_days, order_days) than days make
--          the week's opens (visitors, orders) too few, so only what is known on the same days may be divided
--          readers are persons per article and day: who reads two articles counts twice
--          a push has the content type of its most opened article
--          a push is told as it stood on its Sunday (Monday's at 7 days, Sunday's at 1), so that weeks are alike;
--          one without a figure of that day is left out of delivered and session_readers alike

with

labels as (

    select
        article_id,
        min(matrix_type) as content_type

    from fct_content_item

    where article_id is not null

    group by article_id

),

reading as (

    select
        days.account_id,
        coalesce(labels.content_type, 'unlabelled') as content_type,
        days.stat_date as business_date,
        cast(date_trunc('week', days.stat_date) as date) as week,
        sum(days.readers_added) as readers

    from fct_oa_article_day as days

    left join labels
        on labels.article_id = days.article_id

    where days.stat_date >= cast($start_date as date)
        and days.stat_date < $end_date
        and days.readers_added is not null

    group by all

),

on_sunday as (

    select
        articles.account_id,
        articles.article_id,
        articles.push_id,
        articles.publish_date,
        articles.delivered_approx,
        fct_oa_delivery.delivered as delivered_told,
        articles.session_readers,
        coalesce(labels.content_type, 'unlabelled') as content_type

    from fct_oa_article_day as articles

    left join labels
        on labels.article_id = articles.article_id

    left join fct_oa_delivery
        on fct_oa_delivery.account_id = articles.account_id
        and fct_oa_delivery.article_id = articles.article_id

    where articles.publish_date >= cast($start_date as date)
        and articles.publish_date < $end_date
        and articles.stat_date = date_trunc('week', articles.publish_date) + interval 6 day
        and coalesce(articles.publish_type, 0) <> 1

),

pushes as (

    select
        *,
        coalesce(
            max(delivered_told) over (partition by account_id, push_id),
            max(delivered_approx) over (partition by account_id, push_id)
        ) as delivered,
        max(delivered_told) over (partition by account_id, push_id) is null as is_delivered_approx,
        row_number() over (
            partition by account_id, push_id
            order by session_readers desc, article_id
        ) as opened_rank

    from on_sunday

    where session_readers is not null

),

pushed as (

    select
        cast(date_trunc('week', publish_date) as date) as week,
        account_id,
        content_type,
        sum(delivered) as delivered,
        max(is_delivered_approx) as is_delivered_approx,
        sum(session_readers) as session_readers

    from pushes

    where opened_rank = 1
        and delivered is not null

    group by all

),

totals as (

    select
        business_date,
        sum(readers) as readers

    from reading

    group by business_date

),

sources as (

    -- A source that is not named on a day that tells others had nobody: 0, not unknown.
    select
        business_date,
        sum(case when source_key = 18 then sessions else 0 * sessions end) as opens,
        sum(sessions) as all_opens,
        sum(case when source_key = 18 then visitors else 0 * visitors end) as visitors,
        sum(visitors) as all_visitors

    from fct_mp_source_day

    where business_date >= cast($start_date as date)
        and business_date < $end_date

    group by business_date

),

arriving as (

    select
        business_date,
        opens,
        visitors,
        coalesce(
            cast(visitors as double) / nullif(all_visitors, 0),
            cast(opens as double) / nullif(all_opens, 0),
            case when coalesce(visitors, opens) = 0 then 0 end
        ) as article_share

    from sources

),

first_orders as (

    select
        person_key,
        min(paid_at) as first_paid_at

    from fct_order

    where is_paid
        and person_key is not null

    group by person_key

),

paying as (

    select
        orders.paid_date as business_date,
        count(*) as orders,
        sum(case when orders.paid_at > first_orders.first_paid_at then 1 else 0 end) as repeat_orders,
        cast(sum(orders.order_cny - coalesce(orders.refund_cny, 0)) as double) as revenue_cny

    from fct_order as orders

    left join first_orders
        on first_orders.person_key = orders.person_key

    where orders.is_paid
        and orders.paid_date >= cast($start_date as date)
        and orders.paid_date < $end_date

    group by orders.paid_date

),

credits as (

    select
        totals.business_date,
        case when totals.readers > 0 then totals.readers end as readers,
        arriving.opens,
        arriving.visitors,
        coalesce(paying.orders, 0) * arriving.article_share as orders,
        coalesce(paying.repeat_orders, 0) * arriving.article_share as repeat_orders,
        coalesce(paying.revenue_cny, 0) * arriving.article_share as revenue_cny

    from totals

    inner join arriving
        on arriving.business_date = totals.business_date

    left join paying
        on paying.business_date = totals.business_date

),

credited as (

    select
        reading.week,
        reading.account_id,
        reading.content_type,
        reading.business_date,
        reading.readers,
        credits.opens is not null as has_opens,
        credits.visitors is not null as has_visitors,
        credits.orders is not null as has_orders,
        reading.readers * credits.opens / credits.readers as mp_opens,
        reading.readers * credits.visitors / credits.readers as mp_visitors,
        reading.readers * credits.orders / credits.readers as orders,
        reading.readers * credits.repeat_orders / credits.readers as repeat_orders,
        reading.readers * credits.revenue_cny / credits.readers as revenue_cny

    from reading

    left join credits
        on credits.business_date = reading.business_date

),

typed as (

    select
        week,
        account_id,
        content_type,
        count(*) as days,
        sum(case when has_opens then 1 else 0 end) as open_days,
        sum(case when has_visitors then 1 else 0 end) as visitor_days,
        sum(case when has_orders then 1 else 0 end) as order_days,
        sum(readers) as readers,
        sum(case when has_opens then readers end) as credited_readers,
        sum(mp_opens) as mp_opens,
        sum(mp_visitors) as mp_visitors,
        sum(orders) as orders,
        sum(repeat_orders) as repeat_orders,
        sum(revenue_cny) as revenue_cny

    from credited

    group by week, account_id, content_type

),

with_pushes as (

    select
        typed.week,
        typed.account_id,
        typed.content_type,
        typed.days,
        typed.open_days,
        typed.visitor_days,
        typed.order_days,
        pushed.delivered,
        pushed.is_delivered_approx,
        pushed.session_readers,
        typed.readers,
        typed.credited_readers,
        typed.mp_opens,
        typed.mp_visitors,
        typed.orders,
        typed.repeat_orders,
        typed.revenue_cny

    from typed

    left join pushed
        on pushed.week = typed.week
        and pushed.account_id = typed.account_id
        and pushed.content_type = typed.content_type

),

days_of_account as (

    select
        week,
        account_id,
        count(distinct business_date) as days,
        count(distinct case when has_opens then business_date end) as open_days,
        count(distinct case when has_visitors then business_date end) as visitor_days,
        count(distinct case when has_orders then business_date end) as order_days

    from credited

    group by week, account_id

),

whole as (

    select
        with_pushes.week,
        with_pushes.account_id,
        '' as content_type,
        max(days_of_account.days) as days,
        max(days_of_account.open_days) as open_days,
        max(days_of_account.visitor_days) as visitor_days,
        max(days_of_account.order_days) as order_days,
        sum(with_pushes.delivered) as delivered,
        max(with_pushes.is_delivered_approx) as is_delivered_approx,
        sum(with_pushes.session_readers) as session_readers,
        sum(with_pushes.readers) as readers,
        sum(with_pushes.credited_readers) as credited_readers,
        sum(with_pushes.mp_opens) as mp_opens,
        sum(with_pushes.mp_visitors) as mp_visitors,
        sum(with_pushes.orders) as orders,
        sum(with_pushes.repeat_orders) as repeat_orders,
        sum(with_pushes.revenue_cny) as revenue_cny

    from with_pushes

    inner join days_of_account
        on days_of_account.week = with_pushes.week
        and days_of_account.account_id = with_pushes.account_id

    group by with_pushes.week, with_pushes.account_id

),

final as (

    select * from whole
    union all
    select * from with_pushes

)

select * from final
order by week, account_id, content_type
