-- Days on which more money went back, by the shop's compass, than the refunds and returns that were read can tell.
-- grain  : one row per account_id, business_date
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   business_date date, day on which the money went back
--   account_id    text, our key of the account
--   what          text, what is missing, in technical English
-- source : land_shop_compass_product_day, land_shop_aftersale
-- traps  : a case does not tell when its money went back, only when it was opened and last changed: every one that
--          was opened by the day and changed on it or after it may be meant, so only a sure lack is found
--          a day of which the compass says nothing is not held against anything

with

told as (

    select
        account_id,
        business_date,
        sum(refund_cny) as refund_cny

    from land_shop_compass_product_day

    where business_date >= $start_date
        and business_date < $end_date

    group by account_id, business_date

),

cases as (

    select
        account_id,
        business_date as opened_date,
        cast(updated_at at time zone 'Asia/Shanghai' as date) as changed_date,
        refund_cny

    from land_shop_aftersale

    where business_date < $end_date

),

compared as (

    select
        told.business_date,
        told.account_id,
        told.refund_cny as told_cny,
        cast(coalesce(sum(cases.refund_cny), 0) as decimal(18, 2)) as read_cny

    from told

    left join cases
        on cases.account_id = told.account_id
        and cases.opened_date <= told.business_date
        and cases.changed_date >= told.business_date

    group by told.business_date, told.account_id, told.refund_cny

),

found as (

    select
        business_date,
        account_id,
        'the compass counts CNY ' || cast(told_cny as text) || ' given back and refunds of CNY '
            || cast(read_cny as text) || ' were read' as what

    from compared

    where read_cny < told_cny

)

select * from found
order by business_date, account_id
