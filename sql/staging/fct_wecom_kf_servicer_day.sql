-- How fast and how well each servicer of a service desk answered in a day.
-- grain  : one row per account_id, business_date, kf_id, servicer_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id          text, our key of the account
--   business_date       date, day the figures are of
--   kf_id               text, service desk
--   servicer_id         text, staff member who answered
--   sessions            sessions taken
--   customers           customers who wrote
--   customer_messages   messages of customers
--   replied_sessions    sessions times their reply share
--   first_reply_minutes mean first reply, null without a replied session
--   surveys_answered    satisfaction surveys sent times the share answered
--   satisfied_share     0-1 of the surveys answered, null without any
--   dissatisfied_share  the same
-- source : land_wecom_kf_servicer_day
-- traps  : a session that is handed on counts for both servicers: the desk's own figures are in fct_wecom_kf_day
--          servicers who serve as part of a department are in the desk's figures alone

with

servicers as (

    select
        account_id,
        business_date,
        kf_id,
        servicer_id,
        sessions,
        customers,
        customer_messages,
        sessions * reply_share as replied_sessions,
        first_reply_seconds / 60 as first_reply_minutes,
        surveys * survey_share as surveys_answered,
        satisfied_share,
        dissatisfied_share

    from land_wecom_kf_servicer_day

    where servicer_id <> ''
        and business_date >= $start_date
        and business_date < $end_date

)

select * from servicers
