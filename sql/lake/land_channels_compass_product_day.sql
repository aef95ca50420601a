-- The products sold through a Channels account by day.
-- key       : account_id, business_date, product_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/ec/compass/finder/product/list/get
create table land_channels_compass_product_day (
    account_id            text,           -- our key of the account
    business_date         date,           -- day of payment, except where a column says otherwise
    product_id            text,           -- platform's id
    title                 text,           -- of the product
    paid_cny              decimal(18, 2), -- paid that day, CNY
    paid_orders           bigint,         -- orders paid
    buyers                bigint,         -- persons who paid
    paid_pieces           bigint,         -- pieces paid
    created_orders        bigint,         -- orders created that day
    click_visitors        bigint,         -- persons who looked at it
    clicks                bigint,         -- times it was looked at
    refunded_cny          decimal(18, 2), -- gone back so far of what was paid that day, CNY
    refunded_orders       bigint,         -- orders of that day with money gone back so far
    refund_cny            decimal(18, 2), -- gone back on that day, whenever it was paid, CNY
    refunds               bigint,         -- orders with money gone back on that day
    finder_commission_cny decimal(18, 2)  -- expected commission of partners, CNY
);
