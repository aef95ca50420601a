-- The lives that sold for the shop, as listed for a day and account.
-- key       : account_id, business_date, live_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /channels/ec/compass/shop/live/list/get; a live may be listed under several days
-- kept_for  : monthly review: which account ran which live, to give the orders of a live to its title
create table land_shop_compass_live (
    account_id       text,        -- our key of the shop's account
    business_date    date,        -- day it is listed under
    live_id          text,        -- export/…, as in orders
    finder_id        text,        -- account that went live, sph…
    title            text,        -- null when it has none
    started_at       timestamptz, -- UTC
    duration_seconds bigint       -- seconds
);
