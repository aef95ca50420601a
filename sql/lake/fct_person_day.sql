-- What each person was seen doing on a day, on whatever channel.
-- key       : person_key, business_date
-- partition : month
-- slice     : business_date
-- source    : sql/marts/fct_person_day.sql
create table fct_person_day (
    person_key    text,    -- of dim_person; kind : id for somebody no list holds
    business_date date,    -- day they did it
    events        bigint,  -- tracking events of any kind but touch
    mp_events     bigint,  -- of them in the Mini Program, or where no platform is told
    cart_adds     bigint,  -- of mp_events: put goods into the cart
    checkouts     bigint,  -- of mp_events: began to order
    payments      bigint,  -- of mp_events: paid
    orders        bigint,  -- shop orders paid on the day
    messages      bigint,  -- written in WeCom groups as a customer
    comments      bigint,  -- written under articles
    invites       bigint,  -- invitations sent to others
    referrals     bigint,  -- own invitations that were converted on the day
    touches       bigint,  -- tracking events named touch: the brand spoke to the person
    is_active     boolean  -- true or false, did anything of their own accord
);
