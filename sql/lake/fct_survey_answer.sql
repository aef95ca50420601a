-- Answers to survey questions.
-- key       : account_id, survey_id, response_id, question
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_survey_answer.sql
create table fct_survey_answer (
    account_id     text,   -- our key of the account; files when the rows are the brand's
    business_date  date,   -- day of the answer
    survey_id      text,   -- survey
    response_id    text,   -- one person's answers
    question       text,   -- question
    kind           text,   -- satisfaction, profile or other
    score_share    double, -- points ÷ most points possible, 0-1; null without points or beyond the scale
    answer         text,   -- as told
    person_key     text,   -- keyed hash of the id, null when not told
    person_id_kind text    -- what kind of id person_key was made from
);
