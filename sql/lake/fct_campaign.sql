-- Campaigns, each once.
-- key       : campaign_id
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_campaign.sql
create table fct_campaign (
    campaign_id   text,           -- unique
    name          text,           -- as told
    kind          text,           -- fission, promotion, live, content, community, offline or other
    start_date    date,           -- first day
    end_date      date,           -- last day, inclusive; null when open
    channel_state text,           -- channel parameter of the contact way or QR code, null when none
    budget_cny    decimal(18, 2), -- CNY, null when not told
    target_users  bigint          -- new users planned, persons; null when not told
);
