-- Each shop order with what was refunded of it.
-- grain  : one row per account_id, order_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   order_id      text, a number beyond 2^53, so text
--   business_date date, day the order was created
--   created_at    moment, UTC
--   updated_at    moment, UTC
--   paid_at       moment, UTC, null when never paid
--   paid_date     date, business date of paid_at, null when never paid
--   status        platform code
--   is_paid       true or false, money came in, whatever became of the order later
--   is_gift       true or false, the openid is the receiver's, so the buyer is unknown
--   buyer_key     text, keyed hash of the openid
--   union_key     text, keyed hash of the unionid, null when unbound
--   person_key    text, union_key, else the buyer within the shop; null for gifts
--   scene         order_scene: 6 = article card
--   order_cny     paid by the buyer, CNY
--   product_cny   goods before discounts, CNY
--   freight_cny   CNY
--   refund_cny    refunded so far, CNY
--   items         pieces
--   finder_id     text, Channels account it was bought through, null when none
--   live_id       text, live it was bought in, null when none
--   commission_cny owed to partners and agencies, CNY, null when none
-- source : land_shop_order, land_shop_aftersale
-- traps  : a cancelled order (200, 250) may have been paid and refunded: is_paid looks at the money, not at the status
--          an order of an earlier day changes when it is paid or refunded: rebuild the days whose orders moved

with

orders as (

    select
        account_id,
        order_id,
        business_date,
        created_at,
        updated_at,
        paid_at,
        cast(paid_at at time zone 'Asia/Shanghai' as date) as paid_date,
        status,
        paid_at is not null as is_paid,
        coalesce(is_gift, false) as is_gift,
        buyer_key,
        union_key,
        case
            when coalesce(is_gift, false) then null
            else coalesce(union_key, 'shop:' || account_id || ':' || buyer_key)
        end as person_key,
        scene,
        order_cny,
        product_cny,
        freight_cny,
        items,
        finder_id,
        live_id,
        commission_cny

    from land_shop_order

    where business_date >= $start_date
        and business_date < $end_date

),

refunds as (

    select
        account_id,
        order_id,
        sum(refund_cny) as refund_cny

    from land_shop_aftersale

    where is_refunded

    group by account_id, order_id

),

joined as (

    select
        orders.account_id,
        orders.order_id,
        orders.business_date,
        orders.created_at,
        orders.updated_at,
        orders.paid_at,
        orders.paid_date,
        orders.status,
        orders.is_paid,
        orders.is_gift,
        orders.buyer_key,
        orders.union_key,
        orders.person_key,
        orders.scene,
        orders.order_cny,
        orders.product_cny,
        orders.freight_cny,
        cast(coalesce(refunds.refund_cny, 0) as decimal(18, 2)) as refund_cny,
        orders.items,
        orders.finder_id,
        orders.live_id,
        orders.commission_cny

    from orders

    left join refunds
        on refunds.account_id = orders.account_id
        and refunds.order_id = orders.order_id

)

select * from joined
