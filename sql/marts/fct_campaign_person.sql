-- Who came to the brand through which campaign.
-- grain  : one row per campaign_id, person_key
-- params : -
-- columns:
--   campaign_id text, see fct_campaign
--   person_key  text, of dim_person; kind : id for somebody no list holds
--   won_date    date, business date of the conversion, or of becoming a customer by the campaign's code
--   is_new      true or false, nobody held them before the campaign began
--   is_invited  true or false, by an invitation; else by the campaign's channel parameter alone
-- source : fct_campaign, fct_invite, dim_person, dim_person_link
-- traps  : a person counts in every campaign they came through, in each of them once
--          an invitation converts whoever it converts: those who were held before are here and not new
--          campaigns that share a channel parameter are told apart by their dates only

with

ids as (

    select
        member_key,
        min(person_key) as person_key

    from dim_person_link

    group by member_key

),

invited as (

    select
        fct_invite.campaign_id,
        case
            when fct_invite.person_id_kind = 'unionid' then fct_invite.invitee_key
            when ids.person_key is not null then ids.person_key
            else fct_invite.person_id_kind || ':' || fct_invite.invitee_key
        end as person_key,
        fct_invite.converted_date as won_date,
        1 as by_invitation

    from fct_invite

    left join ids
        on ids.member_key = fct_invite.invitee_key

    where fct_invite.is_credited

),

coded as (

    select
        fct_campaign.campaign_id,
        dim_person_link.person_key,
        dim_person_link.since_date as won_date,
        0 as by_invitation

    from fct_campaign

    inner join dim_person_link
        on dim_person_link.channel = 'wecom'
        and dim_person_link.state = fct_campaign.channel_state
        and dim_person_link.since_date >= fct_campaign.start_date
        and (fct_campaign.end_date is null or dim_person_link.since_date <= fct_campaign.end_date)

),

everybody as (

    select campaign_id, person_key, won_date, by_invitation from invited
    union all
    select campaign_id, person_key, won_date, by_invitation from coded

),

won as (

    select
        campaign_id,
        person_key,
        min(won_date) as won_date,
        max(by_invitation) = 1 as is_invited

    from everybody

    group by campaign_id, person_key

),

persons as (

    select
        won.campaign_id,
        won.person_key,
        won.won_date,
        dim_person.since_date is null
            or dim_person.since_date >= coalesce(fct_campaign.start_date, won.won_date) as is_new,
        won.is_invited

    from won

    left join fct_campaign
        on fct_campaign.campaign_id = won.campaign_id

    left join dim_person
        on dim_person.person_key = won.person_key

)

select * from persons
