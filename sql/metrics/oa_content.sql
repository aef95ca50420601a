-- How the content of the Official Accounts is opened, answered and passed on.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_oa_article_day, fct_oa_delivery, fct_oa_day, fct_content_item; catalogue/metrics.toml
-- traps  : cumulative figures: of each article only the newest row known on the day counts, up to its 7th day
--          delivered is told by imported exports alone: without one the followers at the end of the publication date stand
--          in, and a rate with such a push in it is approximate
--          the articles of one push are delivered together, so what is told of one of them counts for the push
--          interactions are counts, not persons
--          breakdowns are of the brand only; a push has the content type of its most opened article
--          an article is joined to the register by its id: without a label it is unlabelled

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

articles as (

    select
        account_id,
        article_id,
        push_id,
        case when article_index = 1 then 'head' else 'other' end as place,
        publish_date,
        stat_date,
        publish_type,
        readers,
        session_readers,
        sharers,
        interactions,
        delivered_approx

    from fct_oa_article_day

    where stat_date >= cast($start_date as date) - interval 27 day
        and stat_date < $end_date
        and day_n <= 7

),

known as (

    select
        days.business_date,
        articles.*,
        row_number() over (
            partition by days.business_date, articles.account_id, articles.article_id
            order by articles.stat_date desc
        ) as newness

    from days

    inner join articles
        on articles.publish_date > days.business_date - interval 28 day
        and articles.stat_date <= days.business_date

),

labels as (

    select
        article_id,
        min(matrix_type) as content_type

    from fct_content_item

    where article_id is not null

    group by article_id

),

newest as (

    select
        known.*,
        coalesce(labels.content_type, 'unlabelled') as content_type

    from known

    left join labels
        on labels.article_id = known.article_id

    where known.newness = 1

),

notified as (

    select
        newest.account_id,
        newest.business_date,
        newest.content_type,
        newest.push_id,
        newest.article_id,
        newest.session_readers,
        newest.delivered_approx,
        max(told.delivered) over (
            partition by newest.account_id, newest.business_date, newest.push_id
        ) as delivered

    from newest

    left join fct_oa_delivery as told
        on told.account_id = newest.account_id
        and told.article_id = newest.article_id

    where coalesce(newest.publish_type, 0) <> 1

),

opened as (

    select
        account_id,
        business_date,
        content_type,
        session_readers,
        coalesce(
            delivered, max(delivered_approx) over (partition by account_id, business_date, push_id)
        ) as delivered,
        delivered is null as is_approx,
        row_number() over (
            partition by account_id, business_date, push_id
            order by session_readers desc, article_id
        ) as opened_rank

    from notified

    where session_readers is not null

),

figures as (

    select
        'oa_open_rate' as metric_id,
        account_id,
        business_date,
        content_type,
        cast(null as text) as place,
        session_readers as amount,
        delivered as base,
        is_approx
    from opened
    where opened_rank = 1
        and delivered is not null

    union all

    select
        'oa_interaction_rate' as metric_id,
        account_id,
        business_date,
        content_type,
        place,
        interactions as amount,
        readers as base,
        false as is_approx
    from newest
    where interactions is not null and readers is not null

    union all

    select
        'oa_share_rate' as metric_id,
        account_id,
        business_date,
        content_type,
        place,
        sharers as amount,
        readers as base,
        false as is_approx
    from newest
    where sharers is not null and readers is not null

    union all

    select
        'oa_readers' as metric_id,
        account_id,
        business_date,
        cast(null as text) as content_type,
        cast(null as text) as place,
        readers as amount,
        cast(null as bigint) as base,
        false as is_approx
    from fct_oa_day
    where business_date >= $start_date
        and business_date < $end_date
        and readers is not null

),

scoped as (

    select metric_id, account_id, business_date, '' as dimension, '' as member, amount, base, is_approx
    from figures

    union all

    select metric_id, '*' as account_id, business_date, '' as dimension, '' as member, amount, base, is_approx
    from figures

    union all

    select
        metric_id,
        '*' as account_id,
        business_date,
        'content_type' as dimension,
        content_type as member,
        amount,
        base,
        is_approx
    from figures
    where content_type is not null

    union all

    select
        metric_id, '*' as account_id, business_date, 'place' as dimension, place as member, amount, base, is_approx
    from figures
    where place is not null

),

measured as (

    select
        metric_id,
        account_id,
        dimension,
        member,
        business_date,
        cast(sum(amount) as double) as numerator,
        cast(sum(base) as double) as denominator,
        bool_or(is_approx) as is_approx

    from scoped

    group by metric_id, account_id, dimension, member, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
