-- Counts of a part that are larger than their whole.
-- zh     : 部分大于整体。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_mp_day, fct_mp_period, fct_mp_retention, fct_oa_article_day, fct_wecom_group_day
-- traps  : an article's readers from the push can only exceed its readers if the platform's scenes disagree
-- level  : warn

with

parts as (

    select business_date, account_id, 'new visitors' as part, new_visitors as part_amount, 'visitors' as whole, visitors as whole_amount
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select business_date, account_id, 'visitors', visitors, 'sessions', sessions
    from fct_mp_day
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select business_date, account_id, 'new visitors of the ' || period, new_visitors, 'visitors', visitors
    from fct_mp_period
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select business_date, account_id, 'visitors of the ' || period, visitors, 'sessions', sessions
    from fct_mp_period
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select
        business_date,
        account_id,
        cohort || ' visitors back on day ' || cast(day_n as text),
        visitors,
        'cohort',
        cohort_visitors
    from fct_mp_retention
    where business_date >= $start_date
        and business_date < $end_date

    union all

    select stat_date, account_id, 'readers from the push of ' || article_id, session_readers, 'readers', readers
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select business_date, account_id, 'active groups of ' || owner_id, groups_active, 'groups', groups_total
    from fct_wecom_group_day
    where business_date >= $start_date
        and business_date < $end_date

),

found as (

    select
        business_date,
        account_id,
        part || ' are ' || cast(part_amount as text)
            || ', more than ' || whole || ' ' || cast(whole_amount as text) as what,
        part || ' 为 ' || cast(part_amount as text)
            || '，多于 ' || whole || ' ' || cast(whole_amount as text) as what_zh

    from parts

    where part_amount > whole_amount

)

select * from found
order by business_date, account_id, what
