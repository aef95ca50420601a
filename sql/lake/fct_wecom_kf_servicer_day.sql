-- How fast and how well each servicer of a service desk answered in a day.
-- key       : account_id, business_date, kf_id, servicer_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_wecom_kf_servicer_day.sql
create table fct_wecom_kf_servicer_day (
    account_id          text,   -- our key of the account
    business_date       date,   -- day the figures are of
    kf_id               text,   -- service desk
    servicer_id         text,   -- staff member who answered
    sessions            bigint, -- sessions taken
    customers           bigint, -- customers who wrote
    customer_messages   bigint, -- messages of customers
    replied_sessions    double, -- sessions times their reply share
    first_reply_minutes double, -- mean first reply, null without a replied session
    surveys_answered    double, -- satisfaction surveys sent times the share answered
    satisfied_share     double, -- 0-1 of the surveys answered, null without any
    dissatisfied_share  double  -- the same
);
