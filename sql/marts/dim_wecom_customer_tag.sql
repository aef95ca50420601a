-- Corp tags that a staff member has put on a customer, as they are now.
-- grain  : one row per account_id, member_key, staff_id, tag_id
-- params : none
-- columns:
--   account_id text, our key of the account
--   member_key text, keyed hash of the external_userid
--   staff_id   text, staff member who put the tag
--   tag_id     text, id of the tag
--   tag_name   text, what the staff reads; null when the tag is not listed any more
--   group_name text, tag group
-- source : land_wecom_customer, land_wecom_tag
-- traps  : a tag belongs to a staff member's customer: two of the staff may tag the same person differently
--          customers who are gone have none; a deleted tag is no tag

with

put as (

    select
        account_id,
        member_key,
        staff_id,
        unnest(string_split(tag_ids, ',')) as tag_id

    from land_wecom_customer

    where gone_date is null
        and tag_ids is not null

),

named as (

    select
        put.account_id,
        put.member_key,
        put.staff_id,
        put.tag_id,
        land_wecom_tag.name as tag_name,
        land_wecom_tag.group_name

    from put

    left join land_wecom_tag
        on land_wecom_tag.account_id = put.account_id
        and land_wecom_tag.tag_id = put.tag_id

    where not coalesce(land_wecom_tag.is_deleted, false)

)

select * from named
