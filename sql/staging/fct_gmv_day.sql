-- Company-wide GMV of each channel and day; months are spread over their days.
-- grain  : one row per account_id, business_date, channel
-- params : -
-- columns:
--   account_id    text, our key of the account; files when the rows are the brand's
--   business_date date, the day
--   channel       text, as told
--   is_wechat     true or false, channel belongs to WeChat
--   gmv_cny       paid, refunds not taken off, CNY
--   refund_cny    of the same period, CNY; null when not told
--   told_by       text, day or month
-- source : land_gmv
-- traps  : a channel told by day and by month is counted by day; the month fills no gaps between its days,
--          so a day that arrives later changes the whole month: the table is built whole
--          a month spread evenly tells nothing about its days: only sums over its whole length are meant

with

told as (

    select
        account_id,
        business_date,
        period,
        channel,
        is_wechat,
        gmv_cny,
        refund_cny,
        case
            when period = 'month' then date_diff(
                'day', date_trunc('month', business_date), date_trunc('month', business_date) + interval 1 month
            )
            else 1
        end as days

    from land_gmv

),

by_day as (

    select distinct
        account_id,
        channel,
        date_trunc('month', business_date) as month_start

    from told

    where period = 'day'

),

months as (

    select
        told.account_id,
        told.channel,
        told.is_wechat,
        told.gmv_cny,
        told.refund_cny,
        told.days,
        cast(unnest(generate_series(
            date_trunc('month', told.business_date),
            date_trunc('month', told.business_date) + interval 1 month - interval 1 day,
            interval 1 day
        )) as date) as business_date

    from told

    left join by_day
        on by_day.account_id = told.account_id
        and by_day.channel = told.channel
        and by_day.month_start = date_trunc('month', told.business_date)

    where told.period = 'month'
        and by_day.channel is null

),

days as (

    select
        account_id,
        business_date,
        channel,
        is_wechat,
        cast(gmv_cny as decimal(24, 8)) as gmv_cny,
        cast(refund_cny as decimal(24, 8)) as refund_cny,
        'day' as told_by

    from told

    where period = 'day'

    union all

    select
        account_id,
        business_date,
        channel,
        is_wechat,
        cast(gmv_cny / days as decimal(24, 8)) as gmv_cny,
        cast(refund_cny / days as decimal(24, 8)) as refund_cny,
        'month' as told_by

    from months

)

select * from days
