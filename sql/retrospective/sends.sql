-- Messages that the brand sent to its groups, and how many members left after each.
-- grain  : one row per account_id, business_date, topic, is_marketing that leads its groups on its day
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account; files when the log is the brand's
--   business_date date, day it was sent
--   sent_at       timestamptz, UTC moment of its first message
--   topic         text, as told; empty when none
--   is_marketing  true or false, null when not labelled
--   others        further sends of the day to the same groups: one figure stands for all of them
--   other_topics  list of their topics, where they tell one that is not this one's
--   chats         groups that got one of them
--   known_chats   those whose own exits are known
--   is_account_level true or false, no group's own exits are known: those of all groups of the account stand in
--   exits         members who left within 24 hours (see traps); of single groups outsiders alone
--   usual         exits of a day in the four weeks before: the mean of days without a send, or else the median of all
--   is_usual_of_all_days true or false, each of those days has a send, so the median of all stands in
-- source : land_community_message, fct_wecom_group_chat_day, fct_wecom_group_day
-- traps  : exits are known by day, not by clock: a day's belong to what was sent on that day, however early the next
--          a next day without a send adds what is beyond the usual, for the hours left; unknown, so are the exits
--          exits of a group and day are told once: by the marketing send, else by the first of the day
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
        and business_date < cast($end_date as date) + interval 1 day
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

leaving as (

    select 'chat' as level, chat_id as place, business_date, exits
    from chats
    where exits is not null

    union all

    select 'account' as level, home as place, business_date, exits
    from accounts
    where exits is not null

),

-- Numbered in the order in which a day's sends answer for its exits.
messages as (

    select
        account_id,
        business_date,
        topic,
        is_marketing,
        min(sent_at) as sent_at,
        list(distinct chat_id) as chat_ids,
        row_number() over (
            order by business_date, is_marketing desc nulls last, min(sent_at), topic = '', topic, account_id
        ) as number

    from sent

    group by account_id, business_date, topic, is_marketing

),

reached as (

    select
        number,
        business_date,
        account_id,
        unnest(chat_ids) as chat_id

    from messages

),

places as (

    select number, business_date, 'chat' as level, chat_id as place
    from reached

    union all

    select distinct
        reached.number,
        reached.business_date,
        'account' as level,
        accounts.home as place

    from reached

    left join homes
        on homes.chat_id = reached.chat_id

    inner join accounts
        on accounts.home = coalesce(homes.home, accounts.home)

    union all

    select distinct number, business_date, 'none' as level, account_id as place
    from reached

),

busy as (

    select distinct level, place, business_date
    from places

),

levels as (

    select
        places.number,
        case
            when bool_or(places.level = 'chat' and leaving.exits is not null) then 'chat'
            when bool_or(places.level = 'account') then 'account'
            else 'none'
        end as level

    from places

    left join leaving
        on leaving.level = places.level
        and leaving.place = places.place
        and leaving.business_date = places.business_date

    group by places.number

),

led as (

    select
        places.number,
        places.business_date,
        places.level,
        places.place,
        min(places.number) over (partition by places.level, places.place, places.business_date) as leader

    from places

    inner join levels
        on levels.number = places.number
        and levels.level = places.level

),

-- A send that leads one group of several is told by itself.
together as (

    select distinct
        led.leader,
        led.number

    from led

    where led.number = led.leader
        or led.number not in (select leader from led)

),

told as (

    select
        together.leader,
        count(distinct together.number) - 1 as others,
        coalesce(
            list(distinct messages.topic order by messages.topic) filter (
                where messages.topic not in ('', first.topic)
            ),
            []
        ) as other_topics,
        len(list_distinct(flatten(list(messages.chat_ids)))) as chats

    from together

    inner join messages
        on messages.number = together.number

    inner join messages as first
        on first.number = together.leader

    group by together.leader

),

followed as (

    select
        led.leader,
        led.level,
        led.place,
        led.business_date,
        next_day.exits is not null as is_next_known,
        bool_or(busy.place is not null) over (partition by led.leader) as is_next_busy

    from led

    inner join leaving as same_day
        on same_day.level = led.level
        and same_day.place = led.place
        and same_day.business_date = led.business_date

    left join leaving as next_day
        on next_day.level = led.level
        and next_day.place = led.place
        and next_day.business_date = led.business_date + interval 1 day

    left join busy
        on busy.level = led.level
        and busy.place = led.place
        and busy.business_date = led.business_date + interval 1 day

    where led.number = led.leader

),

known as (

    select
        *,
        count(*) over (partition by leader) as places

    from followed

    where is_next_known or is_next_busy

),

days as (

    select
        known.leader,
        known.level,
        known.places,
        known.is_next_busy,
        date_diff('day', known.business_date, leaving.business_date) as day,
        sum(leaving.exits) as exits,
        bool_or(busy.place is not null) as is_busy

    from known

    inner join leaving
        on leaving.level = known.level
        and leaving.place = known.place
        and leaving.business_date >= known.business_date - interval 28 day
        and leaving.business_date <= known.business_date + interval 1 day

    left join busy
        on busy.level = leaving.level
        and busy.place = leaving.place
        and busy.business_date = leaving.business_date

    group by all

    having count(*) = known.places

),

figures as (

    select
        leader,
        level,
        places,
        is_next_busy,
        max(exits) filter (where day = 0) as same_day,
        max(exits) filter (where day = 1) as next_day,
        coalesce(avg(exits) filter (where day < 0 and not is_busy), median(exits) filter (where day < 0)) as usual,
        bool_and(is_busy) filter (where day < 0) as is_usual_of_all_days

    from days

    group by all

),

final as (

    select
        messages.account_id,
        messages.business_date,
        messages.sent_at,
        messages.topic,
        messages.is_marketing,
        told.others,
        told.other_topics,
        told.chats,
        case when figures.level = 'chat' then figures.places else 0 end as known_chats,
        coalesce(figures.level = 'account', false) as is_account_level,
        case
            when figures.is_next_busy or figures.usual is null then figures.same_day
            else figures.same_day + greatest(figures.next_day - figures.usual, 0) * (
                hour(messages.sent_at at time zone 'Asia/Shanghai') + minute(messages.sent_at) / 60.0
            ) / 24
        end as exits,
        figures.usual,
        coalesce(figures.is_usual_of_all_days, false) as is_usual_of_all_days

    from messages

    inner join told
        on told.leader = messages.number

    left join figures
        on figures.leader = messages.number

    where messages.business_date >= cast($start_date as date)
        and messages.business_date < $end_date

)

select * from final
order by sent_at, account_id, topic
