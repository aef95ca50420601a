-- Refunds and returns of the shop by the day they were opened.
-- key       : account_id, aftersale_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_aftersale.sql
create table fct_aftersale (
    account_id    text,           -- our key of the account
    aftersale_id  text,           -- id
    order_id      text,           -- of fct_order
    business_date date,           -- day it was opened
    kind          text,           -- REFUND or RETURN
    is_refunded   boolean,        -- the money went back
    refund_cny    decimal(18, 2)  -- CNY that went back, 0 while open or refused
);
