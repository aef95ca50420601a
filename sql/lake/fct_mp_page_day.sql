-- The most viewed pages of a Mini Program in a day: viewed, entered by, left from.
-- key       : account_id, business_date, page_path
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_mp_page_day.sql
create table fct_mp_page_day (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    page_path     text,   -- as in the app
    page_views    bigint, -- pages
    visitors      bigint, -- persons; a person who saw several pages counts for each
    entries       bigint, -- times it was the first page
    exits         bigint, -- times it was the last page
    shares        bigint  -- times
);
