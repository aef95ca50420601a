-- Entries of the spend ledger, each with what it costs the brand.
-- grain  : one row per account_id, spend_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id    text, our key of the account; files when the rows are the brand's
--   spend_id      text, unique per entry
--   business_date date, day of the commitment or payment
--   line_id       text, budget line
--   cost_cny      CNY, the larger of committed and paid
--   committed_cny CNY
--   paid_cny      CNY
--   purpose       text, acquisition, fission, retention, content, service or other
--   effort        text, core or innovation, null when not labelled
--   channel       text, oa, wecom or shop where the words say so, else as told; null when not told
--   campaign_id   text, see fct_campaign, null when none
--   approved_by   text, who approved it, null when nobody did
-- source : land_spend
-- traps  : committed, not only paid, is spent; an entry that was paid beyond its commitment costs what was paid
--          an entry may take money back: then both are negative, and the larger in size counts

with

named as (

    select
        account_id,
        spend_id,
        business_date,
        line_id,
        committed_cny,
        paid_cny,
        purpose,
        effort,
        channel,
        lower(trim(channel)) as word,
        nullif(trim(campaign_id), '') as campaign_id,
        nullif(trim(approved_by), '') as approved_by

    from land_spend

    where business_date >= $start_date
        and business_date < $end_date

),

entries as (

    select
        account_id,
        spend_id,
        business_date,
        line_id,
        case
            when abs(coalesce(paid_cny, 0)) > abs(coalesce(committed_cny, 0)) then paid_cny
            else coalesce(committed_cny, 0)
        end as cost_cny,
        committed_cny,
        paid_cny,
        purpose,
        effort,
        case
            when word in ('oa', '公众号', '服务号', '订阅号') then 'oa'
            when word in ('wecom', '企业微信', '企微', '社群', '企微社群', 'community') then 'wecom'
            when word in ('shop', 'mp', '小店', '微信小店', '小程序', '小程序商城') then 'shop'
            else channel
        end as channel,
        campaign_id,
        approved_by

    from named

)

select * from entries
