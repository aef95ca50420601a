-- What customers asked of each service desk (微信客服) in a day; no row when nobody came.
-- key       : account_id, business_date, kf_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /cgi-bin/kf/get_corp_statistic
create table land_wecom_kf_day (
    account_id          text,   -- our key of the account
    business_date       date,   -- day the figures are of
    kf_id               text,   -- open_kfid of the desk
    sessions            bigint, -- consultations in which a customer wrote, taken by a servicer or the assistant
    customers           bigint, -- customers who wrote
    customer_messages   bigint, -- messages of customers
    ai_sessions         bigint, -- sessions the assistant answered
    ai_transfer_share   double, -- 0-1, sessions handed from the assistant to a servicer
    ai_hit_share        double, -- 0-1, questions the assistant's knowledge answered
    upgraded_customers  bigint, -- customers led to a specialist or a group
    rejecting_customers bigint  -- customers who refused messages
);
