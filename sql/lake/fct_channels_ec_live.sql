-- Each selling live of a Channels account: who watched, looked and bought.
-- key       : account_id, business_date, export_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_channels_ec_live.sql
create table fct_channels_ec_live (
    account_id    text,           -- our key of the account
    business_date date,           -- day the live began
    export_id     text,           -- export/…, as live_id in orders
    viewers       bigint,         -- persons, each once a live
    clickers      bigint,         -- persons who looked at a product
    buyers        bigint,         -- persons who paid
    new_buyers    bigint,         -- of them for the first time
    new_followers bigint,         -- persons who followed during it
    gmv_cny       decimal(18, 2), -- paid, CNY
    refund_cny    decimal(18, 2)  -- gone back so far, CNY
);
