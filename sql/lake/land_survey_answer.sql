-- Answers to survey questions.
-- key       : account_id, survey_id, response_id, question
-- partition : account_id, month
-- slice     : business_date
-- source    : import template surveys (sql/catalogue/templates.toml)
create table land_survey_answer (
    account_id     text,        -- our key of the account; files when the rows are the brand's
    business_date  date,        -- day of answered_at
    survey_id      text,        -- survey
    response_id    text,        -- one person's answers
    question       text,        -- question
    kind           text,        -- satisfaction, profile or other
    answered_at    timestamptz, -- UTC
    score          double,      -- points
    scale_max      double,      -- most points possible
    answer         text,        -- as told
    person_key     text,        -- keyed hash of the id
    person_id_kind text,        -- what kind of id person_key was made from
    import_id      text         -- which import the row came from
);
