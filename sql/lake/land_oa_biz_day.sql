-- Readers and reactions of a whole Official Account in a day.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getbizsummary
create table land_oa_biz_day (
    account_id     text,   -- our key of the account
    business_date  date,   -- day the figures are of
    readers        bigint, -- persons, all scenes (全部)
    sharers        bigint, -- persons
    zaikan_users   bigint, -- persons (爱心赞)
    like_users     bigint, -- persons (拇指赞)
    comments       bigint, -- comments, not persons
    collect_users  bigint, -- persons
    redirect_users bigint, -- persons who opened the original page
    articles_sent  bigint  -- articles
);
