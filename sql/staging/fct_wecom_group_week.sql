-- Group chats of each owner in the seven days that end on business_date.
-- grain  : one row per account_id, business_date, owner_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id     text, our key of the account
--   business_date  date, last of the seven days
--   owner_id       text, staff member who owns the groups
--   groups_new     groups
--   groups_total   groups at the end
--   groups_active  groups with a message
--   members_new    joins
--   members_total  members at the end
--   members_active members who wrote
--   messages       messages
-- source : land_wecom_group_week
-- traps  : persons are de-duplicated by the platform over the seven days: never sum daily members_active instead

with

weeks as (

    select
        account_id,
        business_date,
        owner_id,
        groups_new,
        groups_total,
        groups_active,
        members_new,
        members_total,
        members_active,
        messages

    from land_wecom_group_week

    where business_date >= $start_date
        and business_date < $end_date

)

select * from weeks
