-- Who came to the brand through which campaign.
-- key       : campaign_id, person_key
-- partition : -
-- slice     : -
-- source    : sql/marts/fct_campaign_person.sql
create table fct_campaign_person (
    campaign_id text,    -- see fct_campaign
    person_key  text,    -- of dim_person; kind : id for somebody no list holds
    won_date    date,    -- business date of the conversion, or of becoming a customer by the campaign's code
    is_new      boolean, -- true or false, nobody held them before the campaign began
    is_invited  boolean  -- true or false, by an invitation; else by the campaign's channel parameter alone
);
