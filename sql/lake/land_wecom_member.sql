-- Everybody who may have customers (客户联系), on each day the list was taken.
-- key       : account_id, business_date, staff_id
-- partition : account_id, month
-- slice     : business_date
-- source    : GET /cgi-bin/externalcontact/get_follow_user_list
-- kept_for  : quarterly review: customers per staff member who may have any, for the use of labour
create table land_wecom_member (
    account_id    text, -- our key of the account
    business_date date, -- last day that was over when the list was taken
    staff_id      text  -- userid of the member
);
