-- What each product sold in a day, as the platform counts it for the shop or for a Channels account.
-- key       : account_id, business_date, product_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_product_day.sql
create table fct_product_day (
    account_id     text,           -- our key of the account
    business_date  date,           -- day of payment
    product_id     text,           -- platform's id
    sold_by        text,           -- shop or channels: whose account it is
    title          text,           -- of the product
    paid_cny       decimal(18, 2), -- paid that day, CNY
    paid_orders    bigint,         -- orders paid
    buyers         bigint,         -- persons who paid; a buyer of several products counts for each
    click_visitors bigint,         -- persons who looked at it, likewise
    refunded_cny   decimal(18, 2)  -- gone back so far of what was paid that day, CNY
);
