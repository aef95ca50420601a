-- How many customers complain.
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
-- source : fct_wecom_kf_day, fct_incident; catalogue/metrics.toml
-- traps  : the platform tells dissatisfied ratings of the service desk; everything else is a complaint only if the
--          log of incidents says so
--          few answer the desk's survey: ratings are a floor, compare them with themselves only
--          days before the desk was read are not days without complaints: approximate until 30 days are told

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

desk as (

    select
        business_date,
        sum(coalesce(surveys_answered * dissatisfied_share, 0)) as complaints

    from fct_wecom_kf_day

    where business_date > cast($start_date as date) - interval 30 day
        and business_date < $end_date

    group by business_date

),

rated as (

    select
        days.business_date,
        sum(desk.complaints) as complaints,
        count(*) as days_told

    from days

    inner join desk
        on desk.business_date > days.business_date - interval 30 day
        and desk.business_date <= days.business_date

    group by days.business_date

),

logged as (

    select
        days.business_date,
        count(*) as complaints

    from days

    inner join fct_incident
        on fct_incident.kind = 'complaint'
        and fct_incident.business_date > days.business_date - interval 30 day
        and fct_incident.business_date <= days.business_date

    group by days.business_date

),

measured as (

    select
        'complaints' as metric_id,
        '' as dimension,
        '' as member,
        rated.business_date,
        round(rated.complaints, 0) + coalesce(logged.complaints, 0) as numerator,
        null as denominator,
        rated.days_told < 30 as is_approx

    from rated

    left join logged
        on logged.business_date = rated.business_date

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
