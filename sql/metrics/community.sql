-- How alive the WeCom groups are and how many members leave them.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_wecom_group_chat_day, fct_wecom_group_day, fct_wecom_group_week; catalogue/metrics.toml
-- traps  : the platform's statistics tell owners, never single groups; groups_total includes dead groups
--          daily speakers cannot be added up to a week: the platform's own seven days are used
--          breakdowns by owner are of the brand only: the 50 largest owners of a day, the rest has no name
--          exits are the customers missing from the member lists where two lists in a row enclose the day for every
--          group of the account; else they follow from members before, joins and members now of the owners, where
--          groups dissolved or handed over look like exits

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

owners as (

    select account_id, business_date, owner_id, groups_total, members_total, members_gone, messages
    from fct_wecom_group_day
    where business_date >= cast($start_date as date) - interval 30 day
        and business_date < $end_date

),

derived as (

    select
        account_id,
        business_date,
        sum(groups_total) as groups_total,
        sum(members_total) as members_total,
        sum(members_gone) as members_gone,
        sum(messages) as messages,
        max(case when members_gone is null then 1 else 0 end) as unknown_exits

    from owners

    group by account_id, business_date

),

observed as (

    select
        account_id,
        business_date,
        sum(external_leaves) as members_gone

    from fct_wecom_group_chat_day

    where business_date >= cast($start_date as date) - interval 30 day
        and business_date < $end_date

    group by account_id, business_date

    having max(case when is_approx then 1 else 0 end) = 0

),

accounts as (

    select
        coalesce(derived.account_id, observed.account_id) as account_id,
        coalesce(derived.business_date, observed.business_date) as business_date,
        derived.groups_total,
        derived.members_total,
        coalesce(observed.members_gone, derived.members_gone) as members_gone,
        derived.messages,
        case when observed.members_gone is null then derived.unknown_exits else 0 end as unknown_exits

    from derived

    full join observed
        on observed.account_id = derived.account_id
        and observed.business_date = derived.business_date

),

scoped as (

    select account_id, business_date, groups_total, members_total, members_gone, messages, unknown_exits
    from accounts

    union all

    select '*' as account_id, business_date, groups_total, members_total, members_gone, messages, unknown_exits
    from accounts

),

daily as (

    select
        account_id,
        business_date,
        sum(groups_total) as groups_total,
        sum(members_total) as members_total,
        sum(members_gone) as members_gone,
        sum(messages) as messages,
        max(unknown_exits) = 1 as has_unknown_exits

    from scoped

    group by account_id, business_date

),

talk as (

    select
        daily.account_id,
        days.business_date,
        sum(daily.messages) as messages,
        sum(daily.groups_total) as group_days

    from days

    inner join daily
        on daily.business_date > days.business_date - interval 7 day
        and daily.business_date <= days.business_date
        and daily.messages is not null
        and daily.groups_total is not null

    group by daily.account_id, days.business_date

),

weeks as (

    select account_id, business_date, members_active, members_total
    from fct_wecom_group_week
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select '*' as account_id, business_date, members_active, members_total
    from fct_wecom_group_week
    where business_date >= $start_date
        and business_date < $end_date

),

active as (

    select
        account_id,
        business_date,
        sum(members_active) as members_active,
        sum(members_total) as members_total

    from weeks

    where members_active is not null
        and members_total is not null

    group by account_id, business_date

),

exits as (

    select
        daily.account_id,
        days.business_date,
        sum(daily.members_gone) as members_gone,
        max(case when daily.has_unknown_exits then 1 else 0 end) = 1 as is_approx

    from days

    inner join daily
        on daily.business_date > days.business_date - interval 30 day
        and daily.business_date <= days.business_date

    group by daily.account_id, days.business_date

),

exit_share as (

    select
        exits.account_id,
        exits.business_date,
        exits.members_gone,
        opening.members_total,
        exits.is_approx

    from exits

    inner join daily as opening
        on opening.account_id = exits.account_id
        and opening.business_date = exits.business_date - interval 30 day

    where exits.members_gone is not null
        and opening.members_total is not null

),

owner_talk as (

    select
        days.business_date,
        owners.owner_id,
        coalesce(sum(owners.messages), 0) as messages,
        sum(owners.groups_total) as group_days

    from days

    inner join daily
        on daily.account_id = '*'
        and daily.business_date > days.business_date - interval 7 day
        and daily.business_date <= days.business_date
        and daily.messages is not null
        and daily.groups_total is not null

    inner join owners
        on owners.business_date = daily.business_date

    group by days.business_date, owners.owner_id

),

