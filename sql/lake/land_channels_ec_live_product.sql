-- What each product did in each selling live.
-- key       : account_id, business_date, export_id, product_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/livedashboard/getlivedata, single_live_ec_spu_data_page_v2
-- kept_for  : monthly review: what was sold in which live, beside the content shown in it
create table land_channels_ec_live_product (
    account_id     text,           -- our key of the account
    business_date  date,           -- day the live is listed under
    export_id      text,           -- of land_channels_ec_live
    product_id     text,           -- the shop's id of the product, else Channels' own
    title          text,           -- of the product
    viewers        bigint,         -- persons who were shown it
    clickers       bigint,         -- persons who looked at it
    created_orders bigint,         -- orders created
    paid_orders    bigint,         -- orders paid
    buyers         bigint,         -- persons who paid
    gmv_cny        decimal(18, 2), -- paid, CNY
    refund_cny     decimal(18, 2)  -- gone back so far, CNY
);
