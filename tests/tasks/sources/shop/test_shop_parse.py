"""What a shop's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.shop import parse

AT = dt.datetime(2022, 7, 22, 16, 0, tzinfo=dt.UTC)


def test_the_official_order_sample_is_read(answer, keyed, sample):
    raw = answer("shop.orders", sample("shop.order.get"), path=parse.ORDER)
    assert parse.orders(raw, keyed).rows["land_shop_order"] == [
        {
            "account_id": "acct",
            "order_id": "37423523451235145",
            "business_date": dt.date(2022, 7, 23),  # 1658505600 is midnight in Shanghai
            "created_at": AT,
            "updated_at": AT,
            "paid_at": AT + dt.timedelta(hours=1),
            "status": 20,
            "buyer_key": keyed("OPENID"),
            "union_key": None,
            "is_gift": False,
            "scene": 2,
            "order_cny": Decimal("105.00"),
            "product_cny": Decimal("200.00"),
            "freight_cny": Decimal("5.00"),
            "items": 10,
            "lines": 1,
            "finder_id": "sph3FZbOEY46mAB",
            "live_id": "export/UzFfAgtgekIEAQAAAAAAt40WWe5njQAAAAstQy6ubaLX4KHWvLEZgBPE5KNoYRJdUeaEzNPgMJq4tEJ8QSCaA2N"
            "_Iua2abcd",
            "commission_cny": None,
            "platform_fee_cny": Decimal("0.10"),
        }
    ]
    assert parse.orders(raw, keyed).rows["land_shop_order_item"] == [
        {
            "account_id": "acct",
            "order_id": "37423523451235145",
            "line": 1,
            "business_date": dt.date(2022, 7, 23),
            "updated_at": AT,
            "product_id": "234245",
            "sku_id": "23424",
            "title": "健身环",
            "is_free_gift": False,
            "pieces": 10,
            "sale_cny": Decimal("20.00"),
            "market_cny": Decimal("20.00"),
            "real_cny": None,
            "returning_pieces": 10,
            "returned_pieces": 0,
            "source_type": None,
            "source_account_id": None,
            "sale_channel": None,
            "commission_cny": None,
        }
    ]


def order(**changes):
    body = {
        "order_id": 3704612354559743232,
        "status": 999,
        "create_time": 1658505600,
        "update_time": "1658505660",
        "openid": "o1",
        "unionid": "u1",
        "is_present": 1,
        "order_detail": {"pay_info": {"pay_time": 0}, "price_info": {"order_price": "1050", "freight": ""}},
        **changes,
    }
    return json.dumps({"errcode": 0, "order": body})


def test_an_order_number_beyond_two_to_the_53_stays_whole_and_digits_may_be_text(answer, keyed):
    [row] = parse.orders(answer("shop.orders", order(), path=parse.ORDER), keyed).rows["land_shop_order"]
    assert row["order_id"] == "3704612354559743232"
    assert row["order_cny"] == Decimal("10.50")
    assert row["freight_cny"] is None
    assert row["updated_at"] == AT + dt.timedelta(minutes=1)
    assert row["status"] == 999
    assert row["is_gift"] is True
    assert row["union_key"] == keyed("u1")


def test_an_order_never_paid_has_no_payment_moment(answer, keyed):
    [row] = parse.orders(answer("shop.orders", order(), path=parse.ORDER), keyed).rows["land_shop_order"]
    assert row["paid_at"] is None


def test_a_paid_order_without_its_amount_is_refused(answer, keyed):
    body = order(order_detail={"pay_info": {"pay_time": 1658505700}})
    with pytest.raises(UnexpectedShape, match="order_price is missing"):
        parse.orders(answer("shop.orders", body, path=parse.ORDER), keyed)


def test_a_list_of_ids_carries_no_facts(answer, keyed, sample):
    raw = answer("shop.orders", sample("shop.order.list.get"), path="/channels/ec/order/list/get")
    assert parse.orders(raw, keyed).rows == {}
    raw = answer(
        "shop.aftersales", sample("shop.aftersale.getaftersalelist"), path="/channels/ec/aftersale/x"
    )
    assert parse.aftersales(raw, keyed).rows == {}


def test_the_official_aftersale_sample_is_read(answer, keyed, sample):
    raw = answer("shop.aftersales", sample("shop.aftersale.getaftersaleorder"), path=parse.AFTERSALE)
    assert parse.aftersales(raw, keyed).rows["land_shop_aftersale"] == [
        {
            "account_id": "acct",
            "aftersale_id": "123456",
            "order_id": "1768683047558651",
            "business_date": dt.date(2020, 6, 5),
            "created_at": dt.datetime(2020, 6, 5, 1, 10, 54, tzinfo=dt.UTC),
            "updated_at": dt.datetime(2021, 2, 8, 3, 20, 44, tzinfo=dt.UTC),
            "kind": "REFUND",
            "status": "MERCHANT_REFUND_SUCCESS",
            "is_refunded": True,
            "refund_cny": Decimal("0.11"),
        }
    ]


@pytest.mark.parametrize(
    ("status", "refunded"),
    [("MERCHANT_RETURN_SUCCESS", True), ("PLATFORM_REFUNDING", False), ("SOMETHING_NEW", False)],
)
def test_only_the_two_success_states_mean_that_the_money_went_back(answer, keyed, status, refunded):
    body = {
        "after_sale_order": {
            "after_sale_order_id": "1",
            "order_id": 2,
            "status": status,
            "create_time": 1591319454,
            "refund_info": {"amount": 100},
        }
    }
    [row] = parse.aftersales(answer("shop.aftersales", body, path=parse.AFTERSALE), keyed).rows[
        "land_shop_aftersale"
    ]
    assert row["is_refunded"] is refunded


def detail(**blocks):
    goods = [
        {
            "product_id": 10000200857718,
            "sku_id": "k1",
            "sku_cnt": "2",
            "sale_price": 3990,
            "real_price": 7480,
        },
        {
            "product_id": 10000200857718,
            "sku_id": "k1",
            "sku_cnt": 1,
            "sale_price": 3990,
            "is_free_gift": True,
        },
        {"product_id": "9", "sku_id": "k2", "sku_cnt": 1, "sale_price": 1000, "title": "\ud83d 袋"},
    ]
    shares = [
        {"sku_id": "k1", "type": 0, "amount": 748, "finder_id": "sphA"},
        {"sku_id": "k1", "type": 1, "amount": "52"},
        {"sku_id": "k2", "type": 0, "amount": 100},
    ]
    paid = {"pay_info": {"pay_time": 1658505700}, "price_info": {"order_price": 8480}}
    return {"product_infos": goods, "commission_infos": shares, **paid, **blocks}


def lines_of(answer, keyed, **blocks):
    raw = answer("shop.orders", order(order_detail=detail(**blocks)), path=parse.ORDER)
    return parse.orders(raw, keyed).rows


def test_an_order_of_several_lines_tells_each_and_owes_a_commission_once(answer, keyed):
    rows = lines_of(answer, keyed)
    assert [(r["line"], r["product_id"], r["sku_id"], r["pieces"]) for r in rows["land_shop_order_item"]] == [
        (1, "10000200857718", "k1", 2),
        (2, "10000200857718", "k1", 1),
        (3, "9", "k2", 1),
    ]
    owed = [r["commission_cny"] for r in rows["land_shop_order_item"]]
    assert owed == [Decimal("8.00"), None, Decimal("1.00")], "7.48 + 0.52 once, not again with the gift"
    [row] = rows["land_shop_order"]
    assert (row["lines"], row["items"], row["commission_cny"]) == (3, 4, Decimal("9.00"))
    assert [r["is_free_gift"] for r in rows["land_shop_order_item"]] == [False, True, False]


@pytest.mark.parametrize("name", ["source_infos", "source_info"])
def test_the_account_an_order_came_through_is_read_under_either_name(answer, keyed, name):
    through = [{"sku_id": "k1", "account_type": 2, "account_id": "wxoa", "sale_channel": 0}]
    rows = lines_of(answer, keyed, **{name: through})["land_shop_order_item"]
    assert [(r["source_type"], r["source_account_id"], r["sale_channel"]) for r in rows] == [
        (2, "wxoa", 0),
        (2, "wxoa", 0),
        (None, None, None),
    ]


def test_a_single_source_may_come_without_a_list(answer, keyed):
    one = {"sku_id": "k2", "account_type": 1, "account_id": "sphA"}
    rows = lines_of(answer, keyed, source_info=one)["land_shop_order_item"]
    assert [r["source_account_id"] for r in rows] == [None, None, "sphA"]
