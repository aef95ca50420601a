-- The shop's day as the platform counts it (电商罗盘).
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : POST /channels/ec/compass/shop/overall/get; its page swaps two descriptions, the names are right
create table land_shop_compass_day (
    account_id     text,           -- our key of the account
    business_date  date,           -- day of payment
    paid_cny       decimal(18, 2), -- paid that day, CNY
    buyers         bigint,         -- persons who paid
    paid_orders    bigint,         -- orders paid
    refunded_cny   decimal(18, 2), -- gone back so far of what was paid that day, CNY
    click_visitors bigint,         -- persons who looked at a product
    live_paid_cny  decimal(18, 2), -- paid in lives, CNY
    feed_paid_cny  decimal(18, 2)  -- paid from short videos, CNY
);
