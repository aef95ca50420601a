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
-- source : land_oa_user_summary, land_oa_user_cumulate
-- traps  : the platform tells one row per channel and day: they are summed, unknown codes included
--          a day without rows is unknown, not zero

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

joined as (

    select
        coalesce(won.account_id, held.account_id) as account_id,
        coalesce(won.business_date, held.business_date) as business_date,
        won.followers_won,
        won.followers_lost,
        won.followers_won - won.followers_lost as followers_net,
        held.followers

    from won

    full join held
        on held.account_id = won.account_id
        and held.business_date = won.business_date

)

select * from joined
