-- What customers asked of each service desk in a day, and how fast its servicers answered.
-- key       : account_id, business_date, kf_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_wecom_kf_day.sql
create table fct_wecom_kf_day (
    account_id          text,   -- our key of the account
    business_date       date,   -- day the figures are of
    kf_id               text,   -- service desk
    sessions            bigint, -- consultations in which a customer wrote
    customers           bigint, -- customers who wrote
    customer_messages   bigint, -- messages of customers
    ai_sessions         bigint, -- sessions the assistant answered
    served_sessions     bigint, -- sessions taken by servicers
    replied_sessions    double, -- served sessions times their reply share
    first_reply_minutes double, -- mean first reply, null without a replied session
    surveys_answered    double, -- satisfaction surveys sent times the share answered
    satisfied_share     double, -- 0-1 of the surveys answered, null without any
    dissatisfied_share  double  -- the same
);
