-- Entries of the spend ledger.
-- key       : account_id, spend_id
-- partition : account_id, month
-- slice     : business_date
-- source    : import template spend (sql/catalogue/templates.toml)
create table land_spend (
    account_id    text,           -- our key of the account; files when the rows are the brand's
    spend_id      text,           -- unique per entry
    business_date date,           -- day of the commitment or payment
    line_id       text,           -- budget line
    committed_cny decimal(18, 2), -- CNY
    paid_cny      decimal(18, 2), -- CNY
    purpose       text,           -- what for
    effort        text,           -- core or innovation, null when not labelled
    channel       text,           -- where it was spent
    campaign_id   text,           -- see land_campaign
    note          text,           -- as told
    approved_by   text,           -- who approved it, null when nobody did
    import_id     text            -- which import the row came from
);
