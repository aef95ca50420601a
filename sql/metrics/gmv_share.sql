-- How much of the company's GMV is paid through WeChat.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_gmv_day, fct_order; catalogue/metrics.toml
-- traps  : both sides are taken up to the last day that every channel has told of: a late total must not look like a
--          fall
--          a month is spread evenly, so where the 90 days cut through one the share is approximate
--          late: days over a week old, months not told by the 10th of the next; then there is no value
--          a channel that closes is written with 0 for a while, else its silence looks like lateness for 100 days
--          refunds are taken off on neither side
--          a company table without any WeChat channel is completed by our own shops' paid orders, and marked

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

told as (

    select
        business_date,
        channel,
        is_wechat,
        gmv_cny,
        told_by

    from fct_gmv_day

    where business_date >= cast($start_date as date) - interval 200 day
        and business_date < $end_date

),

newest as (

    select
        days.business_date,
        told.channel,
        max(told.business_date) as last_date,
        max(case when told.told_by = 'month' then 1 else 0 end) as is_monthly

    from days

    inner join told
        on told.business_date <= days.business_date
        and told.business_date > days.business_date - interval 100 day

    group by days.business_date, told.channel

),

cuts as (

    select
        business_date,
        min(last_date) as cut_date,
        max(is_monthly) as is_monthly

    from newest

    group by business_date

),

fresh as (

    select
        business_date,
        is_monthly,
        cut_date,
        cut_date - interval 90 day as before_date

    from cuts

    where cut_date >= case
        when is_monthly = 1 then date_trunc('month', business_date - interval 9 day) - interval 1 day
        else business_date - interval 7 day
    end

),

per_day as (

    select
        business_date,
        sum(case when is_wechat then gmv_cny else 0 end) as wechat_cny,
        sum(gmv_cny) as gmv_cny,
        max(case when is_wechat then 1 else 0 end) as has_wechat

    from told

    group by business_date

),

company as (

    select
        fresh.business_date,
        fresh.is_monthly,
        sum(per_day.wechat_cny) as wechat_cny,
        sum(per_day.gmv_cny) as gmv_cny,
        max(per_day.has_wechat) as has_wechat,
        count(*) as days_told

    from fresh

    inner join per_day
        on per_day.business_date > fresh.before_date
        and per_day.business_date <= fresh.cut_date

    group by fresh.business_date, fresh.is_monthly

),

paid as (

    select
        paid_date,
        sum(order_cny) as order_cny

    from fct_order

    where is_paid

    group by paid_date

),

own as (

    select
        fresh.business_date,
        sum(paid.order_cny) as order_cny

    from fresh

    inner join paid
        on paid.paid_date > fresh.before_date
        and paid.paid_date <= fresh.cut_date

    group by fresh.business_date

),

joined as (

    select
        company.business_date,
        company.is_monthly,
        company.wechat_cny,
        company.gmv_cny,
        company.has_wechat,
        company.days_told,
        coalesce(own.order_cny, 0) as own_cny

    from company

    left join own
        on own.business_date = company.business_date

    where company.days_told >= 28

),

measured as (

    select
        'wechat_gmv_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        case when has_wechat = 1 then wechat_cny else own_cny end as numerator,
        case when has_wechat = 1 then gmv_cny else gmv_cny + own_cny end as denominator,
        days_told < 90 or is_monthly = 1 or has_wechat = 0 or own_cny > 1.05 * wechat_cny as is_approx

    from joined

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        cast(numerator as double) as numerator,
        cast(denominator as double) as denominator,
        is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
