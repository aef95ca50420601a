-- What a new private-domain user costs, paid for and by invitation.
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
-- source : fct_spend, fct_invite, dim_person; catalogue/metrics.toml
-- traps  : new users are counted as private_domain_users counts them: persons with a unionid, each once, when the
--          brand first held them
--          days on which the 30 days hold no spending for acquisition have no value: newcomers are never free, the
--          ledger is late
--          approximate while the newest such entry is two weeks old
--          channels: spending that names the OA, WeCom or the shop, over persons who came that way first; other
--          channels are in the total only
--          those won by invitation are taken out of what paid acquisition won, as far as they were converted

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

entries as (

    select
        business_date,
        case when channel in ('oa', 'wecom', 'shop') then channel end as channel,
        cost_cny,
        case when purpose = 'fission' then cost_cny else 0 end as fission_cny

    from fct_spend

    where purpose in ('acquisition', 'fission')
        and business_date >= cast($start_date as date) - interval 29 day
        and business_date < $end_date

),

spent as (

    select '' as dimension, '' as member, business_date, cost_cny, fission_cny
    from entries

    union all

    select 'channel' as dimension, channel as member, business_date, cost_cny, fission_cny
    from entries
    where channel is not null

),

money as (

    select
        days.business_date,
        spent.dimension,
        spent.member,
        sum(spent.cost_cny) as cost_cny,
        sum(spent.fission_cny) as fission_cny,
        max(spent.business_date) <= days.business_date - interval 14 day as is_old

    from days

    inner join spent
        on spent.business_date > days.business_date - interval 30 day
        and spent.business_date <= days.business_date

    group by days.business_date, spent.dimension, spent.member

),

joined_by_day as (

    select
        since_date,
        first_channel,
        count(*) as persons

    from dim_person

    where is_bound
        and since_date > cast($start_date as date) - interval 30 day
        and since_date < $end_date

    group by since_date, first_channel

),

arrivals as (

    select '' as dimension, '' as member, since_date, persons from joined_by_day
    union all
    select 'channel' as dimension, first_channel as member, since_date, persons from joined_by_day

),

won as (

    select
        days.business_date,
        arrivals.dimension,
        arrivals.member,
        sum(arrivals.persons) as persons

    from days

    inner join arrivals
        on arrivals.since_date > days.business_date - interval 30 day
        and arrivals.since_date <= days.business_date

    group by days.business_date, arrivals.dimension, arrivals.member

),

conversions as (

    select
        converted_date,
        count(*) as persons

    from fct_invite

    where is_credited

    group by converted_date

),

invited as (

    select
        days.business_date,
        sum(conversions.persons) as persons

    from days

    inner join conversions
        on conversions.converted_date > days.business_date - interval 30 day
        and conversions.converted_date <= days.business_date

    group by days.business_date

),

costs as (

    select
        money.business_date,
        money.dimension,
        money.member,
        money.cost_cny,
        money.fission_cny,
        money.is_old,
        coalesce(won.persons, 0) as persons,
        coalesce(invited.persons, 0) as invited

    from money

    left join won
        on won.business_date = money.business_date
        and won.dimension = money.dimension
        and won.member = money.member

    left join invited
        on invited.business_date = money.business_date

),

ratios as (

    select
        business_date,
        cast(fission_cny as double) / invited as fission_cac_cny,
        cast(cost_cny - fission_cny as double) / (persons - invited) as paid_cac_cny,
        is_old

    from costs

    where dimension = ''
        and invited > 0
        and persons > invited
        and fission_cny > 0
        and cost_cny > fission_cny

),

measured as (

    select
        'cac_cny' as metric_id,
        dimension,
        member,
        business_date,
        cost_cny as numerator,
        persons as denominator,
        is_old as is_approx

    from costs

    where cost_cny > 0

    union all

    select
        'fission_cac_cny' as metric_id,
        dimension,
        member,
        business_date,
        fission_cny as numerator,
        invited as denominator,
        is_old as is_approx

    from costs

    where dimension = ''
        and fission_cny > 0

    union all

    select
        'fission_cac_ratio' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        fission_cac_cny as numerator,
        paid_cac_cny as denominator,
        is_old as is_approx

    from ratios

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
