-- Exits seen in the member lists and exits that follow from the owners' totals disagree over seven days.
-- zh     : 近 7 日退群人数：按成员名单比对的与按群主统计推算的相差过大。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_wecom_group_chat_day, fct_wecom_group_day
-- traps  : the two may differ by a few: lists are taken in the morning, totals at midnight
--          a group that was dissolved or handed over is an exit of all its members in the totals alone
-- level  : warn

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

totals as (

    select
        account_id,
        business_date,
        sum(members_gone) as members_gone

    from fct_wecom_group_day

    where business_date >= cast($start_date as date) - interval 6 day
        and business_date < $end_date

    group by account_id, business_date

    having max(case when members_gone is null then 1 else 0 end) = 0

),

lists as (

    select
        account_id,
        business_date,
        sum(external_leaves) as members_gone

    from fct_wecom_group_chat_day

    where business_date >= cast($start_date as date) - interval 6 day
        and business_date < $end_date

    group by account_id, business_date

    having max(case when is_approx then 1 else 0 end) = 0

),

weeks as (

    select
        days.business_date,
        totals.account_id,
        sum(totals.members_gone) as by_totals,
        sum(lists.members_gone) as by_lists,
        abs(sum(totals.members_gone) - sum(lists.members_gone)) as difference

    from days

    inner join totals
        on totals.business_date > days.business_date - interval 7 day
        and totals.business_date <= days.business_date

    inner join lists
        on lists.account_id = totals.account_id
        and lists.business_date = totals.business_date

    group by days.business_date, totals.account_id

    having count(*) = 7

),

found as (

    select
        business_date,
        account_id,
        'member lists show ' || cast(by_lists as text) || ' exits in the seven days, totals of the owners '
            || cast(by_totals as text) as what,
        '7 天内成员名单显示退群 ' || cast(by_lists as text) || ' 人，群主合计为 '
            || cast(by_totals as text) || ' 人' as what_zh

    from weeks

    where difference > 10
        and difference > 0.25 * greatest(by_totals, by_lists)

)

select * from found
order by business_date, account_id, what
