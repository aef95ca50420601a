-- Contacts won in WeCom and how fast the staff and the service desks answer.
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
-- source : fct_wecom_kf_day, fct_wecom_staff_day; catalogue/metrics.toml
-- traps  : reply times are natural time: a message of the night waits until morning; groups are excluded
--          a mean hides its tail, so the share of staff days within 5 minutes stands beside it
--          breakdowns by staff are of the brand only: the 50 busiest of a day, the rest has no name; desks are few
--          a desk nobody came to has no row: 0 sessions if there was one within 30 days, else nothing is told

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

staff as (

    select account_id, business_date, staff_id, chats, replied_chats, reply_minutes, new_contacts
    from fct_wecom_staff_day
    where business_date >= cast($start_date as date) - interval 6 day
        and business_date < $end_date

),

scoped as (

    select account_id, business_date, chats, replied_chats, reply_minutes, new_contacts from staff
    union all
    select '*' as account_id, business_date, chats, replied_chats, reply_minutes, new_contacts from staff

),

won as (

    select
        account_id,
        business_date,
        sum(new_contacts) as new_contacts

    from scoped

    where business_date >= $start_date
        and new_contacts is not null

    group by account_id, business_date

),

seven_days as (

    select
        scoped.account_id,
        days.business_date,
        coalesce(sum(scoped.reply_minutes * scoped.replied_chats), 0) as minutes,
        coalesce(sum(case when scoped.reply_minutes is not null then scoped.replied_chats end), 0) as replied_chats,
        sum(case when scoped.reply_minutes <= 5 then 1 else 0 end) as staff_days_within_5,
        sum(case when scoped.chats > 0 then 1 else 0 end) as staff_days

    from days

    inner join scoped
        on scoped.business_date > days.business_date - interval 7 day
        and scoped.business_date <= days.business_date

    group by scoped.account_id, days.business_date

),

desks as (

    select account_id, business_date, kf_id, sessions, replied_sessions, first_reply_minutes
    from fct_wecom_kf_day
    where business_date >= cast($start_date as date) - interval 29 day
        and business_date < $end_date

),

desk_scoped as (

    select account_id, business_date, sessions, replied_sessions, first_reply_minutes from desks
    union all
    select '*' as account_id, business_date, sessions, replied_sessions, first_reply_minutes from desks

),

desk_days as (

    select
        desk_scoped.account_id,
        days.business_date,
        coalesce(sum(case when desk_scoped.business_date = days.business_date then desk_scoped.sessions end), 0)
            as sessions,
        coalesce(sum(
            case
                when desk_scoped.business_date > days.business_date - interval 7 day
                    then desk_scoped.first_reply_minutes * desk_scoped.replied_sessions
            end
        ), 0) as minutes,
        coalesce(sum(
            case
                when desk_scoped.business_date > days.business_date - interval 7 day
                    and desk_scoped.first_reply_minutes is not null
                    then desk_scoped.replied_sessions
            end
        ), 0) as replied_sessions

    from days

    inner join desk_scoped
        on desk_scoped.business_date > days.business_date - interval 30 day
        and desk_scoped.business_date <= days.business_date

    group by desk_scoped.account_id, days.business_date

),

staff_weeks as (

    select
        days.business_date,
        staff.staff_id,
        coalesce(sum(staff.reply_minutes * staff.replied_chats), 0) as minutes,
        coalesce(sum(case when staff.reply_minutes is not null then staff.replied_chats end), 0) as replied_chats,
        sum(case when staff.reply_minutes <= 5 then 1 else 0 end) as staff_days_within_5,
        sum(case when staff.chats > 0 then 1 else 0 end) as staff_days

    from days

    inner join staff
        on staff.business_date > days.business_date - interval 7 day
        and staff.business_date <= days.business_date

    group by days.business_date, staff.staff_id

),

by_staff as (

    select
        'reply_minutes' as metric_id,
        business_date,
        staff_id,
        minutes as amount,
        replied_chats as base
    from staff_weeks
    where replied_chats > 0

    union all

    select
        'reply_within_5_share' as metric_id,
        business_date,
        staff_id,
        staff_days_within_5 as amount,
        staff_days as base
    from staff_weeks
    where staff_days > 0

    union all

    select
        'wecom_new_contacts' as metric_id,
        business_date,
        staff_id,
        sum(new_contacts) as amount,
        cast(null as double) as base
    from staff
    where business_date >= $start_date
        and new_contacts > 0
    group by business_date, staff_id

),

staff_places as (

    select
        *,
        row_number() over (
            partition by metric_id, business_date
            order by coalesce(base, amount) desc, staff_id
        ) as place

    from by_staff

),

desk_weeks as (

    select
        days.business_date,
        desks.kf_id,
        sum(case when desks.business_date = days.business_date then desks.sessions end) as sessions,
        sum(
            case
                when desks.business_date > days.business_date - interval 7 day
                    then desks.first_reply_minutes * desks.replied_sessions
            end
        ) as minutes,
        sum(
            case
                when desks.business_date > days.business_date - interval 7 day
                    and desks.first_reply_minutes is not null
                    then desks.replied_sessions
            end
        ) as replied_sessions

    from days

    inner join desks
        on desks.business_date > days.business_date - interval 30 day
        and desks.business_date <= days.business_date

    group by days.business_date, desks.kf_id

),

measured as (

    select
        'wecom_new_contacts' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(new_contacts as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from won

    union all

    select
        'reply_minutes' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(minutes as double) as numerator,
        cast(replied_chats as double) as denominator,
        false as is_approx

    from seven_days

    union all

    select
        'reply_within_5_share' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(staff_days_within_5 as double) as numerator,
        cast(staff_days as double) as denominator,
        false as is_approx

    from seven_days

    union all

    select
        'kf_sessions' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(sessions as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from desk_days

    union all

    select
        'kf_first_reply_minutes' as metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(minutes as double) as numerator,
        cast(replied_sessions as double) as denominator,
        false as is_approx

    from desk_days

    union all

    select
        metric_id,
        '*' as account_id,
        'staff' as dimension,
        case when place <= 50 then staff_id else '' end as member,
        business_date,
        cast(sum(amount) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from staff_places

    group by metric_id, business_date, case when place <= 50 then staff_id else '' end

    union all

    select
        'kf_sessions' as metric_id,
        '*' as account_id,
        'desk' as dimension,
        kf_id as member,
        business_date,
        cast(sessions as double) as numerator,
        cast(null as double) as denominator,
        false as is_approx

    from desk_weeks

    where sessions > 0

    union all

    select
        'kf_first_reply_minutes' as metric_id,
        '*' as account_id,
        'desk' as dimension,
        kf_id as member,
        business_date,
        cast(minutes as double) as numerator,
        cast(replied_sessions as double) as denominator,
        false as is_approx

    from desk_weeks

    where replied_sessions > 0

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
