-- How the communities were, day by day.
-- grain  : one row per business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date      date, day the figures are of
--   groups             groups at the end
--   messages           messages by anybody
--   members_week       persons at the end of the seven days that end on the date
--   members_active     of them, those who wrote in those seven days
--   members_new        joins
--   members_gone       exits; null when the day before is unknown
--   marketing_messages messages of staff and bots, labelled as marketing; null when no log was imported
--   labelled_messages  messages of staff and bots that carry a label; null likewise
-- source : fct_wecom_group_day, fct_wecom_group_week, fct_community_chat_day
-- traps  : daily speakers cannot be added up: the platform's own seven days are used, as the KPI does
--          somebody in groups of two owners counts twice

with

groups as (

    select
        business_date,
        sum(groups_total) as groups,
        sum(messages) as messages,
        sum(members_new) as members_new,
        sum(members_gone) as members_gone

    from fct_wecom_group_day

    where business_date >= cast($start_date as date)
        and business_date < $end_date

    group by business_date

),

weeks as (

    select
        business_date,
        sum(members_total) as members_week,
        sum(members_active) as members_active

    from fct_wecom_group_week

    where business_date >= cast($start_date as date)
        and business_date < $end_date
        and members_active is not null
        and members_total is not null

    group by business_date

),

chats as (

    select
        business_date,
        sum(marketing_messages) as marketing_messages,
        sum(marketing_messages + other_messages) as labelled_messages

    from fct_community_chat_day

    where business_date >= cast($start_date as date)
        and business_date < $end_date

    group by business_date

),

final as (

    select
        coalesce(groups.business_date, chats.business_date) as business_date,
        groups.groups,
        groups.messages,
        weeks.members_week,
        weeks.members_active,
        groups.members_new,
        groups.members_gone,
        chats.marketing_messages,
        chats.labelled_messages

    from groups

    full join chats
        on chats.business_date = groups.business_date

    left join weeks
        on weeks.business_date = coalesce(groups.business_date, chats.business_date)

)

select * from final
order by business_date
