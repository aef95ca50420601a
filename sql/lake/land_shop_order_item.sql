-- The lines of goods of each shop order, by their position in it.
-- key       : account_id, order_id, line
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/ec/order/get; a line beyond land_shop_order.lines has left the order
create table land_shop_order_item (
    account_id        text,           -- our key of the account
    order_id          text,           -- of land_shop_order
    line              integer,        -- position in the order, from 1: a SKU may come twice, e.g. as a gift
    business_date     date,           -- day the order was created
    updated_at        timestamptz,    -- UTC, of the order
    product_id        text,           -- platform's id, null when not told
    sku_id            text,           -- platform's id, null when not told
    title             text,           -- of the product
    is_free_gift      boolean,        -- given with the order
    pieces            bigint,         -- pieces
    sale_cny          decimal(18, 2), -- price of one piece, CNY
    market_cny        decimal(18, 2), -- list price of one piece, CNY
    real_cny          decimal(18, 2), -- what the line really costs after discounts, CNY, null when not told
    returning_pieces  bigint,         -- pieces in an open aftersale
    returned_pieces   bigint,         -- pieces whose aftersale is finished
    source_type       integer,        -- bought through: 1 Channels, 2 Official Account, 3 Mini Program, 5 partner
    source_account_id text,           -- id of that account, null when none
    sale_channel      integer,        -- 0 own account, 1 cooperating, 2 authorised, 100 partner, 101 agency
    commission_cny    decimal(18, 2)  -- owed to partners and agencies, CNY
);
