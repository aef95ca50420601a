-- Counts and amounts below zero.
-- zh     : 人数、次数或金额为负。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_oa_follower_day, fct_oa_day, fct_oa_article_day, fct_mp_day, fct_mp_retention, fct_order, fct_wecom_staff_day, fct_wecom_group_day, fct_wecom_group_week, fct_wecom_group_chat_day, fct_wecom_kf_day
-- traps  : follower net may be negative and is not looked at
-- level  : fail

with

negative as (

    select business_date, account_id, 'fct_oa_follower_day' as dataset, '' as member, 'followers_won' as measure, cast(followers_won as double) as amount
    from fct_oa_follower_day
    where business_date >= $start_date
        and business_date < $end_date
        and followers_won < 0

    union all

    select business_date, account_id, 'fct_oa_follower_day' as dataset, '' as member, 'followers_lost' as measure, cast(followers_lost as double) as amount
    from fct_oa_follower_day
    where business_date >= $start_date
        and business_date < $end_date
        and followers_lost < 0

    union all

    select business_date, account_id, 'fct_oa_follower_day' as dataset, '' as member, 'followers' as measure, cast(followers as double) as amount
    from fct_oa_follower_day
    where business_date >= $start_date
        and business_date < $end_date
        and followers < 0

    union all

    select business_date, account_id, 'fct_oa_day' as dataset, '' as member, 'readers' as measure, cast(readers as double) as amount
    from fct_oa_day
    where business_date >= $start_date
        and business_date < $end_date
        and readers < 0

    union all

    select business_date, account_id, 'fct_oa_day' as dataset, '' as member, 'sharers' as measure, cast(sharers as double) as amount
    from fct_oa_day
    where business_date >= $start_date
        and business_date < $end_date
        and sharers < 0

    union all

    select business_date, account_id, 'fct_oa_day' as dataset, '' as member, 'comments' as measure, cast(comments as double) as amount
    from fct_oa_day
    where business_date >= $start_date
        and business_date < $end_date
        and comments < 0

    union all

    select stat_date as business_date, account_id, 'fct_oa_article_day' as dataset, article_id as member, 'readers' as measure, cast(readers as double) as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date
        and readers < 0

    union all

    select stat_date as business_date, account_id, 'fct_oa_article_day' as dataset, article_id as member, 'session_readers' as measure, cast(session_readers as double) as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date
        and session_readers < 0

    union all

    select stat_date as business_date, account_id, 'fct_oa_article_day' as dataset, article_id as member, 'sharers' as measure, cast(sharers as double) as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date
        and sharers < 0

    union all

    select stat_date as business_date, account_id, 'fct_oa_article_day' as dataset, article_id as member, 'interactions' as measure, cast(interactions as double) as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date
        and interactions < 0

    union all

    select stat_date as business_date, account_id, 'fct_oa_article_day' as dataset, article_id as member, 'praise_cny' as measure, cast(praise_cny as double) as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date
        and praise_cny < 0

    union all

    select business_date, account_id, 'fct_mp_day' as dataset, '' as member, 'sessions' as measure, cast(sessions as double) as amount
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date
        and sessions < 0

    union all

    select business_date, account_id, 'fct_mp_day' as dataset, '' as member, 'visitors' as measure, cast(visitors as double) as amount
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date
        and visitors < 0

    union all

    select business_date, account_id, 'fct_mp_day' as dataset, '' as member, 'new_visitors' as measure, cast(new_visitors as double) as amount
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date
        and new_visitors < 0

    union all

    select business_date, account_id, 'fct_mp_day' as dataset, '' as member, 'article_visitors' as measure, cast(article_visitors as double) as amount
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date
        and article_visitors < 0

    union all

    select business_date, account_id, 'fct_mp_retention' as dataset, cohort as member, 'visitors' as measure, cast(visitors as double) as amount
    from fct_mp_retention
    where business_date >= $start_date
        and business_date < $end_date
        and visitors < 0

    union all

    select business_date, account_id, 'fct_order' as dataset, order_id as member, 'order_cny' as measure, cast(order_cny as double) as amount
    from fct_order
    where business_date >= $start_date
        and business_date < $end_date
        and order_cny < 0

    union all

    select business_date, account_id, 'fct_order' as dataset, order_id as member, 'product_cny' as measure, cast(product_cny as double) as amount
    from fct_order
    where business_date >= $start_date
        and business_date < $end_date
        and product_cny < 0

    union all

    select business_date, account_id, 'fct_order' as dataset, order_id as member, 'freight_cny' as measure, cast(freight_cny as double) as amount
    from fct_order
    where business_date >= $start_date
        and business_date < $end_date
        and freight_cny < 0

    union all

    select business_date, account_id, 'fct_order' as dataset, order_id as member, 'refund_cny' as measure, cast(refund_cny as double) as amount
    from fct_order
    where business_date >= $start_date
        and business_date < $end_date
        and refund_cny < 0

    union all

    select business_date, account_id, 'fct_order' as dataset, order_id as member, 'items' as measure, cast(items as double) as amount
    from fct_order
    where business_date >= $start_date
        and business_date < $end_date
        and items < 0

    union all

    select business_date, account_id, 'fct_wecom_staff_day' as dataset, staff_id as member, 'chats' as measure, cast(chats as double) as amount
    from fct_wecom_staff_day
    where business_date >= $start_date
        and business_date < $end_date
        and chats < 0

    union all

    select business_date, account_id, 'fct_wecom_staff_day' as dataset, staff_id as member, 'messages' as measure, cast(messages as double) as amount
    from fct_wecom_staff_day
    where business_date >= $start_date
        and business_date < $end_date
        and messages < 0

    union all

    select business_date, account_id, 'fct_wecom_staff_day' as dataset, staff_id as member, 'reply_minutes' as measure, cast(reply_minutes as double) as amount
    from fct_wecom_staff_day
    where business_date >= $start_date
        and business_date < $end_date
        and reply_minutes < 0

    union all

    select business_date, account_id, 'fct_wecom_staff_day' as dataset, staff_id as member, 'new_contacts' as measure, cast(new_contacts as double) as amount
    from fct_wecom_staff_day
    where business_date >= $start_date
        and business_date < $end_date
        and new_contacts < 0

    union all

    select business_date, account_id, 'fct_wecom_group_day' as dataset, owner_id as member, 'groups_total' as measure, cast(groups_total as double) as amount
    from fct_wecom_group_day
    where business_date >= $start_date
        and business_date < $end_date
        and groups_total < 0

    union all

    select business_date, account_id, 'fct_wecom_group_day' as dataset, owner_id as member, 'members_total' as measure, cast(members_total as double) as amount
    from fct_wecom_group_day
    where business_date >= $start_date
        and business_date < $end_date
        and members_total < 0

    union all

    select business_date, account_id, 'fct_wecom_group_day' as dataset, owner_id as member, 'members_new' as measure, cast(members_new as double) as amount
    from fct_wecom_group_day
    where business_date >= $start_date
        and business_date < $end_date
        and members_new < 0

    union all

    select business_date, account_id, 'fct_wecom_group_day' as dataset, owner_id as member, 'messages' as measure, cast(messages as double) as amount
    from fct_wecom_group_day
    where business_date >= $start_date
        and business_date < $end_date
        and messages < 0

    union all

    select business_date, account_id, 'fct_wecom_group_week' as dataset, owner_id as member, 'groups_total' as measure, cast(groups_total as double) as amount
    from fct_wecom_group_week
    where business_date >= $start_date
        and business_date < $end_date
        and groups_total < 0

    union all

    select business_date, account_id, 'fct_wecom_group_week' as dataset, owner_id as member, 'members_total' as measure, cast(members_total as double) as amount
    from fct_wecom_group_week
    where business_date >= $start_date
        and business_date < $end_date
        and members_total < 0

    union all

    select business_date, account_id, 'fct_wecom_group_week' as dataset, owner_id as member, 'members_active' as measure, cast(members_active as double) as amount
    from fct_wecom_group_week
    where business_date >= $start_date
        and business_date < $end_date
        and members_active < 0

    union all

    select business_date, account_id, 'fct_wecom_group_chat_day' as dataset, chat_id as member, 'staff_members' as measure, cast(staff_members as double) as amount
    from fct_wecom_group_chat_day
    where business_date >= $start_date
        and business_date < $end_date
        and staff_members < 0

    union all

    select business_date, account_id, 'fct_wecom_group_chat_day' as dataset, chat_id as member, 'external_members' as measure, cast(external_members as double) as amount
    from fct_wecom_group_chat_day
    where business_date >= $start_date
        and business_date < $end_date
        and external_members < 0

    union all

    select business_date, account_id, 'fct_wecom_kf_day' as dataset, kf_id as member, 'first_reply_minutes' as measure, cast(first_reply_minutes as double) as amount
    from fct_wecom_kf_day
    where business_date >= $start_date
        and business_date < $end_date
        and first_reply_minutes < 0

),

found as (

    select
        business_date,
        account_id,
        measure || ' in ' || dataset || ' is ' || cast(amount as text) || ' ' || member as what,
        concat_ws('：', dataset || ' 的 ' || measure || ' 为 ' || cast(amount as text), nullif(member, '')) as what_zh

    from negative

)

select * from found
order by business_date, account_id, what
