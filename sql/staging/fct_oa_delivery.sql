-- How many persons each notified article was delivered to, as the console's export tells it.
-- grain  : one row per account_id, article_id
-- params : none
-- columns:
--   account_id text, our key of the account
--   article_id text, msg_data_id _ index from 1
--   delivered  persons the push reached
--   told_date  date, day the figures were taken
-- source : land_oa_notified_article, land_oa_article_total
-- traps  : no interface tells this figure: an article that nobody exported is not here
--          an address names its article by mid and idx; a short one is looked up among the addresses the platform told
--          the figure grows while a push is under way: of several exports the newest counts

with

told as (

    select
        account_id,
        business_date,
        content_url,
        delivered,
        regexp_extract(content_url, '[?&;]mid=([0-9]+)', 1) as url_mid,
        regexp_extract(content_url, '[?&;]idx=([0-9]+)', 1) as url_idx

    from land_oa_notified_article

    where delivered > 0

),

addresses as (

    select
        account_id,
        content_url,
        min(article_id) as article_id

    from land_oa_article_total

    where content_url is not null

    group by account_id, content_url

),

matched as (

    select
        told.account_id,
        told.business_date,
        told.delivered,
        case
            when told.url_mid <> '' and told.url_idx <> '' then told.url_mid || '_' || told.url_idx
            else addresses.article_id
        end as article_id

    from told

    left join addresses
        on addresses.account_id = told.account_id
        and addresses.content_url = told.content_url

),

ranked as (

    select
        account_id,
        article_id,
        delivered,
        business_date as told_date,
        row_number() over (
            partition by account_id, article_id
            order by business_date desc, delivered desc
        ) as newness

    from matched

    where article_id is not null

),

newest as (

    select
        account_id,
        article_id,
        delivered,
        told_date

    from ranked

    where newness = 1

)

select * from newest
