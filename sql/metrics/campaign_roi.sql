-- What campaigns earn for what they cost, by campaign and by budget line.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), plan_start (of the plan)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_campaign_person, fct_order, fct_spend; catalogue/metrics.toml
-- traps  : only spending that names its campaign is here, so labour is not: not to be compared with marketing_roi
--          revenue is what those whom a campaign won paid, less refunds, in the 90 days after; somebody won by two
--          campaigns is in both
--          a budget line earns what its campaigns earn, in proportion to what it paid of each of them

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

spent as (

    select
        campaign_id,
        line_id,
        business_date,
        sum(cost_cny) as cost_cny

    from fct_spend

    where campaign_id is not null
        and business_date >= $plan_start
        and business_date < $end_date

    group by campaign_id, line_id, business_date

),

earned as (

    select
        fct_campaign_person.campaign_id,
        fct_order.paid_date,
        sum(fct_order.order_cny - coalesce(fct_order.refund_cny, 0)) as revenue_cny

    from fct_campaign_person

    inner join fct_order
        on fct_order.person_key = fct_campaign_person.person_key
        and fct_order.is_paid
        and fct_order.paid_date >= fct_campaign_person.won_date
        and fct_order.paid_date < fct_campaign_person.won_date + interval 90 day

    where fct_order.paid_date < $end_date

    group by fct_campaign_person.campaign_id, fct_order.paid_date

),

line_costs as (

    select
        days.business_date,
        spent.campaign_id,
        spent.line_id,
        sum(spent.cost_cny) as cost_cny

    from days

    inner join spent
        on spent.business_date <= days.business_date

    group by days.business_date, spent.campaign_id, spent.line_id

),

costs as (

    select
        business_date,
        campaign_id,
        sum(cost_cny) as cost_cny

    from line_costs

    group by business_date, campaign_id

),

revenues as (

    select
        days.business_date,
        earned.campaign_id,
        sum(earned.revenue_cny) as revenue_cny

    from days

    inner join earned
        on earned.paid_date <= days.business_date

    group by days.business_date, earned.campaign_id

),

campaigns as (

    select
        costs.business_date,
        costs.campaign_id,
        costs.cost_cny,
        coalesce(revenues.revenue_cny, 0) as revenue_cny

    from costs

    left join revenues
        on revenues.business_date = costs.business_date
        and revenues.campaign_id = costs.campaign_id

    where costs.cost_cny > 0

),

lines as (

    select
        line_costs.business_date,
        line_costs.line_id,
        sum(cast(campaigns.revenue_cny as double) * line_costs.cost_cny / campaigns.cost_cny) as revenue_cny,
        sum(line_costs.cost_cny) as cost_cny

    from line_costs

    inner join campaigns
        on campaigns.business_date = line_costs.business_date
        and campaigns.campaign_id = line_costs.campaign_id

    group by line_costs.business_date, line_costs.line_id

),

parts as (

    select '' as dimension, '' as member, business_date, sum(revenue_cny) as revenue_cny, sum(cost_cny) as cost_cny
    from campaigns
    group by business_date

    union all

    select 'campaign' as dimension, campaign_id as member, business_date, revenue_cny, cost_cny
    from campaigns

    union all

    select 'line' as dimension, line_id as member, business_date, revenue_cny, cost_cny
    from lines

),

measured as (

    select
        'campaign_roi' as metric_id,
        dimension,
        member,
        business_date,
        revenue_cny as numerator,
        cost_cny as denominator,
        false as is_approx

    from parts

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
