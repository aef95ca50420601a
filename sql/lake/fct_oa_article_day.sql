-- Each article's figures from publication to stat_date, and what that day added.
-- key       : account_id, article_id, stat_date
-- partition : account_id, month
-- slice     : stat_date
-- source    : sql/staging/fct_oa_article_day.sql
create table fct_oa_article_day (
    account_id            text,           -- our key of the account
    article_id            text,           -- msg_data_id _ index from 1
    push_id               text,           -- msg_data_id, shared by the articles of one push
    article_index         integer,        -- place in the push, from 1
    publish_date          date,           -- business date of publication
    stat_date             date,           -- last day counted
    day_n                 integer,        -- 1 on the publication date
    publish_type          integer,        -- 0 notified, 1 not notified, 2 undocumented
    title                 text,           -- null before 2026-03-03
    content_url           text,           -- null before 2026-03-03
    delivered_approx      bigint,         -- followers at the end of the publication date; null when nobody was notified
    readers               bigint,         -- persons since publication, all scenes
    session_readers       bigint,         -- persons since publication who came from the push (公众号消息)
    sharers               bigint,         -- persons since publication
    zaikan_users          bigint,         -- persons since publication (爱心赞)
    like_users            bigint,         -- persons since publication (拇指赞)
    comments              bigint,         -- comments since publication
    collect_users         bigint,         -- persons since publication
    interactions          bigint,         -- likes, zaikan, comments and collects since publication
    followers_won         bigint,         -- persons since publication who followed after reading
    praise_cny            decimal(18, 2), -- CNY since publication
    delivery_read_share   double,         -- readers per delivered, 0-1, the platform's own
    finish_share          double,         -- 0-1
    read_minutes          double,         -- mean minutes
    jump_1_share          double,         -- share of readers leaving at 0-20 %
    jump_2_share          double,         -- 20-40 %
    jump_3_share          double,         -- 40-60 %
    jump_4_share          double,         -- 60-80 %
    jump_5_share          double,         -- 80-100 %
    readers_added         bigint,         -- persons this day added, at least 0; null when the day before is unknown
    session_readers_added bigint,         -- persons, likewise
    sharers_added         bigint,         -- persons, likewise
    interactions_added    bigint,         -- likewise
    is_revised_down       boolean         -- the platform lowered a cumulative figure on this day
);
