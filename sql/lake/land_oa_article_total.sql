-- Each article's figures from publication to stat_date: cumulative, never to be summed over days.
-- key       : account_id, publish_date, article_id, stat_date
-- partition : account_id, month
-- slice     : publish_date
-- source    : POST /datacube/getarticletotaldetail
create table land_oa_article_total (
    account_id          text,           -- our key of the account
    publish_date        date,           -- business date of publication
    article_id          text,           -- msg_data_id _ index from 1
    stat_date           date,           -- last day counted, up to 30 days
    publish_type        integer,        -- 0 notified, 1 not notified, 2 undocumented
    title               text,           -- null before 2026-03-03
    content_url         text,           -- null before 2026-03-03
    readers             bigint,         -- persons, all scenes (全部)
    sharers             bigint,         -- persons
    zaikan_users        bigint,         -- persons
    like_users          bigint,         -- persons
    comments            bigint,         -- comments
    collect_users       bigint,         -- persons
    praise_cny          decimal(18, 2), -- CNY
    followers_won       bigint,         -- persons who followed after reading
    delivery_read_share double,         -- readers per delivered, 0-1, the platform's own
    finish_share        double,         -- 0-1
    read_minutes        double,         -- mean minutes
    jump_1_share        double,         -- share of readers leaving at 0-20 %
    jump_2_share        double,         -- 20-40 %
    jump_3_share        double,         -- 40-60 %
    jump_4_share        double,         -- 60-80 %
    jump_5_share        double          -- 80-100 %
);
