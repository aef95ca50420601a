-- What each Channels account or partner sold for the shop in a day.
-- key       : account_id, business_date, finder_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_shop_finder_day.sql
create table fct_shop_finder_day (
    account_id    text,           -- our key of the shop's account
    business_date date,           -- day of payment
    finder_id     text,           -- sph…, else the id of the partner or Official Account
    nickname      text,           -- as the account calls itself
    paid_cny      decimal(18, 2), -- paid that day, CNY
    buyers        bigint,         -- persons who paid; a buyer of several accounts counts for each
    refunded_cny  decimal(18, 2)  -- gone back so far of what was paid that day, CNY
);
