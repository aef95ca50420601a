-- How many persons wrote to an Official Account how often in a day.
-- key       : account_id, business_date, count_interval
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getupstreammsgdist
create table land_oa_message_dist (
    account_id     text,    -- our key of the account
    business_date  date,    -- day the figures are of
    count_interval integer, -- messages a person: 0 none, 1 1-5, 2 6-10, 3 more
    users          bigint   -- persons
);
