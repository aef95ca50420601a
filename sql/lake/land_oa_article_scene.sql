-- Readers of each article by scene from publication to stat_date; scenes overlap.
-- key       : account_id, publish_date, article_id, stat_date, scene
-- partition : account_id, month
-- slice     : publish_date
-- source    : POST /datacube/getarticletotaldetail
create table land_oa_article_scene (
    account_id   text,   -- our key of the account
    publish_date date,   -- business date of publication
    article_id   text,   -- msg_data_id _ index from 1
    stat_date    date,   -- last day counted
    scene        text,   -- platform's scene name
    readers      bigint  -- persons
);
