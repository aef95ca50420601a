-- Readers and reactions of a whole Official Account in a day, beside what it published.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_oa_day.sql
create table fct_oa_day (
    account_id         text,   -- our key of the account
    business_date      date,   -- day the figures are of
    readers            bigint, -- persons, all scenes
    sharers            bigint, -- persons
    zaikan_users       bigint, -- persons (爱心赞)
    like_users         bigint, -- persons (拇指赞)
    comments           bigint, -- comments, not persons
    collect_users      bigint, -- persons
    redirect_users     bigint, -- persons who opened the original page
    articles_sent      bigint, -- articles, the platform's own count
    articles_published bigint, -- articles seen with this publication date
    pushes             bigint  -- broadcasts seen with this publication date
);
