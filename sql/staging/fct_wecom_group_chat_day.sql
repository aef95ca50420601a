-- Who is in each group chat at the end of a day, who came and who left.
-- grain  : one row per account_id, business_date, chat_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id       text, our key of the account
--   business_date    date, day the figures are of
--   chat_id          text, id of the group
--   owner_id         text, staff member who owns the group now
--   name             text, of the group, null for an unnamed one
--   members          persons at the end of the day; null for a group that never told
--   staff_members    members of the corp among them
--   external_members customers and other outsiders among them
--   joins            persons who joined
--   external_joins   outsiders among them
--   leaves           persons who left; null before the list was compared with an earlier one
--   external_leaves  outsiders among them
--   is_approx        true or false, leavers of the day are unknown, or spread over several days
-- source : land_wecom_group, land_wecom_group_member
-- traps  : the platform lists no leavers: who is missing in a later list left between the two
--          before the first list only those who stayed until it are known, so members and joins are too low
--          lists that lie days apart put all their leavers on the later day: every day between is approximate
--          a group that is gone has no row from that day on, so its dissolution is nobody's leaving
--          a group that did not tell its members keeps those last known, approximate; one that never did has none

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

joined as (

    select
        account_id,
        chat_id,
        case when type = 1 then 1 else 0 end as staff,
        coalesce(cast(joined_at at time zone 'Asia/Shanghai' as date), seen_date) as joined_date,
        gone_date,
        last_seen_date

    from land_wecom_group_member

),

stays as (

    -- A list taken in the morning already shows who joined since midnight, and the next one may miss them again.
    select
        account_id,
        chat_id,
        staff,
        case when gone_date < joined_date then gone_date else joined_date end as since_date,
        gone_date,
        last_seen_date

    from joined

),

first_stays as (

    select account_id, chat_id, min(since_date) as since_date from stays group by account_id, chat_id

),

looks as (

    select account_id, max(last_seen_date) as look_date from land_wecom_group group by account_id

),

born as (

    select
        account_id,
        chat_id,
        owner_id,
        name,
        coalesce(cast(created_at at time zone 'Asia/Shanghai' as date), seen_date) as created_date,
        seen_date,
        last_seen_date,
        gone_date

    from land_wecom_group

),

chats as (

    select
        born.account_id,
        born.chat_id,
        born.owner_id,
        born.name,
        least(born.created_date, coalesce(first_stays.since_date, born.created_date)) as first_date,
        case
            when born.created_date >= born.seen_date then born.created_date
            else cast(born.seen_date + interval 1 day as date)
        end as observed_since,
        born.last_seen_date,
        case
            when born.gone_date is null then looks.look_date
            else cast(born.gone_date - interval 1 day as date)
        end as last_date

    from born

    inner join looks
        on looks.account_id = born.account_id

    left join first_stays
        on first_stays.account_id = born.account_id
        and first_stays.chat_id = born.chat_id

),

opening as (

    select
        account_id,
        chat_id,
        count(*) as members,
        sum(staff) as staff_members

    from stays

    where since_date < $start_date
        and (gone_date is null or gone_date >= $start_date)

    group by account_id, chat_id

),

moves as (

    select account_id, chat_id, since_date as business_date, staff, 1 as joined, 0 as gone
    from stays
    where since_date >= $start_date
        and since_date < $end_date

    union all

    select account_id, chat_id, gone_date as business_date, staff, 0 as joined, 1 as gone
    from stays
    where gone_date >= $start_date
        and gone_date < $end_date

),

changes as (

    select
        account_id,
        chat_id,
        business_date,
        sum(joined) as joins,
        sum(joined * staff) as staff_joins,
        sum(gone) as leaves,
        sum(gone * staff) as staff_leaves

    from moves

    group by account_id, chat_id, business_date

),

gaps as (

    select distinct
        stays.account_id,
        stays.chat_id,
        days.business_date

    from stays

    inner join days
        on days.business_date > stays.last_seen_date
        and days.business_date <= stays.gone_date

    where stays.gone_date > stays.last_seen_date + interval 1 day

),

grid as (

    select
        chats.account_id,
        days.business_date,
        chats.chat_id,
        chats.owner_id,
        chats.name,
        coalesce(opening.members, 0) as members_before,
        coalesce(opening.staff_members, 0) as staff_before,
        coalesce(changes.joins, 0) as joins,
        coalesce(changes.staff_joins, 0) as staff_joins,
        coalesce(changes.leaves, 0) as leaves,
        coalesce(changes.staff_leaves, 0) as staff_leaves,
        chats.last_seen_date is null as is_unknown,
        chats.last_seen_date is not null
            and days.business_date >= chats.observed_since
            and days.business_date <= chats.last_seen_date as is_observed,
        gaps.chat_id is not null as is_gap

    from chats

    inner join days
        on days.business_date >= chats.first_date
        and days.business_date <= chats.last_date

    left join opening
        on opening.account_id = chats.account_id
        and opening.chat_id = chats.chat_id

    left join changes
        on changes.account_id = chats.account_id
        and changes.chat_id = chats.chat_id
        and changes.business_date = days.business_date

    left join gaps
        on gaps.account_id = chats.account_id
        and gaps.chat_id = chats.chat_id
        and gaps.business_date = days.business_date

),

counted as (

    select
        account_id,
        business_date,
        chat_id,
        owner_id,
        name,
        case when not is_unknown then members_before + sum(joins - leaves) over upto end as members,
        case when not is_unknown then staff_before + sum(staff_joins - staff_leaves) over upto end as staff_members,
        case when not is_unknown then joins end as joins,
        case when not is_unknown then staff_joins end as staff_joins,
        case when is_observed then leaves end as leaves,
        case when is_observed then staff_leaves end as staff_leaves,
        is_gap or not is_observed as is_approx

    from grid

    window upto as (
        partition by account_id, chat_id order by business_date rows between unbounded preceding and current row
    )

),

chat_days as (

    select
        account_id,
        business_date,
        chat_id,
        owner_id,
        name,
        cast(members as bigint) as members,
        cast(staff_members as bigint) as staff_members,
        cast(members - staff_members as bigint) as external_members,
        cast(joins as bigint) as joins,
        cast(joins - staff_joins as bigint) as external_joins,
        cast(leaves as bigint) as leaves,
        cast(leaves - staff_leaves as bigint) as external_leaves,
        is_approx

    from counted

)

select * from chat_days
