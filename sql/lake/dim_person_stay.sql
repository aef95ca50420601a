-- When each person was held by the brand, on whatever channel: stays that touch or overlap are one.
-- key       : person_key, since_date
-- partition : -
-- slice     : -
-- source    : sql/marts/dim_person_stay.sql
create table dim_person_stay (
    person_key    text,    -- of dim_person
    is_bound      boolean, -- true or false, known by unionid
    first_channel text,    -- oa, wecom or shop: where the person came from
    since_date    date,    -- first business date of the stay
    until_date    date     -- first business date not held any more, null while held
);
