-- How each servicer of a service desk (微信客服) answered in a day, and all of a desk together.
-- key       : account_id, business_date, kf_id, servicer_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /cgi-bin/kf/get_servicer_statistic
create table land_wecom_kf_servicer_day (
    account_id          text,   -- our key of the account
    business_date       date,   -- day the figures are of
    kf_id               text,   -- open_kfid of the desk
    servicer_id         text,   -- userid of the servicer; empty: all servicers of the desk together
    sessions            bigint, -- sessions taken by servicers
    customers           bigint, -- customers who wrote
    customer_messages   bigint, -- messages of customers
    reply_share         double, -- sessions replied, 0-1, null without sessions
    first_reply_seconds double, -- mean first reply, null without a replied session
    surveys             bigint, -- satisfaction surveys sent
    survey_share        double, -- surveys answered, 0-1, null without surveys
    satisfied_share     double, -- 0-1 of the surveys answered, null without any
    middling_share      double, -- the same
    dissatisfied_share  double, -- the same
    upgraded_customers  bigint, -- customers led to a specialist or a group
    rejecting_customers bigint  -- customers who refused messages
);
