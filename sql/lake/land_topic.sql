-- The topic pool: what others write about, what is talked about, and ideas of our own.
-- key       : account_id, topic_id
-- partition : account_id, month
-- slice     : business_date
-- source    : import template topic_pool (sql/catalogue/templates.toml)
create table land_topic (
    account_id    text,   -- our key of the account; files when the rows are the brand's
    topic_id      text,   -- unique in the pool
    business_date date,   -- day it was found
    kind          text,   -- competitor, hot or idea
    topic         text,   -- as told
    heat          double, -- how often or how much, as the source counts; null when not told
    source        text,   -- who or where: an account, a list
    url           text,   -- address, null when none
    note          text,   -- why it is worth something, null when none
    import_id     text    -- which import the row came from
);
