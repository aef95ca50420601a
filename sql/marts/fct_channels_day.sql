-- The day of a Channels account: followers, lives, viewers, money.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   business_date date, Shanghai
--   followers     persons at the end of the day, null when nobody counted
--   lives         lives that ended that day, null while none was ever read
--   live_seconds  how long they lasted, seconds
--   viewers       persons, each once a live
--   new_followers persons who followed during a live
--   gmv_cny       paid that day through the account, CNY, null when not told
--   live_gmv_cny  of it in lives, CNY
-- source : land_channels_follower_day, land_channels_live, land_channels_compass_day
-- traps  : the platform tells followers of this moment only: days before the first look have none
--          a live belongs to the day it ended, its money to the day of payment: over midnight these differ
--          money here is part of the shop's paid GMV, never beside it
--          short videos have no interface: their figures come from exported files

with

lives as (

    select
        account_id,
        business_date,
        count(*) as lives,
        sum(duration_seconds) as live_seconds,
        sum(viewers) as viewers,
        sum(new_followers) as new_followers

    from land_channels_live

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

broadcasters as (

    select distinct account_id from land_channels_live

),

days as (

    select account_id, business_date from land_channels_follower_day
    where business_date >= $start_date
        and business_date < $end_date

    union

    select account_id, business_date from land_channels_compass_day
    where business_date >= $start_date
        and business_date < $end_date

    union

    select account_id, business_date from lives

),

joined as (

    select
        days.account_id,
        days.business_date,
        counted.followers,
        case when broadcasters.account_id is not null then coalesce(lives.lives, 0) end as lives,
        case when broadcasters.account_id is not null then cast(coalesce(lives.live_seconds, 0) as bigint) end
            as live_seconds,
        case when broadcasters.account_id is not null then cast(coalesce(lives.viewers, 0) as bigint) end as viewers,
        case when broadcasters.account_id is not null then cast(coalesce(lives.new_followers, 0) as bigint) end
            as new_followers,
        compass.gmv_cny,
        compass.live_gmv_cny

    from days

    left join broadcasters
        on broadcasters.account_id = days.account_id

    left join lives
        on lives.account_id = days.account_id
        and lives.business_date = days.business_date

    left join land_channels_follower_day as counted
        on counted.account_id = days.account_id
        and counted.business_date = days.business_date

    left join land_channels_compass_day as compass
        on compass.account_id = days.account_id
        and compass.business_date = days.business_date

)

select * from joined
