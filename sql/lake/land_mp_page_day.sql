-- The most viewed pages of a Mini Program in a day, at most 200.
-- key       : account_id, business_date, page_path
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappidvisitpage
create table land_mp_page_day (
    account_id            text,   -- our key of the account
    business_date         date,   -- day the figures are of
    page_path             text,   -- as in the app
    page_views            bigint, -- pages
    visitors              bigint, -- persons
    stay_seconds_per_view double, -- s
    entries               bigint, -- times it was the first page
    exits                 bigint, -- times it was the last page
    shares                bigint, -- times
    sharers               bigint  -- persons
);
