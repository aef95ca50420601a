-- Messages that the brand sent to its groups, and how many members left within 24 hours of each.
-- grain  : one row per account_id, business_date, topic, is_marketing
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account; files when the log is the brand's
--   business_date date, day it was sent
--   sent_at       timestamptz, UTC moment of its first message
--   topic         text, as told; empty when none
--   is_marketing  true or false, null when not labelled
--   chats         groups that got it
--   known_chats   those whose own exits are known
--   is_account_level true or false, no group's own exits are known: those of all groups of the account stand in
--   exits         members who left within 24 hours; of single groups outsiders alone
--   usual         exits of 24 hours in the four weeks before, on days without a send when there are any; null when none is known
-- source : land_community_message, fct_wecom_group_chat_day, fct_wecom_group_day
-- traps  : exits are known by day, not by clock: 24 hours are the rest of the day and the beginning of the next,
--          taken as even within each, so an exit is approximate
--          two sends to one group on a day share its exits: both are told, neither may be summed
--          a log whose groups WeCom does not know is held against the groups of every WeCom account

with

sent as (

    select
        account_id,
        business_date,
        coalesce(topic, '') as topic,
        is_marketing,
        chat_id,
        min(sent_at) as sent_at

    from land_community_message

    where sender_kind in ('staff', 'bot')
        and business_date >= cast($start_date as date) - interval 28 day
        and business_date < $end_date
        and (topic is not null or is_marketing)

    group by all

),

chats as (

    select
        account_id,
        chat_id,
        business_date,
        coalesce(external_leaves, leaves) as exits

    from fct_wecom_group_chat_day

    where business_date >= cast($start_date as date) - interval 28 day
        and business_date < cast($end_date as date) + interval 1 day

),

homes as (

    select
        chat_id,
        min(account_id) as home

    from chats

    group by chat_id

),

accounts as (

    select
        account_id as home,
        business_date,
        case when count(members_gone) = count(*) then sum(members_gone) end as exits

    from fct_wecom_group_day

    where business_date >= cast($start_date as date) - interval 28 day
        and business_date < cast($end_date as date) + interval 1 day

    group by account_id, business_date

),

messages as (

    select
        sent.account_id,
        sent.business_date,
        sent.topic,
        sent.is_marketing,
        min(sent.sent_at) as sent_at,
        count(*) as chats,
        24 - hour(min(sent.sent_at) at time zone 'Asia/Shanghai') - minute(min(sent.sent_at)) / 60.0 as hours_left

    from sent

    where sent.business_date >= cast($start_date as date)

    group by sent.account_id, sent.business_date, sent.topic, sent.is_marketing

),

places as (

    select distinct
        sent.account_id,
        sent.business_date,
        sent.topic,
        sent.is_marketing,
        'chat' as level,
        sent.chat_id as place

    from sent

    union all

    select distinct
        sent.account_id,
        sent.business_date,
        sent.topic,
        sent.is_marketing,
        'account' as level,
        accounts.home as place

    from sent

    left join homes
        on homes.chat_id = sent.chat_id

    inner join accounts
        on accounts.home = coalesce(homes.home, accounts.home)

),

leaving as (

    select 'chat' as level, chat_id as place, business_date, exits
    from chats
    where exits is not null

    union all

    select 'account' as level, home as place, business_date, exits
    from accounts
    where exits is not null

),

busy as (

    select distinct level, place, business_date
    from places

),

calm as (

    select
        leaving.*,
        busy.business_date is null as is_calm

    from leaving

    left join busy
        on busy.level = leaving.level
        and busy.place = leaving.place
        and busy.business_date = leaving.business_date

),

usual as (

    select
        places.account_id,
        places.business_date,
        places.topic,
        places.is_marketing,
        places.level,
        places.place,
        coalesce(avg(calm.exits) filter (where calm.is_calm), avg(calm.exits)) as usual

    from places

    inner join calm
        on calm.level = places.level
        and calm.place = places.place
        and calm.business_date >= places.business_date - interval 28 day
        and calm.business_date < places.business_date

    where places.business_date >= cast($start_date as date)

    group by all

),

followed as (

    select
        places.account_id,
        places.business_date,
        places.topic,
        places.is_marketing,
        places.level,
        count(*) as known,
        sum(
            same_day.exits * messages.hours_left / 24 + next_day.exits * (24 - messages.hours_left) / 24
        ) as exits,
        case when count(usual.usual) = count(*) then sum(usual.usual) end as usual

    from places

    inner join messages
        on messages.account_id = places.account_id
        and messages.business_date = places.business_date
        and messages.topic = places.topic
        and messages.is_marketing is not distinct from places.is_marketing

    inner join leaving as same_day
        on same_day.level = places.level
        and same_day.place = places.place
        and same_day.business_date = places.business_date

    inner join leaving as next_day
        on next_day.level = places.level
        and next_day.place = places.place
        and next_day.business_date = places.business_date + interval 1 day

    left join usual
        on usual.account_id = places.account_id
        and usual.business_date = places.business_date
        and usual.topic = places.topic
        and usual.is_marketing is not distinct from places.is_marketing
        and usual.level = places.level
        and usual.place = places.place

    group by all

),

final as (

    select
        messages.account_id,
        messages.business_date,
        messages.sent_at,
        messages.topic,
        messages.is_marketing,
        messages.chats,
        coalesce(own.known, 0) as known_chats,
        own.known is null and whole.known is not null as is_account_level,
        coalesce(own.exits, whole.exits) as exits,
        case when own.known is not null then own.usual else whole.usual end as usual

    from messages

    left join followed as own
        on own.level = 'chat'
        and own.account_id = messages.account_id
        and own.business_date = messages.business_date
        and own.topic = messages.topic
        and own.is_marketing is not distinct from messages.is_marketing

    left join followed as whole
        on whole.level = 'account'
        and whole.account_id = messages.account_id
        and whole.business_date = messages.business_date
        and whole.topic = messages.topic
        and whole.is_marketing is not distinct from messages.is_marketing

)

select * from final
order by sent_at, account_id, topic
