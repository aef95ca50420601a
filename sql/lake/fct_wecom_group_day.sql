-- Group chats of each owner in a day, with the members who left.
-- key       : account_id, business_date, owner_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_wecom_group_day.sql
create table fct_wecom_group_day (
    account_id     text,   -- our key of the account
    business_date  date,   -- day the figures are of
    owner_id       text,   -- staff member who owns the groups
    groups_new     bigint, -- groups
    groups_total   bigint, -- groups at the end
    groups_active  bigint, -- groups with a message
    members_new    bigint, -- joins
    members_total  bigint, -- members at the end
    members_active bigint, -- members who wrote
    members_gone   bigint, -- exits, at least 0; null when the day before is unknown
    messages       bigint  -- messages
);
