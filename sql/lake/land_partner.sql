-- Partners: who they are and how what they bring is recognised.
-- key       : account_id, partner_id
-- partition : account_id
-- slice     : account_id
-- source    : import template partners (sql/catalogue/templates.toml)
create table land_partner (
    account_id    text, -- our key of the account; files when the rows are the brand's
    partner_id    text, -- unique per partner
    name          text, -- as told
    kind          text, -- kol, koc, vendor, association, brand or other
    start_date    date, -- first day of the agreement
    end_date      date, -- last day, inclusive
    owner         text, -- who looks after them
    channel_state text, -- channel parameter of the contact way or QR code
    finder_id     text, -- Channels account through which they sell
    terms         text, -- what is exchanged, as told
    import_id     text  -- which import the row came from
);
