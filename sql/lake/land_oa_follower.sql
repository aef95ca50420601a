-- Everybody who was ever seen following an Official Account, by keyed hash.
-- key       : account_id, member_key
-- partition : account_id
-- slice     : account_id
-- source    : GET /cgi-bin/user/get, POST /cgi-bin/user/info/batchget
create table land_oa_follower (
    account_id    text,        -- our key of the account
    member_key    text,        -- keyed hash of the openid
    union_key     text,        -- keyed hash of the unionid, null when unbound
    subscribed_at timestamptz, -- UTC moment of the present follow
    scene         text,        -- subscribe_scene
    seen_date     date,        -- first business date seen
    gone_date     date         -- first business date not seen any more, null while following
);
