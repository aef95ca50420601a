-- Company-wide GMV by channel and day or month.
-- key       : account_id, period, business_date, channel
-- partition : account_id, month
-- slice     : business_date
-- source    : import template gmv (sql/catalogue/templates.toml)
create table land_gmv (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    business_date date,           -- the day, or the first of the month
    period        text,           -- day or month
    channel       text,           -- as told
    is_wechat     boolean,        -- channel belongs to WeChat
    gmv_cny       decimal(18, 2), -- paid, refunds not taken off, CNY
    refund_cny    decimal(18, 2), -- of the same period, CNY
    orders        bigint,         -- orders
    import_id     text            -- which import the row came from
);
