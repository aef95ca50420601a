-- What each Channels account or partner sold for the shop by day; only those who sold something.
-- key       : account_id, business_date, finder_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/ec/compass/shop/finder/list/get
create table land_shop_compass_finder_day (
    account_id    text,           -- our key of the shop's account
    business_date date,           -- day of payment
    finder_id     text,           -- sph…, else the id of the partner (talent) or Official Account
    nickname      text,           -- as the account calls itself
    paid_cny      decimal(18, 2), -- paid that day, CNY
    products      bigint,         -- products sold
    buyers        bigint,         -- persons who paid
    refund_cny    decimal(18, 2), -- gone back on that day, whenever it was paid, CNY
    refunded_cny  decimal(18, 2)  -- gone back so far of what was paid that day, CNY
);
