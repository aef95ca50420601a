-- Followers of an Official Account by day, from the console's export.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : import template oa_user_analysis (sql/catalogue/templates.toml)
create table land_oa_user_export (
    account_id     text,   -- our key of the account
    business_date  date,   -- day
    followers_won  bigint, -- persons
    followers_lost bigint, -- persons
    followers_net  bigint, -- persons
    followers      bigint, -- persons at day end
    import_id      text    -- which import the row came from
);
