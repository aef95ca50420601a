-- Group chats of each owner in the seven days that end on business_date.
-- key       : account_id, business_date, owner_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_wecom_group_week.sql
create table fct_wecom_group_week (
    account_id     text,   -- our key of the account
    business_date  date,   -- last of the seven days
    owner_id       text,   -- staff member who owns the groups
    groups_new     bigint, -- groups
    groups_total   bigint, -- groups at the end
    groups_active  bigint, -- groups with a message
    members_new    bigint, -- joins
    members_total  bigint, -- members at the end
    members_active bigint, -- members who wrote
    messages       bigint  -- messages
);
