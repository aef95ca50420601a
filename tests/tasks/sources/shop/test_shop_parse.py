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
