-- Each shop order with what was refunded of it.
-- key       : account_id, order_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_order.sql
create table fct_order (
    account_id    text,           -- our key of the account
    order_id      text,           -- a number beyond 2^53, so text
    business_date date,           -- day the order was created
    created_at    timestamptz,    -- UTC
    updated_at    timestamptz,    -- UTC
    paid_at       timestamptz,    -- UTC, null when never paid
    paid_date     date,           -- business date of paid_at, null when never paid
    status        integer,        -- platform code
    is_paid       boolean,        -- money came in, whatever became of the order later
    is_gift       boolean,        -- the openid is the receiver's, so the buyer is unknown
    buyer_key     text,           -- keyed hash of the openid
    union_key     text,           -- keyed hash of the unionid, null when unbound
    person_key    text,           -- union_key, else the buyer within the shop; null for gifts
    scene         integer,        -- order_scene: 6 = article card
    order_cny     decimal(18, 2), -- paid by the buyer, CNY
    product_cny   decimal(18, 2), -- goods before discounts, CNY
    freight_cny   decimal(18, 2), -- CNY
    refund_cny    decimal(18, 2), -- refunded so far, CNY
    items         bigint,         -- pieces
    finder_id     text,           -- Channels account it was bought through, null when none
    live_id       text,           -- live it was bought in, null when none
    commission_cny decimal(18, 2) -- owed to partners and agencies, CNY, null when none
);
