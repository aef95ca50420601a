-- Partners of the brand and how what they bring is recognised.
-- key       : partner_id
-- partition : -
-- slice     : -
-- source    : sql/staging/fct_partner.sql
create table fct_partner (
    partner_id    text, -- unique
    name          text, -- as told
    kind          text, -- kol, koc, vendor, association, brand or other
    start_date    date, -- first day of the agreement
    end_date      date, -- last day, inclusive; null when open
    channel_state text, -- channel parameter of the contact way or QR code, null when none
    finder_id     text  -- Channels account through which they sell, null when none
);
