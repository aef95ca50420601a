-- Group chats of each owner in a day, with the members who left.
-- grain  : one row per account_id, business_date, owner_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id     text, our key of the account
--   business_date  date, day the figures are of
--   owner_id       text, staff member who owns the groups
--   groups_new     groups
--   groups_total   groups at the end
--   groups_active  groups with a message
--   members_new    joins
--   members_total  members at the end
--   members_active members who wrote
--   members_gone   exits, at least 0; null when the day before is unknown
--   messages       messages
-- source : land_wecom_group_day
-- traps  : the platform tells no exits: they are members before + joins - members now
--          a group that is dissolved or handed to another owner looks like exits of its whole membership

with

days as (

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

    from land_wecom_group_day

    where business_date >= cast($start_date as date) - interval 1 day
        and business_date < $end_date

),

compared as (

    select
        days.*,
        earlier.members_total + days.members_new - days.members_total as members_missing

    from days

    left join days as earlier
        on earlier.account_id = days.account_id
        and earlier.owner_id = days.owner_id
        and earlier.business_date = days.business_date - interval 1 day

    where days.business_date >= $start_date

),

derived as (

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
        case when members_missing < 0 then 0 else members_missing end as members_gone,
        messages

    from compared

)

select * from derived
