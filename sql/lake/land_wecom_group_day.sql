-- Group chats of each owner in a day.
-- key       : account_id, business_date, owner_id
-- partition : account_id, month
-- slice     : business_date
-- source    : POST /cgi-bin/externalcontact/groupchat/statistic_group_by_day
create table land_wecom_group_day (
    account_id     text,   -- our key of the account
    business_date  date,   -- day the figures are of
    owner_id       text,   -- member who owns the groups
    groups_new     bigint, -- groups
    groups_total   bigint, -- groups at the end
    groups_active  bigint, -- groups with a message
    members_new    bigint, -- joins
    members_total  bigint, -- members at the end
    members_active bigint, -- members who wrote
    messages       bigint  -- messages
);
