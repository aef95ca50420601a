-- Everybody the brand ever held on a channel, and since when.
-- grain  : one row per channel, account_id, member_key
-- params : none
-- columns:
--   channel    text, oa, wecom or shop
--   account_id text, our key of the account
--   member_key text, keyed hash of the channel's own id
--   union_key  text, keyed hash of the unionid, null when unbound
--   person_key text, union_key, else channel : account : member
--   since_date date, first business date held
--   until_date date, first business date not held any more, null while held
--   seen_date  date, first business date a list showed the member; null where orders tell
--   source     text, first subscribe_scene, add_way or order_scene
--   state      text, channel parameter of the first WeCom contact way, else null
-- source : land_oa_follower, land_wecom_customer, land_shop_order
-- traps  : a follower who left and returned is held from the return only; so is the history before the first list
--          a customer of several staff members is one row, held until the last of them is gone
--          a gift's openid is the receiver's, so gifts make nobody a buyer

with

followers as (

    select
        'oa' as channel,
        account_id,
        member_key,
        union_key,
        coalesce(cast(subscribed_at at time zone 'Asia/Shanghai' as date), seen_date) as since_date,
        gone_date as until_date,
        seen_date,
        scene as source,
        cast(null as text) as state

    from land_oa_follower

),

contacts as (

    select
        account_id,
        member_key,
        union_key,
        coalesce(cast(added_at at time zone 'Asia/Shanghai' as date), seen_date) as since_date,
        gone_date,
        seen_date,
        add_way,
        state,
        row_number() over (
            partition by account_id, member_key
            order by coalesce(cast(added_at at time zone 'Asia/Shanghai' as date), seen_date), added_at, staff_id
        ) as nth

    from land_wecom_customer

),

customers as (

    select
        'wecom' as channel,
        account_id,
        member_key,
        max(union_key) as union_key,
        min(since_date) as since_date,
        case when count(*) = count(gone_date) then max(gone_date) end as until_date,
        min(seen_date) as seen_date,
        max(case when nth = 1 then cast(add_way as text) end) as source,
        max(case when nth = 1 then state end) as state

    from contacts

    group by account_id, member_key

),

purchases as (

    select
        account_id,
        buyer_key,
        union_key,
        cast(paid_at at time zone 'Asia/Shanghai' as date) as paid_date,
        scene,
        row_number() over (partition by account_id, buyer_key order by paid_at, order_id) as nth

    from land_shop_order

    where paid_at is not null
        and buyer_key is not null
        and not coalesce(is_gift, false)

),

buyers as (

    select
        'shop' as channel,
        account_id,
        buyer_key as member_key,
        max(union_key) as union_key,
        min(paid_date) as since_date,
        cast(null as date) as until_date,
        cast(null as date) as seen_date,
        max(case when nth = 1 then cast(scene as text) end) as source,
        cast(null as text) as state

    from purchases

    group by account_id, buyer_key

),

held as (

    select * from followers
    union all
    select * from customers
    union all
    select * from buyers

),

linked as (

    select
        channel,
        account_id,
        member_key,
        union_key,
        coalesce(union_key, channel || ':' || account_id || ':' || member_key) as person_key,
        since_date,
        until_date,
        seen_date,
        source,
        state

    from held

)

select * from linked
