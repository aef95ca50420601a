-- What followers write to the Official Accounts, and how the accounts' own servers answer.
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
-- source : fct_oa_message_day, fct_oa_interface_day; catalogue/metrics.toml
-- traps  : the brand's sum counts a person once per account written to
--          callbacks of 7 days are put together: a day has few, and one slow one would be a peak
--          an account without a server of its own has no callbacks and no value

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

callbacks as (

    select account_id, business_date, callbacks, failures, total_seconds
    from fct_oa_interface_day
    where business_date > cast($start_date as date) - interval 7 day
        and business_date < $end_date

),

week as (

    select
        days.business_date,
        callbacks.account_id,
        callbacks.callbacks,
        callbacks.failures,
        callbacks.total_seconds

    from days

    inner join callbacks
        on callbacks.business_date > days.business_date - interval 7 day
        and callbacks.business_date <= days.business_date

),

written as (

    select account_id, business_date, senders, messages
    from fct_oa_message_day
    where business_date >= $start_date
        and business_date < $end_date

),

figures as (

    select 'oa_messages' as metric_id, account_id, business_date, messages as amount, cast(null as bigint) as base
    from written
    where messages is not null

    union all

    select 'oa_message_senders' as metric_id, account_id, business_date, senders as amount, cast(null as bigint) as base
    from written
    where senders is not null

    union all

    select 'oa_callback_failure_rate' as metric_id, account_id, business_date, failures as amount, callbacks as base
    from week
    where failures is not null
        and callbacks is not null

    union all

    select 'oa_callback_seconds' as metric_id, account_id, business_date, total_seconds as amount, callbacks as base
    from week
    where total_seconds is not null
        and callbacks is not null

),

scoped as (

    select metric_id, account_id, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, business_date, amount, base from figures

),

measured as (

    select
        metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        -- Decimals add up to the same whatever the order of the rows, doubles do not.
        cast(sum(cast(amount as decimal(24, 6))) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
