-- What was paid through a Channels account by day, and where the buyers saw it.
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : POST /channels/ec/compass/finder/overall/get
create table land_channels_compass_day (
    account_id      text,           -- our key of the account
    business_date   date,           -- day of payment
    gmv_cny         decimal(18, 2), -- paid, CNY
    live_gmv_cny    decimal(18, 2), -- of it in lives, CNY
    feed_gmv_cny    decimal(18, 2), -- of it from short videos, CNY
    window_gmv_cny  decimal(18, 2), -- of it from the shop window, CNY
    product_gmv_cny decimal(18, 2), -- of it from shared products, CNY
    other_gmv_cny   decimal(18, 2)  -- of it from elsewhere, CNY
);
