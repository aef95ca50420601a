-- Days on which the followers held moved by more than those won and lost.
-- zh     : 关注人数的变化与新增、取消关注对不上。
-- grain  : one row per finding
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day of the finding
--   account_id    text, our key of the account
--   what          text, what is wrong, in technical English
--   what_zh       text, the same for Chinese readers
-- source : fct_oa_follower_day
-- traps  : the two interfaces agree only about: a gap counts from 2 % of the followers on
-- level  : warn

with

days as (

    select
        account_id,
        business_date,
        followers,
        followers_net

    from fct_oa_follower_day

    where business_date >= cast($start_date as date) - interval 1 day
        and business_date < $end_date

),

compared as (

    select
        days.account_id,
        days.business_date,
        days.followers_net,
        earlier.followers as followers_before,
        days.followers - earlier.followers as followers_change

    from days

    inner join days as earlier
        on earlier.account_id = days.account_id
        and earlier.business_date = days.business_date - interval 1 day

    where days.business_date >= $start_date

),

found as (

    select
        business_date,
        account_id,
        'followers moved by ' || cast(followers_change as text)
            || ' but won minus lost is ' || cast(followers_net as text) as what,
        '关注人数变化 ' || cast(followers_change as text)
            || '，新增减取消为 ' || cast(followers_net as text) as what_zh

    from compared

    where abs(followers_change - followers_net) > 0.02 * followers_before

)

select * from found
order by business_date, account_id, what
