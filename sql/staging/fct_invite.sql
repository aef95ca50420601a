-- Who invited whom in which campaign, self-invitations left out.
-- grain  : one row per account_id, campaign_id, inviter_key, invitee_key
-- params : -
-- columns:
--   account_id     text, our key of the account; files when the rows are the brand's
--   business_date  date, day of the invitation
--   campaign_id    text, see fct_campaign
--   inviter_key    text, keyed hash of who invited
--   invitee_key    text, keyed hash of who was invited
--   person_id_kind text, what kind of id both keys were made from
--   invited_at     moment, UTC
--   converted_at   moment, UTC, null when not converted
--   converted_date date, business date of converted_at, null when not converted
--   depth          generation, 1 is invited by a seed; null when not told
--   is_credited    true or false, of several inviters of one person in a campaign, the first that led to the conversion
-- source : land_invite
-- traps  : somebody who invites themself is left out; a conversion before its invitation is a slip of the export and
--          stays unknown
--          a person invited by several is one new user: only one of the invitations is credited, whatever their
--          dates, so the table is built whole

with

invites as (

    select
        account_id,
        business_date,
        campaign_id,
        inviter_key,
        invitee_key,
        person_id_kind,
        invited_at,
        case when converted_at >= invited_at then converted_at end as converted_at,
        depth

    from land_invite

    where inviter_key <> invitee_key

),

ranked as (

    select
        account_id,
        business_date,
        campaign_id,
        inviter_key,
        invitee_key,
        person_id_kind,
        invited_at,
        converted_at,
        depth,
        row_number() over (
            partition by campaign_id, invitee_key
            order by converted_at nulls last, invited_at, inviter_key, account_id
        ) as place

    from invites

),

credited as (

    select
        account_id,
        business_date,
        campaign_id,
        inviter_key,
        invitee_key,
        person_id_kind,
        invited_at,
        converted_at,
        cast(converted_at at time zone 'Asia/Shanghai' as date) as converted_date,
        depth,
        converted_at is not null and place = 1 as is_credited

    from ranked

)

select * from credited
