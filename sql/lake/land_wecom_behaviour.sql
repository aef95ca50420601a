-- What each WeCom member did with customers in a day; groups excluded.
-- key       : account_id, business_date, staff_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /cgi-bin/externalcontact/get_user_behavior_data
create table land_wecom_behaviour (
    account_id        text,   -- our key of the account
    business_date     date,   -- day the figures are of
    staff_id          text,   -- userid of the member
    chats             bigint, -- single chats
    messages          bigint, -- sent by the member
    reply_share       double, -- chats replied, 0-1, null without chats
    reply_minutes     double, -- mean first reply, natural time, null without chats
    negative_feedback bigint, -- customers who deleted or blocked the member
    new_applies       bigint, -- requests sent
    new_contacts      bigint  -- customers won
);
