-- Messages of each group and day, by who wrote them.
-- key       : account_id, business_date, chat_id
-- partition : account_id, month
-- slice     : business_date
-- source    : sql/staging/fct_community_chat_day.sql
create table fct_community_chat_day (
    account_id         text,   -- our key of the account; files when the rows are the brand's
    business_date      date,   -- day they were sent
    chat_id            text,   -- id of the group
    messages           bigint, -- by anybody
    customer_messages  bigint, -- by customers
    staff_messages     bigint, -- by staff
    bot_messages       bigint, -- by bots
    marketing_messages bigint, -- by staff and bots, labelled as marketing
    other_messages     bigint, -- by staff and bots, labelled as something else
    customers_writing  bigint, -- persons, once a day
    topics             bigint  -- different topics named
);
