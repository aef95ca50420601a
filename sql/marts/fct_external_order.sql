-- Each imported order of a shop on another platform, with the person who bought.
-- grain  : one row per account_id, platform, shop, order_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account; files when the rows are the brand's
--   platform      text, youzan, weimob, tmall …
--   shop          text, shop on the platform
--   order_id      text, the platform's number, as text
--   business_date date, day the order was created
--   paid_at       moment, UTC, null when never paid
--   paid_date     date, business date of paid_at, null when never paid
--   is_paid       true or false, money came in, whatever became of the order later
--   is_wechat     true or false, sold through WeChat; where not told, what Youzan and Weimob sold is
--   person_key    text, as in dim_person where the id is known there, else kind : id; null when not told
--   order_cny     paid by the buyer, CNY
--   refund_cny    refunded so far, CNY
-- source : land_external_order, dim_person_link
-- traps  : orders of the brand's WeChat shops come from the interface: a file that repeats them counts them twice
--          an id joins a person by unionid, else as the id of a channel's list; phones and member numbers join nobody

with

ids as (

    select
        member_key,
        min(person_key) as person_key

    from dim_person_link

    group by member_key

),

orders as (

    select
        told.account_id,
        told.platform,
        told.shop,
        told.order_id,
        told.business_date,
        told.paid_at,
        cast(told.paid_at at time zone 'Asia/Shanghai' as date) as paid_date,
        told.paid_at is not null as is_paid,
        coalesce(told.is_wechat, told.platform in ('youzan', 'weimob')) as is_wechat,
        case
            when told.person_id_kind = 'unionid' then told.person_key
            when ids.person_key is not null then ids.person_key
            else told.person_id_kind || ':' || told.person_key
        end as person_key,
        told.paid_cny as order_cny,
        cast(coalesce(told.refund_cny, 0) as decimal(18, 2)) as refund_cny

    from land_external_order as told

    left join ids
        on ids.member_key = told.person_key

    where told.business_date >= $start_date
        and told.business_date < $end_date

)

select * from orders