owner_gone as (

    select
        chats.business_date,
        chats.owner_id,
        chats.external_leaves as members_gone

    from fct_wecom_group_chat_day as chats

    inner join observed
        on observed.account_id = chats.account_id
        and observed.business_date = chats.business_date
        and observed.members_gone is not null

    union all

    select
        owners.business_date,
        owners.owner_id,
        owners.members_gone

    from owners

    left join observed
        on observed.account_id = owners.account_id
        and observed.business_date = owners.business_date

    where observed.members_gone is null

),

owner_exits as (

    select
        days.business_date,
        owner_gone.owner_id,
        coalesce(sum(owner_gone.members_gone), 0) as members_gone

    from days

    inner join owner_gone
        on owner_gone.business_date > days.business_date - interval 30 day
        and owner_gone.business_date <= days.business_date

    group by days.business_date, owner_gone.owner_id

),

owner_openings as (

    select
        days.business_date,
        owners.owner_id,
        sum(owners.members_total) as members_total

    from days

    inner join owners
        on owners.business_date = days.business_date - interval 30 day

    group by days.business_date, owners.owner_id

),

owner_exit_share as (

    select
        exit_share.business_date,
        coalesce(owner_exits.owner_id, owner_openings.owner_id) as owner_id,
        coalesce(owner_exits.members_gone, 0) as members_gone,
        coalesce(owner_openings.members_total, 0) as members_total,
        exit_share.is_approx

    from owner_exits

    full join owner_openings
        on owner_openings.business_date = owner_exits.business_date
        and owner_openings.owner_id = owner_exits.owner_id

    inner join exit_share
        on exit_share.account_id = '*'
        and exit_share.business_date = coalesce(owner_exits.business_date, owner_openings.business_date)

),

by_owner as (

    select
        'messages_per_group_day' as metric_id,
        business_date,
        owner_id,
        messages as amount,
        group_days as base,
        false as is_approx
    from owner_talk

    union all

    select
        'community_active_rate' as metric_id,
        business_date,
        owner_id,
        sum(members_active) as amount,
        sum(members_total) as base,
        false as is_approx
    from fct_wecom_group_week
    where members_active is not null
        and members_total is not null
        and business_date >= $start_date
        and business_date < $end_date
    group by business_date, owner_id

    union all

    select
        'group_exits' as metric_id,
        business_date,
        owner_id,
        sum(members_gone) as amount,
        cast(null as bigint) as base,
        false as is_approx
    from owner_gone
    where members_gone is not null
        and business_date >= $start_date
        and business_date < $end_date
    group by business_date, owner_id

    union all

    select
        'group_exit_rate' as metric_id,
        business_date,
        owner_id,
        members_gone as amount,
        members_total as base,
        is_approx
    from owner_exit_share
    where members_gone <> 0 or members_total <> 0

),

owner_places as (

    select
        *,
        row_number() over (
            partition by metric_id, business_date
            order by coalesce(base, amount) desc, owner_id
        ) as place

    from by_owner

),

measured as (

    select
        'messages_per_group_day' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(messages as double) as numerator,
        cast(group_days as double) as denominator,
        false as is_approx

    from talk

    union all

    select
        'community_active_rate' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(members_active as double) as numerator,
        cast(members_total as double) as denominator,
        false as is_approx

    from active

    union all

    select
        'group_exits' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(members_gone as double) as numerator,
        cast(null as double) as denominator,
        has_unknown_exits as is_approx

    from daily

    where business_date >= $start_date
        and members_gone is not null

    union all

    select
        'group_exit_rate' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(members_gone as double) as numerator,
        cast(members_total as double) as denominator,
        is_approx as is_approx

    from exit_share

    union all

    select
        metric_id,
        '*' as account_id,
        'owner' as dimension,
        case when place <= 50 then coalesce(owner_id, '') else '' end as member,
        business_date,
        cast(sum(amount) as double) as numerator,
        cast(sum(base) as double) as denominator,
        max(case when is_approx then 1 else 0 end) = 1 as is_approx

    from owner_places

    group by metric_id, business_date, case when place <= 50 then coalesce(owner_id, '') else '' end

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
