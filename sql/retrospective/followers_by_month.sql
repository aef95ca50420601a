-- How many followers each month won beyond those it lost.
-- grain  : one row per month
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   month   text, such as 2026-07
--   days    days of the month that are known
--   started followers of all Official Accounts before its first day known
--   net     followers won minus followers lost, of the days that are known
-- source : fct_oa_follower_day
-- traps  : the followers before a month are those at the end of its first day without that day's own
--          a day is known when every account is that was told of by then: one that failed has null or no row at all
--          an account that told nothing for a month is one that the brand gave up

with

accounts as (

    select
        account_id,
        min(business_date) as first_date,
        max(business_date) as last_date

    from fct_oa_follower_day

    where business_date < $end_date

    group by account_id

),

told as (

    select
        account_id,
        business_date,
        followers,
        followers_net

    from fct_oa_follower_day

    where business_date >= cast($start_date as date)
        and business_date < $end_date

),

dates as (

    select distinct business_date

    from told

),

days as (

    select
        dates.business_date,
        case when count(told.followers) = count(*) then sum(told.followers) end as followers,
        case when count(told.followers_net) = count(*) then sum(told.followers_net) end as net

    from dates

    inner join accounts
        on accounts.first_date <= dates.business_date
        and accounts.last_date >= dates.business_date - 31

    left join told
        on told.account_id = accounts.account_id
        and told.business_date = dates.business_date

    group by dates.business_date

),

final as (

    select
        strftime(business_date, '%Y-%m') as month,
        count(net) as days,
        arg_min(followers - net, business_date) as started,
        sum(net) as net

    from days

    group by strftime(business_date, '%Y-%m')

)

select * from final
order by month
