-- How many persons wrote to an Official Account in a day, and how much.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_oa_message_day.sql
create table fct_oa_message_day (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    senders       bigint, -- persons who wrote, each once, null when not told
    messages      bigint  -- messages of all kinds, null when not told
);
