-- Shares below 0 or above 1: the platform told percent, or nonsense.
-- zh     : 占比小于 0 或大于 1：平台给的可能是百分数，或是错数。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_oa_article_day, fct_wecom_staff_day
-- traps  : rates have been seen as 0.45 and as 45: refused rather than guessed
-- level  : fail

with

shares as (

    select stat_date as business_date, account_id, article_id as member, 'delivery_read_share' as measure, delivery_read_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select stat_date as business_date, account_id, article_id as member, 'finish_share' as measure, finish_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select stat_date as business_date, account_id, article_id as member, 'jump_1_share' as measure, jump_1_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select stat_date as business_date, account_id, article_id as member, 'jump_2_share' as measure, jump_2_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select stat_date as business_date, account_id, article_id as member, 'jump_3_share' as measure, jump_3_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select stat_date as business_date, account_id, article_id as member, 'jump_4_share' as measure, jump_4_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select stat_date as business_date, account_id, article_id as member, 'jump_5_share' as measure, jump_5_share as amount
    from fct_oa_article_day
    where stat_date >= $start_date
        and stat_date < $end_date

    union all

    select business_date, account_id, staff_id as member, 'reply_share' as measure, reply_share as amount
    from fct_wecom_staff_day
    where business_date >= $start_date
        and business_date < $end_date

),

found as (

    select
        business_date,
        account_id,
        measure || ' of ' || member || ' is ' || cast(amount as text) || ', not within 0 and 1' as what,
        member || ' 的 ' || measure || ' 为 ' || cast(amount as text) || '，不在 0 与 1 之间' as what_zh

    from shares

    where amount < 0
        or amount > 1

)

select * from found
order by business_date, account_id, what
