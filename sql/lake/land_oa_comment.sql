-- What people said under the articles of a publish day, as of the last look.
-- key       : account_id, publish_date, article_id, comment_id
-- partition : account_id, month
-- slice     : publish_date
-- source    : POST /cgi-bin/comment/list
create table land_oa_comment (
    account_id   text,        -- our key of the account
    publish_date date,        -- business date the article was published on
    article_id   text,        -- msg_data_id _ index from 1
    comment_id   text,        -- user_comment_id, unique within its article
    member_key   text,        -- keyed hash of the openid
    created_at   timestamptz, -- UTC moment
    content      text,        -- as written
    is_featured  boolean,     -- chosen to be shown (精选)
    reply        text,        -- first answer of the account, null when there is none
    replied_at   timestamptz  -- UTC moment of it
);
