-- The newest known state of each refund or return.
-- key       : account_id, aftersale_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/ec/aftersale/getaftersalelist, getaftersaleorder
create table land_shop_aftersale (
    account_id    text,           -- our key of the account
    aftersale_id  text,           -- id
    order_id      text,           -- of land_shop_order
    business_date date,           -- day it was opened
    created_at    timestamptz,    -- UTC
    updated_at    timestamptz,    -- UTC
    kind          text,           -- REFUND or RETURN
    status        text,           -- platform's status
    is_refunded   boolean,        -- the money went back
    refund_cny    decimal(18, 2)  -- CNY
);
