-- Visits of the Mini Programs, how long they last and take to start, and how many newcomers return on day 7.
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
-- source : fct_mp_day, fct_mp_source_day, fct_mp_period, fct_mp_load_day, fct_mp_retention; catalogue/metrics.toml
-- traps  : the brand's visitors are the sum over Mini Programs, and visitors of several days must not be added up
--          opens by source are of the brand only; what no source explains has no name
--          a cohort counts from the day its 7th day is over: no value before its 8th day
--          the retention interface has told zeros for days that weekly figures filled
--          opens per user come from the last complete month: its visitors are counted once, those of its days are not
--          the mean time of a launch is weighted by opens, since the platform does not tell the launches

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

cohorts as (

    select
        account_id,
        matured_date,
        visitors,
        cohort_visitors

    from fct_mp_retention

    where cohort = 'new'
        and day_n = 7
        and cohort_visitors is not null
        and visitors is not null
        and matured_date >= cast($start_date as date) - interval 27 day
        and matured_date < $end_date

),

visits as (

    select account_id, business_date, sessions, visitors, new_visitors
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date

),

stays as (

    select
        account_id,
        business_date,
        sessions,
        sessions * stay_seconds_per_session / 60 as minutes

    from fct_mp_day

    where sessions is not null
        and stay_seconds_per_session is not null
        and business_date >= cast($start_date as date) - interval 27 day
        and business_date < $end_date

),

launches as (

    select
        loads.account_id,
        loads.business_date,
        opened.sessions,
        opened.sessions * loads.launch_seconds as seconds

    from fct_mp_load_day as loads

    inner join fct_mp_day as opened
        on opened.account_id = loads.account_id
        and opened.business_date = loads.business_date

    where loads.launch_seconds is not null
        and opened.sessions is not null
        and loads.business_date >= cast($start_date as date) - interval 6 day
        and loads.business_date < $end_date

),

months as (

    select account_id, business_date, sessions, visitors
    from fct_mp_period
    where period = 'month'
        and sessions is not null
        and visitors is not null
        and business_date >= cast($start_date as date) - interval 31 day
        and business_date < $end_date

),

figures as (

    select
        'mp_d7_retention' as metric_id,
        cohorts.account_id,
        days.business_date,
        cohorts.visitors as amount,
        cohorts.cohort_visitors as base

    from days

    inner join cohorts
        on cohorts.matured_date > days.business_date - interval 28 day
        and cohorts.matured_date <= days.business_date

    union all

    select
        'mp_session_minutes' as metric_id,
        stays.account_id,
        days.business_date,
        stays.minutes as amount,
        stays.sessions as base

    from days

    inner join stays
        on stays.business_date > days.business_date - interval 28 day
        and stays.business_date <= days.business_date

    union all

    select
        'mp_load_seconds' as metric_id,
        launches.account_id,
        days.business_date,
        launches.seconds as amount,
        launches.sessions as base

    from days

    inner join launches
        on launches.business_date > days.business_date - interval 7 day
        and launches.business_date <= days.business_date

    union all

    select
        'monthly_opens_per_user' as metric_id,
        months.account_id,
        days.business_date,
        months.sessions as amount,
        months.visitors as base

    from days

    inner join months
        on months.business_date <= days.business_date
        and days.business_date < last_day(months.business_date + interval 1 day)

    union all

    select 'mp_sessions' as metric_id, account_id, business_date, sessions as amount, cast(null as bigint) as base
    from visits
    where sessions is not null

    union all

    select 'mp_visitors' as metric_id, account_id, business_date, visitors as amount, cast(null as bigint) as base
    from visits
    where visitors is not null

    union all

    select 'mp_new_visitors' as metric_id, account_id, business_date, new_visitors as amount, cast(null as bigint) as base
    from visits
    where new_visitors is not null

),

opens as (

    select business_date, sum(sessions) as sessions
    from visits
    where sessions is not null
    group by business_date

),

sources as (

    select business_date, source_key, sum(sessions) as sessions
    from fct_mp_source_day
    where sessions > 0
        and business_date >= $start_date
        and business_date < $end_date
    group by business_date, source_key

),

explained as (

    select business_date, sum(sessions) as sessions
    from sources
    group by business_date

),

split as (

    select 'mp_sessions' as metric_id, business_date, cast(source_key as text) as member, sessions as amount
    from sources

    union all

    select
        'mp_sessions' as metric_id,
        opens.business_date,
        '' as member,
        opens.sessions - explained.sessions as amount

    from opens

    inner join explained
        on explained.business_date = opens.business_date

    where opens.sessions > explained.sessions

),

scoped as (

    select metric_id, account_id, '' as dimension, '' as member, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, '' as dimension, '' as member, business_date, amount, base from figures
    union all
    select
        metric_id,
        '*' as account_id,
        'visit_source' as dimension,
        member,
        business_date,
        amount,
        cast(null as bigint) as base
    from split

),

measured as (

    select
        metric_id,
        account_id,
        dimension,
        member,
        business_date,
        -- Decimals add up to the same whatever the order of the rows, doubles do not.
        cast(sum(cast(amount as decimal(24, 6))) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, dimension, member, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
