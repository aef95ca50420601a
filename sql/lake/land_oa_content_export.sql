-- Reading of an Official Account by day and channel, from the console's export.
-- key       : account_id, business_date, channel
-- partition : account_id, month
-- slice     : business_date
-- source    : import template oa_content_analysis (sql/catalogue/templates.toml)
create table land_oa_content_export (
    account_id            text,   -- our key of the account
    business_date         date,   -- day
    channel               text,   -- channel of spread, 全部 = all
    readers               bigint, -- persons; channels overlap and do not add up
    reads                 bigint, -- times, null in newer exports
    sharers               bigint, -- persons
    shares                bigint, -- times, null in newer exports
    original_link_persons bigint, -- persons
    original_link_clicks  bigint, -- times
    collectors            bigint, -- persons
    collects              bigint, -- times
    published_items       bigint, -- items
    import_id             text    -- which import the row came from
);
