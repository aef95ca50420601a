-- Answers to survey questions.
-- grain  : one row per account_id, survey_id, response_id, question
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id     text, our key of the account; files when the rows are the brand's
--   business_date  date, day of the answer
--   survey_id      text, survey
--   response_id    text, one person's answers
--   question       text, question
--   kind           text, satisfaction, profile or other
--   score_share    points ÷ most points possible, 0-1; null without points or beyond the scale
--   answer         text, as told
--   person_key     text, keyed hash of the id, null when not told
--   person_id_kind text, what kind of id person_key was made from
-- source : land_survey_answer
-- traps  : points below 0 or beyond the scale are a slip of the export: that answer has no score

with

answers as (

    select
        account_id,
        business_date,
        survey_id,
        response_id,
        question,
        kind,
        case when score between 0 and scale_max and scale_max > 0 then score / scale_max end as score_share,
        answer,
        person_key,
        person_id_kind

    from land_survey_answer

    where business_date >= $start_date
        and business_date < $end_date

)

select * from answers
