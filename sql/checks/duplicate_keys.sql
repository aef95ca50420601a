-- Facts that are stored more than once under one key.
-- zh     : 同一键的数据存了不止一份。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_oa_follower_day, fct_oa_follower_source_day, fct_oa_day, fct_oa_article_day, fct_mp_day, fct_mp_retention, fct_mp_period, fct_mp_load_day, fct_order, fct_aftersale, fct_wecom_staff_day, fct_wecom_group_day, fct_wecom_group_week, fct_wecom_group_chat_day, fct_wecom_kf_day, fct_wecom_kf_servicer_day
-- level  : fail

with

counted as (

    select
        business_date,
        account_id,
        'fct_oa_follower_day' as dataset,
        '' as member,
        count(*) as copies

    from fct_oa_follower_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_oa_follower_source_day' as dataset,
        cast(user_source as text) as member,
        count(*) as copies

    from fct_oa_follower_source_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, user_source

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_oa_day' as dataset,
        '' as member,
        count(*) as copies

    from fct_oa_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

    having count(*) > 1

    union all

    select
        stat_date as business_date,
        account_id,
        'fct_oa_article_day' as dataset,
        cast(article_id as text) as member,
        count(*) as copies

    from fct_oa_article_day

    where stat_date >= $start_date
        and stat_date < $end_date

    group by account_id, stat_date, article_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_mp_day' as dataset,
        '' as member,
        count(*) as copies

    from fct_mp_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_mp_retention' as dataset,
        cast(cohort as text) || ', ' || cast(day_n as text) as member,
        count(*) as copies

    from fct_mp_retention

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, cohort, day_n

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_mp_period' as dataset,
        cast(period as text) as member,
        count(*) as copies

    from fct_mp_period

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, period

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_mp_load_day' as dataset,
        '' as member,
        count(*) as copies

    from fct_mp_load_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

    having count(*) > 1

    union all

    select
        max(business_date) as business_date,
        account_id,
        'fct_order' as dataset,
        cast(order_id as text) as member,
        count(*) as copies

    from fct_order

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, order_id

    having count(*) > 1

    union all

    select
        max(business_date) as business_date,
        account_id,
        'fct_aftersale' as dataset,
        cast(aftersale_id as text) as member,
        count(*) as copies

    from fct_aftersale

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, aftersale_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_wecom_staff_day' as dataset,
        cast(staff_id as text) as member,
        count(*) as copies

    from fct_wecom_staff_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, staff_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_wecom_group_day' as dataset,
        cast(owner_id as text) as member,
        count(*) as copies

    from fct_wecom_group_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, owner_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_wecom_group_week' as dataset,
        cast(owner_id as text) as member,
        count(*) as copies

    from fct_wecom_group_week

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, owner_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_wecom_group_chat_day' as dataset,
        cast(chat_id as text) as member,
        count(*) as copies

    from fct_wecom_group_chat_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, chat_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_wecom_kf_day' as dataset,
        cast(kf_id as text) as member,
        count(*) as copies

    from fct_wecom_kf_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, kf_id

    having count(*) > 1

    union all

    select
        business_date,
        account_id,
        'fct_wecom_kf_servicer_day' as dataset,
        cast(kf_id as text) || ' ' || cast(servicer_id as text) as member,
        count(*) as copies

    from fct_wecom_kf_servicer_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date, kf_id, servicer_id

    having count(*) > 1

),

found as (

    select
        business_date,
        account_id,
        dataset || ' holds ' || cast(copies as text) || ' rows under one key ' || member as what,
        dataset || ' 中同一主键有 ' || cast(copies as text) || ' 行：' || member as what_zh

    from counted

)

select * from found
order by business_date, account_id, what
