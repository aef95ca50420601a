-- What followers wrote to an Official Account in a day, by kind of message; nobody wrote on a day without rows.
-- key       : account_id, business_date, msg_type
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /datacube/getupstreammsg
create table land_oa_message_day (
    account_id    text,    -- our key of the account
    business_date date,    -- day the figures are of
    msg_type      integer, -- 1 text, 2 picture, 3 voice, 4 video, 6 third-party; unknown codes are kept
    users         bigint,  -- persons who sent this kind; kinds overlap and do not add up
    messages      bigint   -- messages
);
