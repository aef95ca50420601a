-- Each selling live of a Channels account: viewers, clicks, orders, money.
-- key       : account_id, business_date, export_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/livedashboard/getlivelist, getlivedata; the list is known to leave lives out
create table land_channels_ec_live (
    account_id        text,           -- our key of the account
    business_date     date,           -- day it is listed under, which is the day it began
    export_id         text,           -- export/…, as live_id in orders
    started_at        timestamptz,    -- UTC, null when not told
    duration_seconds  bigint,         -- seconds
    viewers           bigint,         -- persons
    impressions       bigint,         -- persons who were shown it
    max_online        bigint,         -- persons at one moment
    avg_watch_seconds double,         -- seconds a viewer
    new_followers     bigint,         -- persons who followed during it
    comments          bigint,         -- comments
    sharers           bigint,         -- persons who shared it
    product_viewers   bigint,         -- persons who were shown a product
    clickers          bigint,         -- persons who looked at a product
    created_orders    bigint,         -- orders created
    paid_orders       bigint,         -- orders paid
    buyers            bigint,         -- persons who paid
    new_buyers        bigint,         -- of them for the first time
    gmv_cny           decimal(18, 2), -- paid, CNY
    refund_cny        decimal(18, 2), -- gone back so far, CNY
    refund_orders     bigint,         -- orders with money gone back
    ad_viewers        bigint          -- viewers whom advertising brought
);
