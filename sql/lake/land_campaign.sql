-- Campaigns.
-- key       : account_id, campaign_id
-- partition : account_id
-- slice     : account_id
-- source    : import template campaigns (sql/catalogue/templates.toml)
create table land_campaign (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    campaign_id   text,           -- see land_campaign
    name          text,           -- as told
    kind          text,           -- fission, promotion, live, content, community, offline or other
    start_date    date,           -- first day
    end_date      date,           -- last day, inclusive
    owner         text,           -- person or team
    channel       text,           -- as told
    channel_state text,           -- channel parameter of the contact way or QR code
    budget_cny    decimal(18, 2), -- CNY
    target_users  bigint,         -- new users planned, persons
    import_id     text            -- which import the row came from
);
