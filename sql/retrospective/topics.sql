-- Topics that people ask for or others speak of: searches, communities, and the imported topic pool.
-- grain  : one row per source, topic
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   source   text, search, community, competitor, hot or idea
--   topic    text, as told
--   mentions searches, customers' messages, or the heat that the pool tells; null when it tells none
--   persons  persons who searched for or wrote about it; null for other sources
--   reading  text, the pool's address or note; empty for other sources
-- source : land_event, land_community_message, land_topic
-- traps  : what staff and bots say in communities is the brand's own voice, which nobody asked for
--          a search is an event named search with keyword, query or q among its properties
--          mentions of different sources are different things: never compare them

with

searches as (

    select
        'search' as source,
        trim(coalesce(
            json_extract_string(properties, '$.keyword'),
            json_extract_string(properties, '$.query'),
            json_extract_string(properties, '$.q')
        )) as topic,
        count(*) as mentions,
        count(distinct coalesce(union_key, person_key)) as persons,
        '' as reading

    from land_event

    where event = 'search'
        and properties is not null
        and business_date >= cast($start_date as date)
        and business_date < $end_date

    group by topic

),

spoken as (

    select
        'community' as source,
        trim(topic) as topic,
        count(*) as mentions,
        nullif(count(distinct sender_key), 0) as persons,
        '' as reading

    from land_community_message

    where sender_kind = 'customer'
        and business_date >= cast($start_date as date)
        and business_date < $end_date

    group by trim(topic)

),

pooled as (

    select
        kind as source,
        topic,
        cast(sum(heat) as bigint) as mentions,
        cast(null as bigint) as persons,
        coalesce(max(url), max(note), '') as reading

    from land_topic

    where business_date >= cast($start_date as date)
        and business_date < $end_date

    group by kind, topic

),

final as (

    select * from searches where topic <> ''
    union all
    select * from spoken where topic <> ''
    union all
    select * from pooled

)

select * from final
order by source, mentions desc nulls last, topic
