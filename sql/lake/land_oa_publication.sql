-- Articles published without a broadcast, as the publish list shows them.
-- key       : account_id, publication_id, item_index
-- partition : account_id
-- slice     : account_id
-- source    : POST /cgi-bin/freepublish/batchget
-- kept_for  : monthly review: which articles were published without a push, and which were taken down since
create table land_oa_publication (
    account_id     text,        -- our key of the account
    publication_id text,        -- the platform's article_id
    item_index     integer,     -- from 0
    title          text,        -- as published
    author         text,        -- as published
    url            text,        -- public address
    is_deleted     boolean,     -- taken down
    updated_at     timestamptz  -- UTC moment
);
