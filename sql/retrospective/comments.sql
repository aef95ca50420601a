-- What readers wrote under articles.
-- grain  : one row per account_id, article_id, comment_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id text, our key of the account
--   article_id text, of the article
--   comment_id text, of the comment
--   member_key text, keyed hash of who wrote it
--   content    text, as written
-- source : land_oa_comment
-- traps  : the window is of publication: comments come in for weeks

with

final as (

    select
        account_id,
        article_id,
        comment_id,
        member_key,
        content

    from land_oa_comment

    where publish_date >= cast($start_date as date)
        and publish_date < $end_date
        and content is not null

)

select * from final
order by account_id, article_id, comment_id
