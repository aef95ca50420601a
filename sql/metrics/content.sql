-- What is published, by the labels of the content register.
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
-- source : fct_content_item; catalogue/metrics.toml
-- traps  : days on which the trailing 30 days (of the quarter's cycle 90) hold no item have no value: an empty register is no month without work
--          a register in which the last item is over a week old may not be up to date: its figures are approximate
--          an item without the label stays in the denominator, so the share is a floor; over 5 % of them mark it

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

published as (

    select
        days.business_date,
        items.content_id,
        coalesce(items.channel, 'unlabelled') as channel,
        items.publish_date,
        items.is_original,
        items.origin,
        items.production_days

    from days

    inner join fct_content_item as items
        on items.publish_date > days.business_date - interval 30 day
        and items.publish_date <= days.business_date

),

quarters as (

    select
        days.business_date,
        median(items.production_days) as production_days,
        max(items.publish_date) < days.business_date - interval 6 day as is_old

    from days

    inner join fct_content_item as items
        on items.publish_date > days.business_date - interval 90 day
        and items.publish_date <= days.business_date

    group by days.business_date

),

scoped as (

    select '' as dimension, '' as member, * from published
    union all
    select 'channel' as dimension, channel as member, * from published

),

months as (

    select
        dimension,
        member,
        business_date,
        count(*) as items,
        sum(case when is_original then 1 else 0 end) as originals,
        sum(case when origin = 'ugc' then 1 else 0 end) as by_users,
        sum(case when is_original is null then 1 else 0 end) as without_original,
        sum(case when origin is null then 1 else 0 end) as without_origin,
        median(production_days) as production_days,
        max(publish_date) < business_date - interval 6 day as is_old

    from scoped

    group by dimension, member, business_date

),

measured as (

    select
        'original_items_month' as metric_id,
        dimension,
        member,
        business_date,
        originals as numerator,
        null as denominator,
        is_old or without_original > 0.05 * items as is_approx
    from months

    union all

    select
        'originality_rate' as metric_id,
        dimension,
        member,
        business_date,
        originals as numerator,
        items as denominator,
        is_old or without_original > 0.05 * items as is_approx
    from months

    union all

    select
        'ugc_share' as metric_id,
        dimension,
        member,
        business_date,
        by_users as numerator,
        items as denominator,
        is_old or without_origin > 0.05 * items as is_approx
    from months

    union all

    select
        'production_cycle_days' as metric_id,
        dimension,
        member,
        business_date,
        production_days as numerator,
        null as denominator,
        is_old as is_approx
    from months
    where production_days is not null
        and dimension = ''

    union all

    select
        'production_cycle_quarter_days' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        production_days as numerator,
        null as denominator,
        is_old as is_approx
    from quarters
    where production_days is not null

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        is_approx

    from measured

)

select * from final
