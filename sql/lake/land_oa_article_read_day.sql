-- Readers of each article in one day by scene; scenes overlap, so only 全部 is a total.
-- key       : account_id, business_date, article_id, scene
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getarticleread
-- kept_for  : monthly review: readers of a single day by scene, which figures since publication tell only for all days
create table land_oa_article_read_day (
    account_id    text,   -- our key of the account
    business_date date,   -- day the figures are of
    article_id    text,   -- msg_data_id _ index from 1
    scene         text,   -- platform's scene name
    readers       bigint  -- persons
);
