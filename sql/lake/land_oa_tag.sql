-- The tags of an Official Account and how many followers carry each.
-- key       : account_id, business_date, tag_id
-- partition : account_id, month
-- slice     : business_date
-- source    : GET /cgi-bin/tags/get
-- kept_for  : monthly segment refresh: tags of the Official Accounts and their caps, before segments are written back to them
create table land_oa_tag (
    account_id    text,    -- our key of the account
    business_date date,    -- last day that was over when the list was taken
    tag_id        integer, -- platform's id; 0-2 are its own, 2 is 星标组
    name          text,    -- as named in the console
    followers     bigint   -- persons
);
