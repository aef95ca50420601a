-- Planned money of each budget line, by the days it is planned for.
-- grain  : one row per line_id, period
-- params : -
-- columns:
--   line_id     text, budget line
--   period      text, 2026, 2026-Q3 or 2026-07
--   start_date  date, first day
--   end_date    date, day after the last
--   days        days of the period
--   planned_cny CNY for the whole period
--   fineness    1 a year, 2 a quarter, 3 a month: where they overlap the finest counts
--   kept_in     text, which table told it: files, else a Feishu account
-- source : land_budget_line
-- traps  : a line planned by the year and by the quarter is planned once: readers take the finest period that covers
--          a day
--          a budget kept in Feishu is the living one: a file that names the same line and period does not count
--          beside it

with

ranked as (

    select
        account_id,
        line_id,
        period,
        planned_cny,
        cast(left(period, 4) as integer) as year_told,
        case when length(period) = 4 then 1 when period like '%Q%' then 2 else 3 end as fineness,
        case
            when length(period) = 4 then 1
            when period like '%Q%' then cast(right(period, 1) as integer) * 3 - 2
            else cast(right(period, 2) as integer)
        end as first_month,
        case when length(period) = 4 then 12 when period like '%Q%' then 3 else 1 end as months,
        row_number() over (
            partition by line_id, period
            order by case when account_id = 'files' then 1 else 0 end, account_id
        ) as place

    from land_budget_line

),

dated as (

    select
        account_id,
        line_id,
        period,
        planned_cny,
        fineness,
        make_date(year_told, first_month, 1) as start_date,
        cast(make_date(year_told, first_month, 1) + to_months(months) as date) as end_date

    from ranked

    where place = 1

),

periods as (

    select
        line_id,
        period,
        start_date,
        end_date,
        cast(date_diff('day', start_date, end_date) as integer) as days,
        planned_cny,
        cast(fineness as integer) as fineness,
        account_id as kept_in

    from dated

)

select * from periods
