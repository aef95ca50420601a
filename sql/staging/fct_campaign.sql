-- Campaigns, each once.
-- grain  : one row per campaign_id
-- params : -
-- columns:
--   campaign_id   text, unique
--   name          text, as told
--   kind          text, fission, promotion, live, content, community, offline or other
--   start_date    date, first day
--   end_date      date, last day, inclusive; null when open
--   channel_state text, channel parameter of the contact way or QR code, null when none
--   budget_cny    CNY, null when not told
--   target_users  new users planned, persons; null when not told
-- source : land_campaign
-- traps  : a campaign told by several sources is taken from files first

with

ranked as (

    select
        campaign_id,
        name,
        kind,
        start_date,
        end_date,
        nullif(trim(channel_state), '') as channel_state,
        budget_cny,
        target_users,
        row_number() over (
            partition by campaign_id
            order by case when account_id = 'files' then 0 else 1 end, account_id
        ) as place

    from land_campaign

),

campaigns as (

    select
        campaign_id,
        name,
        kind,
        start_date,
        end_date,
        channel_state,
        budget_cny,
        target_users

    from ranked

    where place = 1

)

select * from campaigns
