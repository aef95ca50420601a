-- How content is spread over the plan's matrix and pyramid, and how much of it is made in time.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), mix_shares, limit_production_cycle_days (of
--          the plan)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_content_item; catalogue/metrics.toml
-- traps  : two independent labels: an item has a place in the matrix, in the pyramid, in both or in neither
--          items outside the matrix (matrix_type none) are out of its denominator, not unlabelled
--          over 5 % without the label: shares and gap have no numerator, since the rest could turn them
--          the gap is what would have to be made differently: half the sum of the differences from the plan's shares

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

targets as (

    select
        target.label,
        target.member,
        cast(target.share as double) as share

    from (
        select unnest(cast($mix_shares as struct(label text, member text, share decimal(18, 6))[])) as target
    ) as listed

),

published as (

    select
        days.business_date,
        items.matrix_type,
        items.pyramid_layer,
        items.production_days

    from days

    inner join fct_content_item as items
        on items.publish_date > days.business_date - interval 30 day
        and items.publish_date <= days.business_date

),

labelled as (

    select business_date, 'matrix_type' as label, matrix_type as member from published
    union all
    select business_date, 'pyramid_layer' as label, pyramid_layer as member from published

),

totals as (

    select
        business_date,
        label,
        count(*) as items,
        sum(case when member is null then 1 else 0 end) as unlabelled,
        sum(case when member <> 'none' then 1 else 0 end) as placed

    from labelled

    group by business_date, label

),

counts as (

    select
        business_date,
        label,
        member,
        count(*) as items

    from labelled

    where member is not null

    group by business_date, label, member

),

spread as (

    select
        totals.business_date,
        totals.label,
        targets.member,
        targets.share,
        totals.placed,
        totals.unlabelled > 0.05 * totals.items as is_doubtful,
        coalesce(counts.items, 0) as items

    from totals

    inner join targets
        on targets.label = totals.label

    left join counts
        on counts.business_date = totals.business_date
        and counts.label = totals.label
        and counts.member = targets.member

),

gaps as (

    select
        business_date,
        label,
        placed,
        is_doubtful,
        sum(abs(items - share * placed)) / 2 as misplaced

    from spread

    group by business_date, label, placed, is_doubtful

),

in_time as (

    select
        business_date,
        count(production_days) as items,
        sum(case when production_days <= $limit_production_cycle_days then 1 else 0 end) as in_time

    from published

    group by business_date

),

measured as (

    select
        'matrix_mix_share' as metric_id,
        'matrix_type' as dimension,
        member,
        business_date,
        case when not is_doubtful then items end as numerator,
        placed as denominator

    from spread

    where label = 'matrix_type'

    union all

    select
        'matrix_mix_gap' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        case when not is_doubtful then misplaced end as numerator,
        placed as denominator

    from gaps

    where label = 'matrix_type'

    union all

    select
        'matrix_unlabelled_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        unlabelled as numerator,
        items as denominator

    from totals

    where label = 'matrix_type'

    union all

    select
        'pyramid_mix_share' as metric_id,
        'pyramid_layer' as dimension,
        member,
        business_date,
        case when not is_doubtful then items end as numerator,
        placed as denominator

    from spread

    where label = 'pyramid_layer'

    union all

    select
        'pyramid_mix_gap' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        case when not is_doubtful then misplaced end as numerator,
        placed as denominator

    from gaps

    where label = 'pyramid_layer'

    union all

    select
        'pyramid_unlabelled_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        unlabelled as numerator,
        items as denominator

    from totals

    where label = 'pyramid_layer'

    union all

    select
        'production_in_time_share' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        in_time as numerator,
        items as denominator

    from in_time

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
        false as is_approx

    from measured

)

select * from final
order by metric_id, account_id, dimension, member, business_date
