-- Visits of a Mini Program in a day, and how many came from Official Account articles.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_mp_day.sql
create table fct_mp_day (
    account_id               text,    -- our key of the account
    business_date            date,    -- day the figures are of
    sessions                 bigint,  -- opens
    page_views               bigint,  -- pages
    visitors                 bigint,  -- persons
    new_visitors             bigint,  -- persons
    stay_seconds_per_visitor double,  -- s
    stay_seconds_per_session double,  -- s
    depth                    double,  -- pages per session
    visitors_total           bigint,  -- persons since launch
    shares                   bigint,  -- times
    sharers                  bigint,  -- persons
    article_visitors         bigint,  -- from Official Account articles: persons, or opens when is_sessions; null when sources are unknown
    is_sessions              boolean  -- article_visitors counts opens because the platform told no persons; null when sources are unknown
);
