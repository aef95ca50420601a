-- Survey answers that tell whether a person's profile is right.
-- key       : account_id, survey_id, response_id, question
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/marts/fct_profile_check.sql
create table fct_profile_check (
    account_id    text,    -- our key of the account; files when the rows are the brand's
    survey_id     text,    -- survey
    response_id   text,    -- one person's answers
    question      text,    -- question, or the tag group it asks about
    business_date date,    -- day of the answer
    is_by_tag     boolean, -- true or false, held against the person's WeCom tags of today
    is_right      boolean  -- true or false, the profile agrees with the answer
);
