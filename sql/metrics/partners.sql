-- Partners under agreement, and what they bring.
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
-- source : fct_partner, dim_person, fct_order; catalogue/metrics.toml
-- traps  : users of a partner come by the partner's own channel parameter, sales through the partner's Channels
--          account: without either nothing can be credited
--          a channel parameter that two partners share credits both

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

agreed as (

    select
        days.business_date,
        fct_partner.partner_id,
        fct_partner.kind,
        fct_partner.channel_state,
        fct_partner.finder_id

    from days

    inner join fct_partner
        on fct_partner.start_date <= days.business_date
        and (fct_partner.end_date is null or fct_partner.end_date >= days.business_date)

),

registered as (

    select days.business_date
    from days
    inner join (select count(*) as partners from fct_partner) as register
        on register.partners > 0

),

kinds as (

    select business_date, '' as dimension, '' as member, count(*) as partners
    from agreed
    group by business_date

    union all

    select business_date, 'kind' as dimension, kind as member, count(*) as partners
    from agreed
    group by business_date, kind

    union all

    select registered.business_date, '' as dimension, '' as member, 0 as partners
    from registered
    left join agreed
        on agreed.business_date = registered.business_date
    where agreed.partner_id is null

),

arrivals as (

    select
        fct_partner.partner_id,
        dim_person.since_date,
        count(*) as persons

    from fct_partner

    inner join dim_person
        on dim_person.first_state = fct_partner.channel_state
        and dim_person.is_bound

    where dim_person.since_date > cast($start_date as date) - interval 30 day
        and dim_person.since_date < $end_date

    group by fct_partner.partner_id, dim_person.since_date

),

sales as (

    select
        fct_partner.partner_id,
        fct_order.paid_date,
        sum(fct_order.order_cny) as gmv_cny

    from fct_partner

    inner join fct_order
        on fct_order.finder_id = fct_partner.finder_id
        and fct_order.is_paid

    where fct_order.paid_date > cast($start_date as date) - interval 30 day
        and fct_order.paid_date < $end_date

    group by fct_partner.partner_id, fct_order.paid_date

),

users as (

    select
        agreed.business_date,
        agreed.partner_id,
        coalesce(sum(arrivals.persons), 0) as amount

    from agreed

    left join arrivals
        on arrivals.partner_id = agreed.partner_id
        and arrivals.since_date > agreed.business_date - interval 30 day
        and arrivals.since_date <= agreed.business_date

    where agreed.channel_state is not null

    group by agreed.business_date, agreed.partner_id

),

money as (

    select
        agreed.business_date,
        agreed.partner_id,
        coalesce(sum(sales.gmv_cny), 0) as amount

    from agreed

    left join sales
        on sales.partner_id = agreed.partner_id
        and sales.paid_date > agreed.business_date - interval 30 day
        and sales.paid_date <= agreed.business_date

    where agreed.finder_id is not null

    group by agreed.business_date, agreed.partner_id

),

measured as (

    select
        'partners' as metric_id,
        dimension,
        member,
        business_date,
        cast(partners as double) as numerator

    from kinds

    union all

    select
        'partner_new_users' as metric_id,
        'partner' as dimension,
        partner_id as member,
        business_date,
        cast(amount as double) as numerator

    from users

    union all

    select
        'partner_new_users' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(sum(amount) as double) as numerator

    from users

    group by business_date

    union all

    select
        'partner_gmv_cny' as metric_id,
        'partner' as dimension,
        partner_id as member,
        business_date,
        cast(amount as double) as numerator

    from money

    union all

    select
        'partner_gmv_cny' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(sum(amount) as double) as numerator

    from money

    group by business_date

),

final as (

    select
        metric_id,
        '*' as account_id,
        dimension,
        member,
        business_date,
        numerator,
        cast(null as double) as denominator,
        false as is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
