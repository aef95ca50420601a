"""What a compass's answers are read as; expectations are typed from the official samples by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.shop import compass_parse as parse
from tasks.sources.shop.compass import AUTHORISED

DAY = dt.date(2024, 5, 20)


def read(answer, keyed, parser, body, dataset, **about):
    raw = answer("shop.compass", body, day=DAY, **about)
    return getattr(parse, parser)(raw, keyed).rows[dataset]


def test_the_official_overall_sample_is_read_by_its_names(answer, keyed, sample):
    body = sample("channels.compass.shop.overall.get")
    assert read(answer, keyed, "shop_day", body, "land_shop_compass_day") == [
        {
            "account_id": "acct",
            "business_date": DAY,
            "paid_cny": Decimal("422.92"),
            "buyers": 8,
            "paid_orders": 10,
            "refunded_cny": Decimal("0.81"),
            "click_visitors": 11,
            "live_paid_cny": Decimal("0.00"),
            "feed_paid_cny": Decimal("0.00"),
        }
    ]


def test_the_official_product_sample_is_read(answer, keyed, sample):
    body = sample("channels.compass.shop.product.list.get")
    rows = read(answer, keyed, "shop_products", body, "land_shop_compass_product_day")
    assert [row["product_id"] for row in rows] == [
        "10000054370820",
        "10000056024001",
        "10000071952389",
        "10000093045061",
        "10000099582075",
    ]
    assert rows[2] == {
        "account_id": "acct",
        "business_date": DAY,
        "product_id": "10000071952389",
        "title": "生鲜-方便菜，开了坏损包退，没开7天无理由",
        "paid_cny": Decimal("0.06"),
        "paid_orders": 5,
        "buyers": 4,
        "paid_pieces": 6,
        "created_orders": 5,
        "click_visitors": 0,
        "clicks": 0,
        "refunded_cny": Decimal("0.00"),
        "refunded_orders": 0,
        "refund_cny": Decimal("0.01"),
        "refunds": 1,
        "finder_commission_cny": Decimal("0.00"),
    }
    last = rows[4]
    assert (last["paid_cny"], last["refunded_cny"], last["refunded_orders"]) == (
        Decimal("0.06"),
        Decimal("0.01"),
        1,
    )
    assert sum(row["paid_cny"] for row in rows) == Decimal("0.12")


def test_a_product_asked_for_alone_says_the_same_as_in_the_list(answer, keyed, sample):
    alone = {"product_list": [sample("channels.compass.shop.product.data.get")["product_info"]]}
    listed = sample("channels.compass.shop.product.list.get")
    [one] = read(answer, keyed, "shop_products", alone, "land_shop_compass_product_day")
    assert one == read(answer, keyed, "shop_products", listed, "land_shop_compass_product_day")[4]


def test_the_official_finder_list_is_read(answer, keyed, sample):
    body = sample("channels.compass.shop.finder.list.get")
    rows = read(answer, keyed, "finders", body, "land_shop_compass_finder_day")
    assert [row["finder_id"] for row in rows] == ["sphIEqMmbCyGrjd", "sphAZh85q8DcOEx", "spho6H66NXuU3wT"]
    assert rows[0] == {
        "account_id": "acct",
        "business_date": DAY,
        "finder_id": "sphIEqMmbCyGrjd",
        "nickname": "momqw123456",
        "paid_cny": Decimal("0.01"),
        "products": 1,
        "buyers": 1,
        "refund_cny": Decimal("0.00"),
        "refunded_cny": Decimal("0.00"),
    }


def test_a_seller_of_the_new_kind_is_named_by_its_own_id(answer, keyed):
    entry = {"finder_id": "", "talent_id": "t9", "talent_nickname": "小林", "data": {"pay_gmv": 1250}}
    [row] = read(answer, keyed, "finders", {"finder_list": [entry]}, "land_shop_compass_finder_day")
    assert (row["finder_id"], row["nickname"], row["paid_cny"]) == ("t9", "小林", Decimal("12.50"))
    with pytest.raises(UnexpectedShape, match="the id of a seller"):
        read(answer, keyed, "finders", {"finder_list": [{"data": {"pay_gmv": 1}}]}, "")


def test_the_official_finder_overall_sample_is_read(answer, keyed, sample):
    body = sample("channels.compass.shop.finder.overall.get")
    assert read(answer, keyed, "finder_total", body, "land_shop_compass_finder_total") == [
        {
            "account_id": "acct",
            "business_date": DAY,
            "paid_cny": Decimal("0.00"),
            "selling_finders": 0,
            "products": 0,
            "paid_per_clicker": 0.0,
        }
    ]


def test_the_official_list_of_authorised_accounts_carries_no_facts(answer, keyed, sample):
    raw = answer(
        "shop.compass_lives", sample("channels.compass.shop.finder.authorization.list.get"), path=AUTHORISED
    )
    assert parse.lives(raw, keyed).rows == {}


def test_the_official_list_of_lives_is_read(answer, keyed, sample):
    body = sample("channels.compass.shop.live.list.get")
    asked = sample("channels.compass.shop.live.list.get.request")
    rows = read(answer, keyed, "lives", body, "land_shop_compass_live", asked=asked)
    assert [row["duration_seconds"] for row in rows] == [665, 1625, 434, 998]
    assert {row["finder_id"] for row in rows} == {"sphCYiuJfqc5xm6"}
    assert rows[0] | {"live_id": ""} == {
        "account_id": "acct",
        "business_date": DAY,
        "live_id": "",
        "finder_id": "sphCYiuJfqc5xm6",
        "title": None,
        "started_at": dt.datetime(2024, 5, 11, 7, 13, 11, tzinfo=dt.UTC),
        "duration_seconds": 665,
    }
    assert all(row["live_id"].startswith("export/UzFfAgtgekIEAQAAAAAA") for row in rows)


def test_the_official_sample_of_a_channels_account_is_read(answer, keyed, sample):
    body = sample("channels.compass.finder.overall.get")
    assert read(answer, keyed, "channels_day", body, "land_channels_compass_day") == [
        {
            "account_id": "acct",
            "business_date": DAY,
            "gmv_cny": Decimal("0.00"),
            "live_gmv_cny": Decimal("0.00"),
            "feed_gmv_cny": Decimal("0.00"),
            "window_gmv_cny": Decimal("0.00"),
            "product_gmv_cny": Decimal("0.00"),
            "other_gmv_cny": Decimal("0.00"),
        }
    ]


def test_numbers_are_read_like_text_and_nothing_told_is_not_zero(answer, keyed):
    told = {"data": {"pay_gmv": 1050, "live_pay_gmv": "", "feed_pay_gmv": "50"}}
    [row] = read(answer, keyed, "channels_day", told, "land_channels_compass_day")
    assert (row["gmv_cny"], row["live_gmv_cny"], row["feed_gmv_cny"], row["window_gmv_cny"]) == (
        Decimal("10.50"),
        None,
        Decimal("0.50"),
        None,
    )


@pytest.mark.parametrize("data", [{"pay_gmv": "", "pay_uv": ""}, {}, None])
def test_a_day_of_which_nothing_is_told_is_no_row(answer, keyed, data):
    body = {"errcode": 0, "data": data}
    assert read(answer, keyed, "shop_day", body, "land_shop_compass_day") == []


def test_an_amount_with_a_fraction_of_a_fen_is_refused_rather_than_guessed_at(answer, keyed):
    with pytest.raises(UnexpectedShape, match=r"body\.data\.pay_gmv is 10\.5"):
        read(answer, keyed, "shop_day", {"data": {"pay_gmv": 10.5}}, "")
