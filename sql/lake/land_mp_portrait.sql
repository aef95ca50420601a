-- Who the visitors of a Mini Program's last 30 days are, by place, gender, age, system and phone.
-- key       : account_id, business_date, cohort, trait, member_id, member
-- partition : account_id
-- slice     : business_date
-- source    : POST /datacube/getweanalysisappiduserportrait
-- kept_for  : monthly segment refresh: place, age and gender of visitors, against which the segments are described
create table land_mp_portrait (
    account_id    text,    -- our key of the account
    business_date date,    -- last of the 30 days
    start_date    date,    -- first of them
    cohort        text,    -- new or all visitors of the 30 days
    trait         text,    -- province, city, gender, platform, device or age
    member_id     integer, -- platform's id, -1 where it has none (devices)
    member        text,    -- as named by the platform, e.g. 广东省; may be empty
    visitors      bigint   -- persons
);
