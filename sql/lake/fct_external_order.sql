-- Each imported order of a shop on another platform, with the person who bought.
-- key       : account_id, platform, shop, order_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/marts/fct_external_order.sql
create table fct_external_order (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    platform      text,           -- youzan, weimob, tmall …
    shop          text,           -- shop on the platform
    order_id      text,           -- the platform's number, as text
    business_date date,           -- day the order was created
    paid_at       timestamptz,    -- UTC, null when never paid
    paid_date     date,           -- business date of paid_at, null when never paid
    is_paid       boolean,        -- money came in, whatever became of the order later
    is_wechat     boolean,        -- sold through WeChat; where not told, what Youzan and Weimob sold is
    person_key    text,           -- as in dim_person where the id is known there, else kind : id; null when not told
    order_cny     decimal(18, 2), -- paid by the buyer, CNY
    refund_cny    decimal(18, 2)  -- refunded so far, CNY
);
