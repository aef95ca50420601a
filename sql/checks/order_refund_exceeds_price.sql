-- Orders with more money refunded than was paid.
-- zh     : 订单的退款超过实付金额。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_order
-- traps  : freight and compensation can be refunded beside the goods, so this is a warning
-- level  : warn

with

found as (

    select
        business_date,
        account_id,
        'order ' || order_id || ' has ' || cast(refund_cny as text)
            || ' CNY refunded of ' || cast(order_cny as text) || ' CNY paid' as what,
        '订单 ' || order_id || ' 退款 ' || cast(refund_cny as text)
            || ' 元，支付 ' || cast(order_cny as text) || ' 元' as what_zh

    from fct_order

    where business_date >= $start_date
        and business_date < $end_date
        and refund_cny > order_cny

)

select * from found
order by business_date, account_id, what
