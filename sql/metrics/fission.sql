-- How invitations spread.
-- grain  : one row per metric_id, account_id, dimension, member, business_date
-- params : start_date (business date, inclusive), end_date (exclusive), industry_fission_rate (of the plan, null when
--          it names none)
-- columns:
--   metric_id     text, of catalogue/metrics.toml
--   account_id    text, our key of the account; * is the whole brand
--   dimension     text, what the value is split by, else empty
--   member        text, which part of the dimension, else empty
--   business_date date, the value is as of its end
--   numerator     double, unit of the metric
--   denominator   double, null for counts
--   is_approx     true or false, an assumption stands in for a figure
-- source : fct_invite; catalogue/metrics.toml
-- traps  : persons are counted once in the 30 days, whatever they did on how many days
--          who takes part: whoever invited somebody, and whoever was won by an invitation; who was asked to invite
--          and did not is told by nobody
--          an inviter's depth is not told: in generation 1 those who invited, beyond it those won in the generation
--          before

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

moves as (

    select
        business_date as move_date,
        inviter_key as person_key,
        1 as is_inviter,
        0 as is_won,
        depth

    from fct_invite

    where business_date > cast($start_date as date) - interval 30 day
        and business_date < $end_date

    union all

    select
        converted_date as move_date,
        invitee_key as person_key,
        0 as is_inviter,
        1 as is_won,
        depth

    from fct_invite

    where is_credited
        and converted_date > cast($start_date as date) - interval 30 day
        and converted_date < $end_date

),

months as (

    select
        days.business_date,
        count(distinct moves.person_key) as participants,
        count(distinct case when moves.is_won = 1 then moves.person_key end) as won

    from days

    inner join moves
        on moves.move_date > days.business_date - interval 30 day
        and moves.move_date <= days.business_date

    group by days.business_date

),

generations as (

    select
        days.business_date,
        moves.depth,
        count(distinct case when moves.is_inviter = 1 then moves.person_key end) as inviters,
        count(distinct case when moves.is_won = 1 then moves.person_key end) as won

    from days

    inner join moves
        on moves.move_date > days.business_date - interval 30 day
        and moves.move_date <= days.business_date

    where moves.depth is not null

    group by days.business_date, moves.depth

),

deeper as (

    select
        later.business_date,
        later.depth,
        later.won,
        case when later.depth = 1 then later.inviters else earlier.won end as base

    from generations as later

    left join generations as earlier
        on earlier.business_date = later.business_date
        and earlier.depth = later.depth - 1

),

measured as (

    select
        'k_factor' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(won as double) as numerator,
        cast(participants as double) as denominator,
        false as is_approx

    from months

    union all

    select
        'k_factor' as metric_id,
        'depth' as dimension,
        cast(depth as text) as member,
        business_date,
        cast(won as double) as numerator,
        cast(base as double) as denominator,
        false as is_approx

    from deeper

    where base > 0

    union all

    select
        'fission_vs_industry' as metric_id,
        '' as dimension,
        '' as member,
        business_date,
        cast(won as double) / participants as numerator,
        cast($industry_fission_rate as double) as denominator,
        false as is_approx

    from months

    where participants >= 100

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
