-- Followers won and lost by each Official Account in a day, and how many it has at the end.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id     text, our key of the account
--   business_date  date, day the figures are of
--   followers_won  persons, null when the day's channels are unknown
--   followers_lost persons who unfollowed, null likewise
--   followers_net  won minus lost, persons
--   followers      persons at day end, null when unknown
-- source : land_oa_user_summary, land_oa_user_cumulate, land_oa_user_export
-- traps  : the platform tells one row per channel and day: they are summed, unknown codes included
--          a day without rows is unknown, not zero
--          an export of the console stands in where the interface told nothing, never beside it

with

won as (

    select
        account_id,
        business_date,
        cast(sum(new_followers) as bigint) as followers_won,
        cast(sum(lost_followers) as bigint) as followers_lost

    from land_oa_user_summary

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

held as (

    select
        account_id,
        business_date,
        followers

    from land_oa_user_cumulate

    where business_date >= $start_date
        and business_date < $end_date

),

exported as (

    select
        account_id,
        business_date,
        followers_won,
        followers_lost,
        followers

    from land_oa_user_export

    where business_date >= $start_date
        and business_date < $end_date

),

days as (

    select account_id, business_date from won
    union
    select account_id, business_date from held
    union
    select account_id, business_date from exported

),

moved as (

    select
        days.account_id,
        days.business_date,
        case when won.account_id is null then exported.followers_won else won.followers_won end as followers_won,
        case when won.account_id is null then exported.followers_lost else won.followers_lost end as followers_lost,
        coalesce(held.followers, exported.followers) as followers

    from days

    left join won
        on won.account_id = days.account_id
        and won.business_date = days.business_date

    left join held
        on held.account_id = days.account_id
        and held.business_date = days.business_date

    left join exported
        on exported.account_id = days.account_id
        and exported.business_date = days.business_date

),

joined as (

    select
        account_id,
        business_date,
        followers_won,
        followers_lost,
        followers_won - followers_lost as followers_net,
        followers

    from moved

)

select * from joined
