-- What customers asked of each service desk in a day, and how fast its servicers answered.
-- grain  : one row per account_id, business_date, kf_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id          text, our key of the account
--   business_date       date, day the figures are of
--   kf_id               text, service desk
--   sessions            consultations in which a customer wrote
--   customers           customers who wrote
--   customer_messages   messages of customers
--   ai_sessions         sessions the assistant answered
--   served_sessions     sessions taken by servicers
--   replied_sessions    served sessions times their reply share
--   first_reply_minutes mean first reply, null without a replied session
--   surveys_answered    satisfaction surveys sent times the share answered
--   satisfied_share     0-1 of the surveys answered, null without any
--   dissatisfied_share  the same
-- source : land_wecom_kf_day, land_wecom_kf_servicer_day
-- traps  : a day on which nobody came has no row
--          a desk's own row, not the sum of its servicers: a session that is handed on counts for both of them
--          customers of several desks or days are counted once for each

with

asked as (

    select account_id, business_date, kf_id, sessions, customers, customer_messages, ai_sessions
    from land_wecom_kf_day
    where business_date >= $start_date
        and business_date < $end_date

),

served as (

    select
        account_id,
        business_date,
        kf_id,
        sessions,
        reply_share,
        first_reply_seconds,
        surveys,
        survey_share,
        satisfied_share,
        dissatisfied_share

    from land_wecom_kf_servicer_day

    where servicer_id = ''
        and business_date >= $start_date
        and business_date < $end_date

),

desks as (

    select
        coalesce(asked.account_id, served.account_id) as account_id,
        coalesce(asked.business_date, served.business_date) as business_date,
        coalesce(asked.kf_id, served.kf_id) as kf_id,
        asked.sessions,
        asked.customers,
        asked.customer_messages,
        asked.ai_sessions,
        served.sessions as served_sessions,
        served.sessions * served.reply_share as replied_sessions,
        served.first_reply_seconds / 60 as first_reply_minutes,
        served.surveys * served.survey_share as surveys_answered,
        served.satisfied_share,
        served.dissatisfied_share

    from asked

    full join served
        on served.account_id = asked.account_id
        and served.business_date = asked.business_date
        and served.kf_id = asked.kf_id

)

select * from desks
