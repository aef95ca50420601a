-- Survey answers that tell whether a person's profile is right.
-- grain  : one row per account_id, survey_id, response_id, question
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account; files when the rows are the brand's
--   survey_id     text, survey
--   response_id   text, one person's answers
--   question      text, question, or the tag group it asks about
--   business_date date, day of the answer
--   is_by_tag     true or false, held against the person's WeCom tags of today
--   is_right      true or false, the profile agrees with the answer
-- source : land_survey_answer, dim_wecom_customer_tag, dim_person_link
-- traps  : an answer with points was judged by the survey: full points agree, anything less does not
--          without points the question names a tag group, and the answer must be one of the person's tags in it
--          an answer without points of somebody without a tag in that group checks nothing and is left out
--          tags are as they are now: a tag that was changed since is held against the older answer

with

answers as (

    select
        account_id,
        survey_id,
        response_id,
        question,
        business_date,
        person_key as id_key,
        person_id_kind as id_kind,
        score,
        scale_max,
        answer

    from land_survey_answer

    where kind = 'profile'
        and business_date >= $start_date
        and business_date < $end_date

),

ids as (

    select
        member_key,
        min(person_key) as person_key

    from dim_person_link

    group by member_key

),

tags as (

    select
        link.person_key,
        tag.group_name,
        tag.tag_name

    from dim_wecom_customer_tag as tag

    inner join dim_person_link as link
        on link.channel = 'wecom'
        and link.account_id = tag.account_id
        and link.member_key = tag.member_key

    where tag.tag_name is not null

),

compared as (

    select
        answers.account_id,
        answers.survey_id,
        answers.response_id,
        answers.question,
        max(case when tags.tag_name = answers.answer then 1 else 0 end) = 1 as is_right

    from answers

    left join ids
        on ids.member_key = answers.id_key

    inner join tags
        on tags.person_key = case when answers.id_kind = 'unionid' then answers.id_key else ids.person_key end
        and tags.group_name = answers.question

    where answers.answer is not null

    group by answers.account_id, answers.survey_id, answers.response_id, answers.question

),

checked as (

    select
        answers.account_id,
        answers.survey_id,
        answers.response_id,
        answers.question,
        answers.business_date,
        answers.score is null as is_by_tag,
        case
            when answers.score is not null then answers.score >= answers.scale_max
            else compared.is_right
        end as is_right

    from answers

    left join compared
        on compared.account_id = answers.account_id
        and compared.survey_id = answers.survey_id
        and compared.response_id = answers.response_id
        and compared.question = answers.question

    where answers.score is not null
        or compared.is_right is not null

)

select * from checked
