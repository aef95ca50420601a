-- Each line of goods of each shop order as it stands now.
-- grain  : one row per account_id, order_id, line
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   account_id        text, our key of the account
--   order_id          text, of fct_order
--   line              position in the order, from 1
--   business_date     date, day the order was created
--   paid_date         date, day the order was paid, null when never paid
--   is_paid           true or false, the order's money came in
--   product_id        text, platform's id
--   sku_id            text, platform's id
--   title             text, of the product
--   is_free_gift      true or false, given with the order
--   pieces            pieces
--   returning_pieces  pieces in an open aftersale
--   returned_pieces   pieces whose aftersale is finished
--   sale_cny          price of one piece, CNY
--   real_cny          what the line really costs, CNY; pieces × sale_cny where the platform does not tell it
--   source_type       bought through: 1 Channels, 2 Official Account, 3 Mini Program, 5 partner
--   source_account_id text, id of that account, null when none
--   sale_channel      0 own account, 1 cooperating, 2 authorised, 100 partner, 101 agency
--   finder_id         text, of the order
--   live_id           text, of the order
--   commission_cny    owed to partners and agencies, CNY
-- source : land_shop_order_item, land_shop_order
-- traps  : a line that has left its order stays landed: lines are counted from 1, and those beyond the order's
--          number of lines are gone
--          lines do not add up to the order: freight and discounts of the whole order stand only there

with

orders as (

    select
        account_id,
        order_id,
        business_date,
        cast(paid_at at time zone 'Asia/Shanghai' as date) as paid_date,
        paid_at is not null as is_paid,
        lines,
        finder_id,
        live_id

    from land_shop_order

    where business_date >= $start_date
        and business_date < $end_date

),

standing as (

    select
        items.account_id,
        items.order_id,
        items.line,
        orders.business_date,
        orders.paid_date,
        orders.is_paid,
        items.product_id,
        items.sku_id,
        items.title,
        coalesce(items.is_free_gift, false) as is_free_gift,
        items.pieces,
        items.returning_pieces,
        items.returned_pieces,
        items.sale_cny,
        cast(coalesce(items.real_cny, items.pieces * items.sale_cny) as decimal(18, 2)) as real_cny,
        items.source_type,
        items.source_account_id,
        items.sale_channel,
        orders.finder_id,
        orders.live_id,
        items.commission_cny

    from land_shop_order_item as items

    inner join orders
        on orders.account_id = items.account_id
        and orders.order_id = items.order_id
        and orders.lines >= items.line

)

select * from standing
