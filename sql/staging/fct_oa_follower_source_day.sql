-- Followers won and lost by each Official Account in a day, by the channel they used.
-- grain  : one row per account_id, business_date, user_source
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id     text, our key of the account
--   business_date  date, day the figures are of
--   user_source    platform code of the channel; unknown codes are kept
--   followers_won  persons
--   followers_lost persons who unfollowed
--   followers_net  won minus lost, persons
-- source : land_oa_user_summary
-- traps  : lost followers carry the channel they once came by

with

summary as (

    select
        account_id,
        business_date,
        user_source,
        new_followers as followers_won,
        lost_followers as followers_lost,
        new_followers - lost_followers as followers_net

    from land_oa_user_summary

    where business_date >= $start_date
        and business_date < $end_date

)

select * from summary
