-- Which followers carry which tag of an Official Account, as of the last look.
-- key       : account_id, tag_id, member_key
-- partition : account_id
-- slice     : account_id
-- source    : POST /cgi-bin/user/tag/get
-- kept_for  : monthly segment refresh: who carries which tag now, so that a write-back changes only what differs
create table land_oa_tag_member (
    account_id text,    -- our key of the account
    tag_id     integer, -- of land_oa_tag
    member_key text,    -- keyed hash of the openid
    taken_date date     -- last day that was over when the list was taken
);
