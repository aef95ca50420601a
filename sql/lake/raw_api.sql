-- Every answer of every platform as it came, kept so that a parser fix can be replayed.
-- key       : response_id
-- partition : fetched_date
-- slice     : fetched_date
-- source    : all sources
create table raw_api (
    response_id   text,        -- one per answer
    source        text,        -- official_account, mini_program, shop or wecom
    account_id    text,        -- our key of the account
    endpoint      text,        -- name in catalogue/endpoints.toml
    business_date date,        -- first business date asked for
    last_date     date,        -- last business date asked for
    request       text,        -- method, path, query and body as JSON, no token
    body          text,        -- as received; encrypted when is_personal
    is_personal   boolean,     -- the body holds ids of persons
    status        integer,     -- HTTP status
    errcode       text,        -- the platform's code, empty when absent
    fetched_at    timestamptz, -- UTC moment
    fetched_date  date         -- business date of fetched_at
);
