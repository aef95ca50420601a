-- Whom campaigns win, how many win very many, and who stays.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), plan_start, aim_campaign_new_users (of the
--          plan, for this brand's population)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_campaign, fct_campaign_person, fct_person_day; catalogue/metrics.toml
-- traps  : a campaign is counted from its first day on and never again taken off: what it won, it won
--          approximate while a fission campaign that began can tell nobody it won: it has neither invitations nor a
--          channel parameter
--          active again means anything that is observed of a person; reading is not, so retention is a floor
--          retention looks at the 30th day exactly, as day-7 retention looks at the 7th; the days around it tell more
--          persons of a small campaign

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

begun as (

    select
        days.business_date,
        count(*) as campaigns,
        max(case
            when fct_campaign.kind = 'fission' and fct_campaign.channel_state is null and told.campaign_id is null
            then 1 else 0
        end) as has_silent

    from days

    inner join fct_campaign
        on fct_campaign.start_date <= days.business_date
        and fct_campaign.start_date >= $plan_start

    left join (select distinct campaign_id from fct_campaign_person) as told
        on told.campaign_id = fct_campaign.campaign_id

    group by days.business_date

),

registered as (

    select
        days.business_date,
        coalesce(begun.has_silent, 0) = 1 as has_silent

    from days

    inner join (select count(*) as campaigns from fct_campaign) as register
        on register.campaigns > 0

    left join begun
        on begun.business_date = days.business_date

),

won_by_day as (

    select
        fct_campaign_person.campaign_id,
        fct_campaign.kind,
        fct_campaign_person.won_date,
        count(*) as persons

    from fct_campaign_person

    inner join fct_campaign
        on fct_campaign.campaign_id = fct_campaign_person.campaign_id
        and fct_campaign.start_date >= $plan_start

    where fct_campaign_person.is_new
        and fct_campaign_person.won_date < $end_date

    group by fct_campaign_person.campaign_id, fct_campaign.kind, fct_campaign_person.won_date

),

won as (

    select
        days.business_date,
        won_by_day.campaign_id,
        won_by_day.kind,
        sum(won_by_day.persons) as persons

    from days

    inner join won_by_day
        on won_by_day.won_date <= days.business_date

    group by days.business_date, won_by_day.campaign_id, won_by_day.kind

),

firsts as (

    select
        fct_campaign_person.person_key,
        min(fct_campaign_person.won_date) as won_date

    from fct_campaign_person

    inner join fct_campaign
        on fct_campaign.campaign_id = fct_campaign_person.campaign_id
        and fct_campaign.start_date >= $plan_start

    where fct_campaign_person.is_new

    group by fct_campaign_person.person_key

),

people as (

    select
        days.business_date,
        count(*) as persons

    from days

    inner join firsts
        on firsts.won_date <= days.business_date

    group by days.business_date

),

large as (

    select
        registered.business_date,
        registered.has_silent,
        sum(case when won.kind = 'fission' and won.persons >= $aim_campaign_new_users then 1 else 0 end) as campaigns

    from registered

    left join won
        on won.business_date = registered.business_date

    group by registered.business_date, registered.has_silent

),

won_persons as (

    select
        fct_campaign_person.campaign_id,
        fct_campaign_person.person_key,
        fct_campaign_person.won_date

    from fct_campaign_person

    where fct_campaign_person.is_new
        and fct_campaign_person.won_date > cast($start_date as date) - interval 60 day
        and fct_campaign_person.won_date <= cast($end_date as date) - interval 31 day

),

returns as (

    select
        won_persons.campaign_id,
        won_persons.won_date,
        count(*) as persons,
        count(fct_person_day.person_key) as came_back

    from won_persons

    left join fct_person_day
        on fct_person_day.person_key = won_persons.person_key
        and fct_person_day.business_date = won_persons.won_date + interval 30 day
        and fct_person_day.is_active

    group by won_persons.campaign_id, won_persons.won_date

),

stays as (

    select '' as dimension, '' as member, won_date, persons, came_back
    from returns

    union all

    select 'campaign' as dimension, campaign_id as member, won_date, persons, came_back
    from returns

),

retained as (

    select
        days.business_date,
        stays.dimension,
        stays.member,
        sum(stays.came_back) as came_back,
        sum(stays.persons) as persons

    from days

    inner join stays
        on stays.won_date > days.business_date - interval 60 day
        and stays.won_date <= days.business_date - interval 30 day

    group by days.business_date, stays.dimension, stays.member

),

measured as (

    select
        'large_campaigns' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        campaigns as numerator,
        null as denominator,
        has_silent as is_approx

    from large

    union all

    select
        'campaign_new_users' as metric_id,
        '' as dimension,
        '' as member,
        registered.business_date,
        coalesce(people.persons, 0) as numerator,
        null as denominator,
        registered.has_silent as is_approx

    from registered

    left join people
        on people.business_date = registered.business_date

    union all

    select
        'campaign_new_users' as metric_id,
        'campaign' as dimension,
        campaign_id as member,
        business_date,
        persons as numerator,
        null as denominator,
        false as is_approx

    from won

    union all

    select
        'campaign_d30_retention' as metric_id,
        dimension,
        member,
        business_date,
        came_back as numerator,
        persons as denominator,
        false as is_approx

    from retained

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
