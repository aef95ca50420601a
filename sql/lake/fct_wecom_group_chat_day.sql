-- Who is in each group chat at the end of a day, who came and who left.
-- key       : account_id, business_date, chat_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_wecom_group_chat_day.sql
create table fct_wecom_group_chat_day (
    account_id       text,   -- our key of the account
    business_date    date,   -- day the figures are of
    chat_id          text,   -- id of the group
    owner_id         text,   -- staff member who owns the group now
    name             text,   -- of the group, null for an unnamed one
    members          bigint, -- persons at the end of the day; null for a group that never told
    staff_members    bigint, -- members of the corp among them
    external_members bigint, -- customers and other outsiders among them
    joins            bigint, -- persons who joined
    external_joins   bigint, -- outsiders among them
    leaves           bigint, -- persons who left; null before the list was compared with an earlier one
    external_leaves  bigint, -- outsiders among them
    is_approx        boolean -- leavers of the day are unknown, or spread over several days
);
