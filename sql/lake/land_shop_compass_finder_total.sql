-- What all Channels accounts and partners together sold for the shop by day.
-- key       : account_id, business_date
-- partition : account_id
-- slice     : business_date
-- source    : POST /channels/ec/compass/shop/finder/overall/get
create table land_shop_compass_finder_total (
    account_id       text,           -- our key of the shop's account
    business_date    date,           -- day of payment
    paid_cny         decimal(18, 2), -- paid that day, CNY
    selling_finders  bigint,         -- accounts that sold something
    products         bigint,         -- products sold
    paid_per_clicker double          -- persons who paid per person who looked
);
