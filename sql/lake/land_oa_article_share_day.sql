-- Sharers of each article in one day.
-- key       : account_id, business_date, article_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getarticleshare
-- kept_for  : monthly review: sharers of a single day, against which template and time slot are compared
create table land_oa_article_share_day (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    article_id    text,   -- msg_data_id _ index from 1
    sharers       bigint  -- persons
);
