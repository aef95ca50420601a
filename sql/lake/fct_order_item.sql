-- Each line of goods of each shop order as it stands now.
-- key       : account_id, order_id, line
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_order_item.sql
create table fct_order_item (
    account_id        text,           -- our key of the account
    order_id          text,           -- of fct_order
    line              integer,        -- position in the order, from 1
    business_date     date,           -- day the order was created
    paid_date         date,           -- day the order was paid, null when never paid
    is_paid           boolean,        -- the order's money came in
    product_id        text,           -- platform's id
    sku_id            text,           -- platform's id
    title             text,           -- of the product
    is_free_gift      boolean,        -- given with the order
    pieces            bigint,         -- pieces
    returning_pieces  bigint,         -- pieces in an open aftersale
    returned_pieces   bigint,         -- pieces whose aftersale is finished
    sale_cny          decimal(18, 2), -- price of one piece, CNY
    real_cny          decimal(18, 2), -- what the line really costs, CNY
    source_type       integer,        -- bought through: 1 Channels, 2 Official Account, 3 Mini Program, 5 partner
    source_account_id text,           -- id of that account, null when none
    sale_channel      integer,        -- 0 own account, 1 cooperating, 2 authorised, 100 partner, 101 agency
    finder_id         text,           -- of the order
    live_id           text,           -- of the order
    commission_cny    decimal(18, 2)  -- owed to partners and agencies, CNY
);
