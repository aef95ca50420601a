-- Articles whose readers since publication fell by more than 5 % in a day.
-- zh     : 公众号文章的累计阅读人数在一天内下降超过 5 %。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_oa_article_day
-- traps  : small falls are the platform's own de-duplication
-- level  : warn

with

compared as (

    select
        account_id,
        article_id,
        stat_date as business_date,
        readers,
        lag(readers) over (partition by account_id, article_id order by stat_date) as readers_before

    from fct_oa_article_day

    where stat_date >= cast($start_date as date) - interval 30 day
        and stat_date < $end_date

),

found as (

    select
        business_date,
        account_id,
        'article ' || article_id || ' fell from ' || cast(readers_before as text)
            || ' to ' || cast(readers as text) || ' readers since publication' as what,
        '图文 ' || article_id || ' 发布以来的阅读人数从 ' || cast(readers_before as text)
            || ' 降到 ' || cast(readers as text) as what_zh

    from compared

    where business_date >= $start_date
        and readers_before > 0
        and readers < 0.95 * readers_before

)

select * from found
order by business_date, account_id, what
