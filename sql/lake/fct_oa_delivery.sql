-- How many persons each notified article was delivered to, as the console's export tells it.
-- key       : account_id, article_id
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_oa_delivery.sql
create table fct_oa_delivery (
    account_id text,   -- our key of the account
    article_id text,   -- msg_data_id _ index from 1
    delivered  bigint, -- persons the push reached
    told_date  date    -- day the figures were taken
);
