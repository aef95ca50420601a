-- Refunds and returns of the shop by the day they were opened.
-- grain  : one row per account_id, aftersale_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   aftersale_id  text, id
--   order_id      text, of fct_order
--   business_date date, day it was opened
--   kind          text, REFUND or RETURN
--   is_refunded   true or false, the money went back
--   refund_cny    CNY that went back, 0 while open or refused
-- source : land_shop_aftersale
-- traps  : the state moves on for days: an aftersale opened in the window may still be refunded later

with

aftersales as (

    select
        account_id,
        aftersale_id,
        order_id,
        business_date,
        kind,
        coalesce(is_refunded, false) as is_refunded,
        cast(case when is_refunded then refund_cny else 0 end as decimal(18, 2)) as refund_cny

    from land_shop_aftersale

    where business_date >= $start_date
        and business_date < $end_date

)

select * from aftersales
