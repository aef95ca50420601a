-- What each staff member did with customers in a day; groups excluded.
-- key       : account_id, business_date, staff_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_wecom_staff_day.sql
create table fct_wecom_staff_day (
    account_id        text,   -- our key of the account
    business_date     date,   -- day the figures are of
    staff_id          text,   -- userid of the staff member
    chats             bigint, -- single chats
    messages          bigint, -- sent by the staff member
    replied_chats     double, -- chats replied: chats times reply_share; null without chats
    reply_share       double, -- 0-1, null without chats
    reply_minutes     double, -- mean first reply, natural time; null without a replied chat
    negative_feedback bigint, -- customers who deleted or blocked the staff member
    new_applies       bigint, -- requests sent
    new_contacts      bigint  -- customers won
);
