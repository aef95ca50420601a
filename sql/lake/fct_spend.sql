-- Entries of the spend ledger, each with what it costs the brand.
-- key       : account_id, spend_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_spend.sql
create table fct_spend (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    spend_id      text,           -- unique per entry
    business_date date,           -- day of the commitment or payment
    line_id       text,           -- budget line
    cost_cny      decimal(18, 2), -- CNY, the larger of committed and paid
    committed_cny decimal(18, 2), -- CNY
    paid_cny      decimal(18, 2), -- CNY
    purpose       text,           -- acquisition, fission, retention, content, service or other
    effort        text,           -- core or innovation, null when not labelled
    channel       text,           -- oa, wecom or shop where the words say so, else as told; null when not told
    campaign_id   text,           -- see fct_campaign, null when none
    approved_by   text            -- who approved it, null when nobody did
);
