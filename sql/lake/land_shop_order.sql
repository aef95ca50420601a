-- The newest known state of each shop order.
-- key       : account_id, order_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/ec/order/list/get, /channels/ec/order/get
create table land_shop_order (
    account_id    text,           -- our key of the account
    order_id      text,           -- a number beyond 2^53, so text
    business_date date,           -- day the order was created
    created_at    timestamptz,    -- UTC
    updated_at    timestamptz,    -- UTC; moves on pay, ship, settle
    paid_at       timestamptz,    -- UTC, null when never paid
    status        integer,        -- platform code
    buyer_key     text,           -- keyed hash of the openid
    union_key     text,           -- keyed hash of the unionid, null when unbound
    is_gift       boolean,        -- the openid is the receiver's
    scene         integer,        -- order_scene: 6 = article card
    order_cny     decimal(18, 2), -- paid by the buyer, CNY
    product_cny   decimal(18, 2), -- goods before discounts, CNY
    freight_cny   decimal(18, 2), -- CNY
    items         bigint,         -- pieces
    lines         integer,        -- how many lines of goods it has now
    finder_id     text,           -- Channels account it was bought through, null when none
    live_id       text,           -- live it was bought in, as export/…, null when none
    commission_cny   decimal(18, 2), -- owed to partners and agencies for all its lines, CNY
    platform_fee_cny decimal(18, 2)  -- the platform's fee once settled, CNY, null before
);
