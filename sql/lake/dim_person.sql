-- One row for each person the brand ever held, whatever the channels.
-- key       : person_key
-- partition : -
-- slice     : -
-- source    : sql/marts/dim_person.sql
create table dim_person (
    person_key     text,    -- union_key, else channel : account : member
    is_bound       boolean, -- true or false, known by unionid
    channels       bigint,  -- channels on which ever held
    held_channels  bigint,  -- channels on which held now, 0 for somebody who is gone
    links          bigint,  -- accounts and channels by which ever held
    since_date     date,    -- first business date held
    until_date     date,    -- first business date not held any more, null while held
    oa_since       date,    -- first business date as an Official Account's follower, null when never
    wecom_since    date,    -- first business date as a WeCom customer, null when never
    shop_since     date,    -- first business date as a shop's buyer, null when never
    first_channel  text,    -- oa, wecom or shop: where the person came from
    first_account  text,    -- our key of that account
    first_source   text,    -- subscribe_scene, add_way or order_scene of that
    first_state    text     -- channel parameter of that, null without one
);
