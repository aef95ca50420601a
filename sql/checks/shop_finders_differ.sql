-- Days on which the accounts listed as selling for the shop do not add up to what the compass tells of all.
-- zh     : 小店罗盘的带货账号明细之和与合计不一致。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : land_shop_compass_finder_total, fct_shop_finder_day
-- traps  : the two may differ by rounding: told is what is more than 1 CNY and 5 % apart
--          a day without any account in the list was not read, or is doubted by the total when it is read
-- level  : warn

with

listed as (

    select
        account_id,
        business_date,
        sum(paid_cny) as paid_cny

    from fct_shop_finder_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

compared as (

    select
        total.business_date,
        total.account_id,
        total.paid_cny as told,
        listed.paid_cny as counted

    from land_shop_compass_finder_total as total

    inner join listed
        on listed.account_id = total.account_id
        and listed.business_date = total.business_date

    where total.business_date >= $start_date
        and total.business_date < $end_date
        and total.paid_cny is not null

),

found as (

    select
        business_date,
        account_id,
        'all accounts sold ' || cast(told as text) || ' CNY, those listed ' || cast(counted as text) as what,
        '全部带货账号成交 ' || cast(told as text) || ' 元，逐个列出的合计 ' || cast(counted as text) || ' 元' as what_zh

    from compared

    where abs(told - counted) > 1
        and abs(told - counted) > 0.05 * told

)

select * from found
order by business_date, account_id, what
