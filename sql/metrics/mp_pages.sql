-- On which pages visitors leave the Mini Programs.
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
-- source : fct_mp_page_day; catalogue/metrics.toml
-- traps  : the platform tells the 200 most viewed pages of a day: rarer ones are in no value
--          the 20 most viewed pages of the 7 days are named, the rest is one; pages of several Mini Programs with one path are one

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

pages as (

    select account_id, business_date, page_path, page_views, exits
    from fct_mp_page_day
    where page_views is not null
        and exits is not null
        and business_date > cast($start_date as date) - interval 7 day
        and business_date < $end_date

),

figures as (

    select
        'mp_page_exit_rate' as metric_id,
        pages.account_id,
        days.business_date,
        pages.page_path,
        sum(pages.exits) as amount,
        sum(pages.page_views) as base

    from days

    inner join pages
        on pages.business_date > days.business_date - interval 7 day
        and pages.business_date <= days.business_date

    group by pages.account_id, days.business_date, pages.page_path

),

ranked as (

    select
        metric_id,
        business_date,
        page_path,
        sum(amount) as amount,
        sum(base) as base,
        row_number() over (
            partition by metric_id, business_date
            order by sum(base) desc, page_path
        ) as place

    from figures

    group by metric_id, business_date, page_path

),

named as (

    select
        metric_id,
        business_date,
        case when place <= 20 then page_path else '' end as member,
        amount,
        base

    from ranked

),

scoped as (

    select metric_id, account_id, '' as dimension, '' as member, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, '' as dimension, '' as member, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, 'page' as dimension, member, business_date, amount, base from named

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
        false as is_approx

    from scoped

    group by metric_id, account_id, dimension, member, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
