-- How many followers each month won beyond those it lost.
-- grain  : one row per month
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   month   text, such as 2026-07
--   days    days of the month that are known
--   started followers of all Official Accounts before its first day known
--   net     followers won minus followers lost
-- source : fct_oa_follower_day
-- traps  : the followers before a month are those at the end of its first day without that day's own

with

days as (

    select
        business_date,
        sum(followers) as followers,
        sum(followers_net) as net

    from fct_oa_follower_day

    where business_date >= cast($start_date as date)
        and business_date < $end_date

    group by business_date

),

final as (

    select
        strftime(business_date, '%Y-%m') as month,
        count(*) as days,
        arg_min(followers - net, business_date) as started,
        sum(net) as net

    from days

    group by strftime(business_date, '%Y-%m')

)

select * from final
order by month
