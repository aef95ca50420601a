-- When each person was held by the brand, on whatever channel: stays that touch or overlap are one.
-- grain  : one row per person_key, since_date
-- params : none
-- columns:
--   person_key    text, of dim_person
--   is_bound      true or false, known by unionid
--   first_channel text, oa, wecom or shop: where the person came from
--   since_date    date, first business date of the stay
--   until_date    date, first business date not held any more, null while held
-- source : dim_person, dim_person_link
-- traps  : a person is held while any channel holds them, so bound stays on a day are private_domain_users
--          stays of one person neither overlap nor touch: who is held on a day is in exactly one of them

with

links as (

    select
        person_key,
        since_date,
        coalesce(until_date, cast('9999-12-31' as date)) as until_date

    from dim_person_link

    where until_date is null
        or until_date > since_date

),

ordered as (

    select
        person_key,
        since_date,
        until_date,
        max(until_date) over (
            partition by person_key
            order by since_date, until_date
            rows between unbounded preceding and 1 preceding
        ) as held_until

    from links

),

numbered as (

    select
        person_key,
        since_date,
        until_date,
        sum(case when held_until >= since_date then 0 else 1 end) over (
            partition by person_key
            order by since_date, until_date
            rows between unbounded preceding and current row
        ) as stay

    from ordered

),

merged as (

    select
        person_key,
        min(since_date) as since_date,
        max(until_date) as until_date

    from numbered

    group by person_key, stay

),

stays as (

    select
        merged.person_key,
        dim_person.is_bound,
        dim_person.first_channel,
        merged.since_date,
        case when merged.until_date < cast('9999-12-31' as date) then merged.until_date end as until_date

    from merged

    inner join dim_person
        on dim_person.person_key = merged.person_key

)

select * from stays
