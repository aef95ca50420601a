-- What was spent of the budget, on which lines, and on what kind of work.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), plan_start, budget_lines (of the plan)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_spend, fct_budget_period; catalogue/metrics.toml
-- traps  : years of the plan: 12 months from its start; everything is summed from the first day of the running one
--          a budget table rules the days it covers, the finest period first; on other days a line has the plan's
--          yearly budget, evenly
--          spent is what was committed, not only what was paid; a line outside the plan and the table is in the total
--          and has no budget
--          a line whose money comes later in the year is in the year's budget from its first day; until then it has
--          no budget to date, and what it spends is in the brand's numerator
--          without an entry in the running year there is no value; approximate while the newest entry is over 35 days
--          old
--          80/20: over 5 % of the money without the label leaves the share without a numerator

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

lines as (

    select
        line.line_id,
        line.year_cny,
        line.is_labour,
        line.effort

    from (
        select unnest(cast($budget_lines as struct(
            line_id text, year_cny decimal(18, 2), is_labour boolean, effort text
        )[])) as line
    ) as listed

),

years as (

    select
        business_date,
        cast(year_start as date) as year_start,
        cast(year_start + interval 1 year as date) as year_end

    from (
        select
            business_date,
            cast($plan_start as date) + to_years(cast(
                date_sub('year', cast($plan_start as date), business_date)
            as integer)) as year_start

        from days

        where business_date >= $plan_start
    ) as dated

),

calendar as (

    select
        cast(unnest(generate_series(year_start, year_end - interval 1 day, interval 1 day)) as date) as calendar_date,
        date_diff('day', year_start, year_end) as year_days

    from (select distinct year_start, year_end from years) as plan_years

),

known_lines as (

    select line_id from lines
    union
    select line_id from fct_budget_period

),

periods as (

    select
        calendar.calendar_date,
        fct_budget_period.line_id,
        cast(fct_budget_period.planned_cny as double) / fct_budget_period.days as day_cny,
        row_number() over (
            partition by calendar.calendar_date, fct_budget_period.line_id
            order by fct_budget_period.fineness desc
        ) as place

    from calendar

    inner join fct_budget_period
        on fct_budget_period.start_date <= calendar.calendar_date
        and fct_budget_period.end_date > calendar.calendar_date

),

budgeted as (

    select
        calendar.calendar_date,
        known_lines.line_id,
        coalesce(periods.day_cny, cast(lines.year_cny as double) / calendar.year_days) as day_cny

    from calendar

    cross join known_lines

    left join periods
        on periods.calendar_date = calendar.calendar_date
        and periods.line_id = known_lines.line_id
        and periods.place = 1

    left join lines
        on lines.line_id = known_lines.line_id

),

planned as (

    select
        years.business_date,
        budgeted.line_id,
        sum(case when budgeted.calendar_date <= years.business_date then budgeted.day_cny end) as to_date_cny,
        sum(budgeted.day_cny) as year_cny

    from years

    inner join budgeted
        on budgeted.calendar_date >= years.year_start
        and budgeted.calendar_date < years.year_end

    group by years.business_date, budgeted.line_id

),

ledger as (

    select
        fct_spend.business_date,
        fct_spend.line_id,
        coalesce(fct_spend.effort, lines.effort) as effort,
        coalesce(lines.is_labour, false) as is_labour,
        sum(fct_spend.cost_cny) as cost_cny

    from fct_spend

    left join lines
        on lines.line_id = fct_spend.line_id

    group by fct_spend.business_date, fct_spend.line_id, coalesce(fct_spend.effort, lines.effort), lines.is_labour

),

entries as (

    select
        years.business_date,
        ledger.line_id,
        ledger.effort,
        ledger.is_labour,
        ledger.business_date as spent_date,
        ledger.cost_cny

    from years

    inner join ledger
        on ledger.business_date >= years.year_start
        and ledger.business_date <= years.business_date

),

totals as (

    select
        business_date,
        sum(cost_cny) as cost_cny,
        sum(case when is_labour then cost_cny else 0 end) as labour_cny,
        sum(case when effort = 'innovation' then cost_cny else 0 end) as innovation_cny,
        sum(case when effort is not null then cost_cny else 0 end) as labelled_cny,
        max(spent_date) <= business_date - interval 35 day as is_old

    from entries

    group by business_date

),

spent as (

    select
        business_date,
        line_id,
        sum(cost_cny) as cost_cny

    from entries

    group by business_date, line_id

),

uses as (

    select
        totals.business_date,
        totals.is_old,
        planned.line_id,
        coalesce(spent.cost_cny, 0) as cost_cny,
        coalesce(planned.to_date_cny, 0) as to_date_cny,
        coalesce(planned.year_cny, 0) as year_cny

    from totals

    inner join planned
        on planned.business_date = totals.business_date

    left join spent
        on spent.business_date = planned.business_date
        and spent.line_id = planned.line_id

),

whole as (

    select
        totals.business_date,
        totals.is_old,
        totals.cost_cny,
        sum(uses.to_date_cny) as to_date_cny,
        sum(uses.year_cny) as year_cny

    from totals

    inner join uses
        on uses.business_date = totals.business_date

    group by totals.business_date, totals.is_old, totals.cost_cny

),

measured as (

    select
        'spend_to_date_cny' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(cost_cny as double) as numerator,
        null as denominator,
        is_old as is_approx

    from totals

    union all

    select
        'spend_to_date_cny' as metric_id,
        'line' as dimension,
        spent.line_id as member,
        spent.business_date,
        cast(spent.cost_cny as double) as numerator,
        null as denominator,
        totals.is_old as is_approx

    from spent

    inner join totals
        on totals.business_date = spent.business_date

    union all

    select
        'budget_use' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(cost_cny as double) as numerator,
        to_date_cny as denominator,
        is_old as is_approx

    from whole

    where to_date_cny > 0

    union all

    select
        'budget_use' as metric_id,
        'line' as dimension,
        line_id as member,
        business_date,
        cast(cost_cny as double) as numerator,
        to_date_cny as denominator,
        is_old as is_approx

    from uses

    where to_date_cny > 0

    union all

    select
        'budget_year_use' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(cost_cny as double) as numerator,
        year_cny as denominator,
        is_old as is_approx

    from whole

    where year_cny > 0

    union all

    select
        'budget_year_use' as metric_id,
        'line' as dimension,
        line_id as member,
        business_date,
        cast(cost_cny as double) as numerator,
        year_cny as denominator,
        is_old as is_approx

    from uses

    where year_cny > 0

    union all

    select
        'labour_spend_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(labour_cny as double) as numerator,
        cast(cost_cny as double) as denominator,
        is_old as is_approx

    from totals

    union all

    select
        'innovation_spend_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        case when labelled_cny >= 0.95 * cost_cny then cast(innovation_cny as double) end as numerator,
        cast(labelled_cny as double) as denominator,
        is_old as is_approx

    from totals

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
