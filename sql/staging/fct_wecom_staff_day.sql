-- What each staff member did with customers in a day; groups excluded.
-- grain  : one row per account_id, business_date, staff_id
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id        text, our key of the account
--   business_date     date, day the figures are of
--   staff_id          text, userid of the staff member
--   chats             single chats
--   messages          sent by the staff member
--   replied_chats     chats replied: chats times reply_share; null without chats
--   reply_share       0-1, null without chats
--   reply_minutes     mean first reply, natural time; null without a replied chat
--   negative_feedback customers who deleted or blocked the staff member
--   new_applies       requests sent
--   new_contacts      customers won
-- source : land_wecom_behaviour
-- traps  : the platform tells 0 minutes when nobody was replied to: that is null here
--          a message of the night counts until the morning's reply

with

behaviour as (

    select
        account_id,
        business_date,
        staff_id,
        chats,
        messages,
        case when chats > 0 then chats * reply_share end as replied_chats,
        case when chats > 0 then reply_share end as reply_share,
        case when chats > 0 and reply_share > 0 then reply_minutes end as reply_minutes,
        negative_feedback,
        new_applies,
        new_contacts

    from land_wecom_behaviour

    where business_date >= $start_date
        and business_date < $end_date

)

select * from behaviour
