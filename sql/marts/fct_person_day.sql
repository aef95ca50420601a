-- What each person was seen doing on a day, on whatever channel.
-- grain  : one row per person_key, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   person_key    text, of dim_person; kind : id for somebody no list holds
--   business_date date, day they did it
--   events        tracking events of any kind but touch
--   mp_events     of them in the Mini Program, or where no platform is told
--   cart_adds     of mp_events: put goods into the cart
--   checkouts     of mp_events: began to order
--   payments      of mp_events: paid
--   orders        shop orders paid on the day
--   messages      written in WeCom groups as a customer
--   comments      written under articles
--   invites       invitations sent to others
--   referrals     own invitations that were converted on the day
--   touches       tracking events named touch: the brand spoke to the person
--   is_active     true or false, did anything of their own accord
-- source : land_event, land_community_message, land_oa_comment, land_invite, fct_order, dim_person_link
-- traps  : reading articles is told for nobody, so who only reads is never seen: activity is a floor
--          a touch is the brand's doing and a referral the friend's: neither makes the inviter active that day
--          an id joins a person by unionid, else as the id of a channel's list; phones and devices join nobody
--          inviting oneself is no invitation

with

ids as (

    select
        member_key,
        min(person_key) as person_key

    from dim_person_link

    group by member_key

),

named as (

    select
        union_key,
        person_key as id_key,
        person_id_kind as id_kind,
        business_date,
        replace(lower(event), '_', '') as event,
        platform is null or lower(platform) like '%mini%' or platform like '%小程序%' as is_mp

    from land_event

    where business_date >= $start_date
        and business_date < $end_date

),

stepped as (

    select
        union_key,
        id_key,
        id_kind,
        business_date,
        is_mp,
        event in ('touch', '触达') as is_touch,
        event in ('addtocart', 'addtoshoppingcart', '加购', '加入购物车') as is_cart,
        event in ('checkout', 'begincheckout', 'initiatecheckout', 'submitorder', '结算', '提交订单')
            as is_checkout,
        event in ('pay', 'paid', 'payorder', 'purchase', '支付', '支付成功') as is_payment

    from named

),

tracked as (

    select
        union_key,
        id_key,
        id_kind,
        business_date,
        sum(case when not is_touch then 1 else 0 end) as events,
        sum(case when not is_touch and is_mp then 1 else 0 end) as mp_events,
        sum(case when is_cart and is_mp then 1 else 0 end) as cart_adds,
        sum(case when is_checkout and is_mp then 1 else 0 end) as checkouts,
        sum(case when is_payment and is_mp then 1 else 0 end) as payments,
        0 as messages,
        0 as comments,
        0 as invites,
        0 as referrals,
        sum(case when is_touch then 1 else 0 end) as touches

    from stepped

    group by union_key, id_key, id_kind, business_date

),

written as (

    select
        cast(null as text) as union_key,
        sender_key as id_key,
        'external_userid' as id_kind,
        business_date,
        0 as events,
        0 as mp_events,
        0 as cart_adds,
        0 as checkouts,
        0 as payments,
        count(*) as messages,
        0 as comments,
        0 as invites,
        0 as referrals,
        0 as touches

    from land_community_message

    where sender_kind = 'customer'
        and business_date >= $start_date
        and business_date < $end_date

    group by sender_key, business_date

),

said as (

    select
        member_key,
        cast(created_at at time zone 'Asia/Shanghai' as date) as business_date

    from land_oa_comment

    where member_key is not null

),

commented as (

    select
        cast(null as text) as union_key,
        member_key as id_key,
        'openid' as id_kind,
        business_date,
        0 as events,
        0 as mp_events,
        0 as cart_adds,
        0 as checkouts,
        0 as payments,
        0 as messages,
        count(*) as comments,
        0 as invites,
        0 as referrals,
        0 as touches

    from said

    where business_date >= $start_date
        and business_date < $end_date

    group by member_key, business_date

),

invitations as (

    select
        inviter_key,
        person_id_kind,
        business_date,
        cast(converted_at at time zone 'Asia/Shanghai' as date) as converted_date

    from land_invite

    where inviter_key <> invitee_key

),

invited as (

    select
        inviter_key,
        person_id_kind,
        business_date,
        1 as invites,
        0 as referrals

    from invitations

    union all

    select
        inviter_key,
        person_id_kind,
        converted_date as business_date,
        0 as invites,
        1 as referrals

    from invitations

    where converted_date is not null

),

recommended as (

    select
        cast(null as text) as union_key,
        inviter_key as id_key,
        person_id_kind as id_kind,
        business_date,
        0 as events,
        0 as mp_events,
        0 as cart_adds,
        0 as checkouts,
        0 as payments,
        0 as messages,
        0 as comments,
        sum(invites) as invites,
        sum(referrals) as referrals,
        0 as touches

    from invited

    where business_date >= $start_date
        and business_date < $end_date

    group by inviter_key, person_id_kind, business_date

),

told as (

    select * from tracked
    union all
    select * from written
    union all
    select * from commented
    union all
    select * from recommended

),

joined as (

    select
        case
            when told.union_key is not null then told.union_key
            when told.id_kind = 'unionid' then told.id_key
            when ids.person_key is not null then ids.person_key
            else told.id_kind || ':' || told.id_key
        end as person_key,
        told.business_date,
        told.events,
        told.mp_events,
        told.cart_adds,
        told.checkouts,
        told.payments,
        0 as orders,
        told.messages,
        told.comments,
        told.invites,
        told.referrals,
        told.touches

    from told

    left join ids
        on ids.member_key = told.id_key

    union all

    select
        person_key,
        paid_date as business_date,
        0 as events,
        0 as mp_events,
        0 as cart_adds,
        0 as checkouts,
        0 as payments,
        1 as orders,
        0 as messages,
        0 as comments,
        0 as invites,
        0 as referrals,
        0 as touches

    from fct_order

    where person_key is not null
        and paid_date >= $start_date
        and paid_date < $end_date

),

summed as (

    select
        person_key,
        business_date,
        cast(sum(events) as bigint) as events,
        cast(sum(mp_events) as bigint) as mp_events,
        cast(sum(cart_adds) as bigint) as cart_adds,
        cast(sum(checkouts) as bigint) as checkouts,
        cast(sum(payments) as bigint) as payments,
        cast(sum(orders) as bigint) as orders,
        cast(sum(messages) as bigint) as messages,
        cast(sum(comments) as bigint) as comments,
        cast(sum(invites) as bigint) as invites,
        cast(sum(referrals) as bigint) as referrals,
        cast(sum(touches) as bigint) as touches

    from joined

    group by person_key, business_date

),

days as (

    select
        person_key,
        business_date,
        events,
        mp_events,
        cart_adds,
        checkouts,
        payments,
        orders,
        messages,
        comments,
        invites,
        referrals,
        touches,
        events + orders + messages + comments + invites > 0 as is_active

    from summed

)

select * from days
