-- Orders of shops on other platforms.
-- key       : account_id, platform, shop, order_id
-- partition : account_id, month
-- slice     : business_date
-- source    : import template orders (sql/catalogue/templates.toml)
create table land_external_order (
    account_id     text,           -- our key of the account; files when the rows are the brand's
    business_date  date,           -- day of created_at
    platform       text,           -- youzan, weimob, tmall …
    shop           text,           -- shop on the platform
    order_id       text,           -- the platform's number, as text
    created_at     timestamptz,    -- UTC
    paid_at        timestamptz,    -- UTC, null when never paid
    status         text,           -- as told; whether it was paid is told by paid_at
    paid_cny       decimal(18, 2), -- CNY
    refund_cny     decimal(18, 2), -- CNY
    items          bigint,         -- pieces
    person_key     text,           -- keyed hash of the id
    person_id_kind text,           -- what kind of id person_key was made from
    is_wechat      boolean,        -- true when sold through WeChat
    campaign_id    text,           -- see land_campaign
    import_id      text            -- which import the row came from
);
