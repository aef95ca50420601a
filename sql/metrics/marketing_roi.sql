-- What WeChat marketing earns for what it costs, labour included.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), budget_lines (of the plan)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_order, fct_spend; catalogue/metrics.toml
-- traps  : full cost: labour, tools, content, campaigns and incentives; without labour the ratio would be about three
--          times as high
--          labour is booked once a month: its lines are spread over the month, and a month not booked yet costs what
--          the last one did
--          a ledger without labour in this month and the last is late: no value
--          revenue is what buyers paid less what they got back so far; returns of the last days are still to come

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

lines as (

    select
        line.line_id,
        line.is_labour

    from (
        select unnest(cast($budget_lines as struct(
            line_id text, year_cny decimal(18, 2), is_labour boolean, effort text
        )[])) as line
    ) as listed

),

entries as (

    select
        fct_spend.business_date,
        date_trunc('month', fct_spend.business_date) as month_start,
        fct_spend.line_id,
        fct_spend.cost_cny,
        coalesce(lines.is_labour, false) as is_labour

    from fct_spend

    left join lines
        on lines.line_id = fct_spend.line_id

),

ledger as (

    select min(month_start) as first_month
    from entries

),

months as (

    select
        cast(month_start as date) as month_start,
        sum(cost_cny) as cost_cny,
        date_diff('day', month_start, month_start + interval 1 month) as days

    from entries

    where is_labour

    group by month_start

),

other as (

    select
        business_date,
        sum(cost_cny) as cost_cny

    from entries

    where not is_labour

    group by business_date

),

paid as (

    select
        paid_date,
        sum(order_cny - coalesce(refund_cny, 0)) as revenue_cny

    from fct_order

    where is_paid

    group by paid_date

),

calendar as (

    select cast(unnest(generate_series(
        cast($start_date as date) - interval 89 day, cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as calendar_date

),

costs as (

    select
        calendar.calendar_date,
        cast(coalesce(this_month.cost_cny, last_month.cost_cny) as double)
            / coalesce(this_month.days, last_month.days) as labour_cny,
        coalesce(other.cost_cny, 0) as other_cny,
        coalesce(paid.revenue_cny, 0) as revenue_cny

    from calendar

    inner join ledger
        on calendar.calendar_date >= ledger.first_month

    left join months as this_month
        on this_month.month_start = date_trunc('month', calendar.calendar_date)

    left join months as last_month
        on last_month.month_start = date_trunc('month', calendar.calendar_date) - interval 1 month

    left join other
        on other.business_date = calendar.calendar_date

    left join paid
        on paid.paid_date = calendar.calendar_date

),

quarters as (

    select
        days.business_date,
        sum(costs.labour_cny) as labour_cny,
        sum(costs.other_cny) as other_cny,
        sum(costs.revenue_cny) as revenue_cny,
        count(*) as days_told,
        count(costs.labour_cny) as days_of_labour

    from days

    inner join costs
        on costs.calendar_date > days.business_date - interval 90 day
        and costs.calendar_date <= days.business_date

    group by days.business_date

),

measured as (

    select
        'marketing_roi' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        revenue_cny as numerator,
        labour_cny + cast(other_cny as double) as denominator,
        days_told < 90 as is_approx

    from quarters

    where days_told >= 28
        and days_of_labour = days_told

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
