-- How far the Channels videos are watched, and how they are answered.
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
-- source : fct_channels_video; catalogue/metrics.toml
-- traps  : figures are cumulative: of each video only the newest export known on the day counts, of videos published in 28 days
--          rates are of plays and not of persons, and a video whose share seen to the end is not told is out of that rate alone
--          a video without a date of publication is in no value

with

days as (

    select cast(unnest(generate_series(
        cast($start_date as date), cast($end_date as date) - interval 1 day, interval 1 day
    )) as date) as business_date

),

known as (

    select
        days.business_date,
        videos.account_id,
        videos.plays,
        videos.completion_share,
        videos.interactions,
        row_number() over (
            partition by days.business_date, videos.account_id, videos.video_id
            order by videos.business_date desc
        ) as newness

    from days

    inner join fct_channels_video as videos
        on videos.publish_date > days.business_date - interval 28 day
        and videos.business_date <= days.business_date

    where videos.business_date > cast($start_date as date) - interval 28 day
        and videos.business_date < $end_date
        and videos.plays is not null

),

figures as (

    select
        'channels_completion_rate' as metric_id,
        account_id,
        business_date,
        plays * completion_share as amount,
        plays as base
    from known
    where newness = 1
        and completion_share is not null

    union all

    select
        'channels_interaction_rate' as metric_id,
        account_id,
        business_date,
        interactions as amount,
        plays as base
    from known
    where newness = 1
        and interactions is not null

),

scoped as (

    select metric_id, account_id, business_date, amount, base from figures
    union all
    select metric_id, '*' as account_id, business_date, amount, base from figures

),

measured as (

    select
        metric_id,
        account_id,
        '' as dimension,
        '' as member,
        business_date,
        -- Decimals add up to the same whatever the order of the rows, doubles do not.
        cast(sum(cast(amount as decimal(24, 6))) as double) as numerator,
        cast(sum(base) as double) as denominator,
        false as is_approx

    from scoped

    group by metric_id, account_id, business_date

)

select * from measured
order by metric_id, account_id, dimension, member, business_date
