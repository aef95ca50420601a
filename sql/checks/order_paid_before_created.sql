-- Orders that were paid before they existed.
-- zh     : 订单的支付时间早于下单时间。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_order
-- level  : fail

with

found as (

    select
        business_date,
        account_id,
        'order ' || order_id || ' was paid at ' || cast(paid_at as text)
            || ', before it was created at ' || cast(created_at as text) as what,
        '订单 ' || order_id || ' 的支付时间 ' || cast(paid_at as text)
            || ' 早于创建时间 ' || cast(created_at as text) as what_zh

    from fct_order

    where business_date >= $start_date
        and business_date < $end_date
        and paid_at < created_at

)

select * from found
order by business_date, account_id, what
