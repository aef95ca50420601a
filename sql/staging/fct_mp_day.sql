-- Visits of a Mini Program in a day, and how many came from Official Account articles.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id               text, our key of the account
--   business_date            date, day the figures are of
--   sessions                 opens
--   page_views               pages
--   visitors                 persons
--   new_visitors             persons
--   stay_seconds_per_visitor s
--   stay_seconds_per_session s
--   depth                    pages per session
--   visitors_total           persons since launch
--   shares                   times
--   sharers                  persons
--   article_visitors         from Official Account articles: persons, or opens when is_sessions; null when sources are unknown
--   is_sessions              true or false, article_visitors counts opens because the platform told no persons; null when sources are unknown
-- source : land_mp_visit_day, land_mp_summary_day, land_mp_visit_source (key 18)
-- traps  : the documented source index counts opens; the index of persons is seen in practice only
--          visitors are persons of one day and do not add up over days

with

visits as (

    select
        account_id,
        business_date,
        sessions,
        page_views,
        visitors,
        new_visitors,
        stay_seconds_per_visitor,
        stay_seconds_per_session,
        depth

    from land_mp_visit_day

    where business_date >= $start_date
        and business_date < $end_date

),

summary as (

    select
        account_id,
        business_date,
        visitors_total,
        shares,
        sharers

    from land_mp_summary_day

    where business_date >= $start_date
        and business_date < $end_date

),

sources as (

    select
        account_id,
        business_date,
        max(case when unit = 'visitors' then 1 else 0 end) as has_visitors,
        sum(case when unit = 'visitors' and source_key = 18 then amount else 0 end) as visitors_amount,
        sum(case when unit = 'sessions' and source_key = 18 then amount else 0 end) as sessions_amount

    from land_mp_visit_source

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

told as (

    select account_id, business_date from visits
    union
    select account_id, business_date from summary
    union
    select account_id, business_date from sources

),

joined as (

    select
        told.account_id,
        told.business_date,
        visits.sessions,
        visits.page_views,
        visits.visitors,
        visits.new_visitors,
        visits.stay_seconds_per_visitor,
        visits.stay_seconds_per_session,
        visits.depth,
        summary.visitors_total,
        summary.shares,
        summary.sharers,
        cast(case
            when sources.has_visitors = 1 then sources.visitors_amount
            else sources.sessions_amount
        end as bigint) as article_visitors,
        sources.has_visitors = 0 as is_sessions

    from told

    left join visits
        on visits.account_id = told.account_id
        and visits.business_date = told.business_date

    left join summary
        on summary.account_id = told.account_id
        and summary.business_date = told.business_date

    left join sources
        on sources.account_id = told.account_id
        and sources.business_date = told.business_date

)

select * from joined
