-- Partners of the brand and how what they bring is recognised.
-- grain  : one row per partner_id
-- params : -
-- columns:
--   partner_id    text, unique
--   name          text, as told
--   kind          text, kol, koc, vendor, association, brand or other
--   start_date    date, first day of the agreement
--   end_date      date, last day, inclusive; null when open
--   channel_state text, channel parameter of the contact way or QR code, null when none
--   finder_id     text, Channels account through which they sell, null when none
-- source : land_partner
-- traps  : a partner told by several sources is taken from files first

with

ranked as (

    select
        partner_id,
        name,
        kind,
        start_date,
        end_date,
        nullif(trim(channel_state), '') as channel_state,
        nullif(trim(finder_id), '') as finder_id,
        row_number() over (
            partition by partner_id
            order by case when account_id = 'files' then 0 else 1 end, account_id
        ) as place

    from land_partner

),

partners as (

    select
        partner_id,
        name,
        kind,
        start_date,
        end_date,
        channel_state,
        finder_id

    from ranked

    where place = 1

)

select * from partners
