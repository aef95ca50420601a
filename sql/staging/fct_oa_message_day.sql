-- How many persons wrote to an Official Account in a day, and how much.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account
--   business_date date, day the figures are of
--   senders       persons who wrote, each once, null when not told
--   messages      messages of all kinds, null when not told
-- source : land_oa_message_day, land_oa_message_dist
-- traps  : persons are counted by how often they wrote, since the kinds of message overlap
--          a day on which nobody wrote cannot be told from one that is not computed: it has no row

with

received as (

    select
        account_id,
        business_date,
        cast(sum(messages) as bigint) as messages

    from land_oa_message_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

wrote as (

    select
        account_id,
        business_date,
        cast(sum(users) as bigint) as senders

    from land_oa_message_dist

    where business_date >= $start_date
        and business_date < $end_date
        and count_interval > 0

    group by account_id, business_date

),

joined as (

    select
        coalesce(received.account_id, wrote.account_id) as account_id,
        coalesce(received.business_date, wrote.business_date) as business_date,
        wrote.senders,
        received.messages

    from received

    full join wrote
        on wrote.account_id = received.account_id
        and wrote.business_date = received.business_date

)

select * from joined
