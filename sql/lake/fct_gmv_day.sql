-- Company-wide GMV of each channel and day; months are spread over their days.
-- key       : account_id, business_date, channel
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_gmv_day.sql
create table fct_gmv_day (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    business_date date,           -- the day
    channel       text,           -- as told
    is_wechat     boolean,        -- channel belongs to WeChat
    gmv_cny       decimal(24, 8), -- paid, refunds not taken off, CNY
    refund_cny    decimal(24, 8), -- of the same period, CNY; null when not told
    told_by       text            -- day or month
);
