-- How many of those asked are satisfied.
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
-- source : fct_survey_answer; catalogue/metrics.toml
-- traps  : satisfied is four fifths of the points or more: 4 or 5 of 5, 8 and up of 10
--          an answer without points is on neither side
--          a rare survey stays for 90 days: the figure is as old as its answers

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

per_day as (

    select
        business_date,
        survey_id,
        count(*) as answers,
        sum(case when score_share >= 0.8 then 1 else 0 end) as satisfied

    from fct_survey_answer

    where kind = 'satisfaction'
        and score_share is not null
        and business_date > cast($start_date as date) - interval 90 day
        and business_date < $end_date

    group by business_date, survey_id

),

parts as (

    select '' as dimension, '' as member, business_date, answers, satisfied from per_day
    union all
    select 'survey' as dimension, survey_id as member, business_date, answers, satisfied from per_day

),

measured as (

    select
        'content_satisfaction' as metric_id,
        parts.dimension,
        parts.member,
        days.business_date,
        sum(parts.satisfied) as numerator,
        sum(parts.answers) as denominator,
        false as is_approx

    from days

    inner join parts
        on parts.business_date > days.business_date - interval 90 day
        and parts.business_date <= days.business_date

    group by days.business_date, parts.dimension, parts.member

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
order by metric_id, account_id, dimension, member, business_date
