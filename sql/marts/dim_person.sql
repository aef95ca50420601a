-- One row for each person the brand ever held, whatever the channels.
-- grain  : one row per person_key
-- params : none
-- columns:
--   person_key    text, union_key, else channel : account : member
--   is_bound      true or false, known by unionid
--   channels      channels on which ever held
--   held_channels channels on which held now, 0 for somebody who is gone
--   links         accounts and channels by which ever held
--   since_date    date, first business date held
--   until_date    date, first business date not held any more, null while held
--   oa_since      date, first business date as an Official Account's follower, null when never
--   wecom_since   date, first business date as a WeCom customer, null when never
--   shop_since    date, first business date as a shop's buyer, null when never
--   first_channel text, oa, wecom or shop: where the person came from
--   first_account text, our key of that account
--   first_source  text, subscribe_scene, add_way or order_scene of that
--   first_state   text, channel parameter of that, null without one
-- source : dim_person_link
-- traps  : somebody without unionid is a person of each channel, so persons are too many: see identity_leftovers
--          who comes to two channels on one day came from the follow, then the contact, then the order

with

ordered as (

    select
        person_key,
        channel,
        account_id,
        union_key,
        since_date,
        until_date,
        source,
        state,
        row_number() over (
            partition by person_key
            order by
                since_date,
                case channel when 'oa' then 1 when 'wecom' then 2 else 3 end,
                account_id,
                member_key
        ) as nth

    from dim_person_link

),

persons as (

    select
        person_key,
        count(union_key) > 0 as is_bound,
        count(distinct channel) as channels,
        count(distinct case when until_date is null then channel end) as held_channels,
        count(*) as links,
        min(since_date) as since_date,
        case when count(*) = count(until_date) then max(until_date) end as until_date,
        min(case when channel = 'oa' then since_date end) as oa_since,
        min(case when channel = 'wecom' then since_date end) as wecom_since,
        min(case when channel = 'shop' then since_date end) as shop_since,
        max(case when nth = 1 then channel end) as first_channel,
        max(case when nth = 1 then account_id end) as first_account,
        max(case when nth = 1 then source end) as first_source,
        max(case when nth = 1 then state end) as first_state

    from ordered

    group by person_key

)

select * from persons
