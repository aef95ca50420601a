-- How often what the brand believes about a person is what the person answers.
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
-- source : fct_profile_check; catalogue/metrics.toml
-- traps  : under 400 checked answers the interval is too wide to judge by: grey
--          answers held against tags of today are approximate: the tag may have changed since

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

checks as (

    select question, business_date, is_by_tag, is_right
    from fct_profile_check
    where business_date >= cast($start_date as date) - interval 29 day
        and business_date < $end_date

),

scoped as (

    select '' as dimension, '' as member, business_date, is_by_tag, is_right from checks
    union all
    select 'question' as dimension, question as member, business_date, is_by_tag, is_right from checks

),

final as (

    select
        'profile_accuracy' as metric_id,
        '*' as account_id,
        scoped.dimension,
        scoped.member,
        days.business_date,
        cast(sum(case when scoped.is_right then 1 else 0 end) as double) as numerator,
        cast(count(*) as double) as denominator,
        max(case when scoped.is_by_tag then 1 else 0 end) = 1 as is_approx

    from days

    inner join scoped
        on scoped.business_date > days.business_date - interval 30 day
        and scoped.business_date <= days.business_date

    group by scoped.dimension, scoped.member, days.business_date

)

select * from final
order by metric_id, account_id, dimension, member, business_date
