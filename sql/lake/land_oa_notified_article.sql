-- Figures of each notified article, by the day they were exported.
-- key       : account_id, content_url, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : import template oa_notified_articles (sql/catalogue/templates.toml)
create table land_oa_notified_article (
    account_id            text,        -- our key of the account
    business_date         date,        -- day the figures were taken
    content_url           text,        -- public address
    title                 text,        -- as told
    published_at          timestamptz, -- UTC; Shanghai midnight when only the day is told
    readers               bigint,      -- persons
    reads                 bigint,      -- times, null in newer exports
    sharers               bigint,      -- persons
    shares                bigint,      -- times, null in newer exports
    follows_after_reading bigint,      -- persons
    delivered             bigint,      -- persons the push reached
    session_reads         bigint,      -- times
    delivery_read_share   double,      -- share 0-1, the platform's own figure
    first_shares          bigint,      -- times
    reads_from_shares     bigint,      -- times
    first_share_share     double,      -- share 0-1
    reads_per_share       double,      -- times
    completion_share      double,      -- share 0-1
    import_id             text         -- which import the row came from
);
