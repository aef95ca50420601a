"""Lines of goods on their way: an order's newest state decides which of them still belong to it."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.pull import Pull
from tasks.records import Fetch, RawResponse, Verdict

DAY = dt.date(2026, 7, 20)
ONE = Window.of_day(DAY)
CREATED = int(dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC).timestamp())


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


def land(c: Connections, updated: int, *goods: tuple[str, int]) -> None:
    """Land one reading of the same order with these (SKU, pieces) in it."""
    order = {
        "order_id": "3700000000000000001",
        "status": 20,
        "create_time": CREATED,
        "update_time": CREATED + updated,
        "openid": "o",
        "order_detail": {
            "product_infos": [{"sku_id": sku, "sku_cnt": pieces, "sale_price": 100} for sku, pieces in goods],
            "pay_info": {"pay_time": CREATED + 60},
            "price_info": {"order_price": 1000},
        },
    }
    answer = RawResponse(
        source="shop",
        account_id="shop_main",
        endpoint="shop.orders",
        business_date=DAY,
        last_date=DAY,
        request=json.dumps({"path": "/channels/ec/order/get"}),
        body=json.dumps({"errcode": 0, "order": order}),
        status=200,
        errcode="0",
        fetched_at=dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC),
        personal=True,
    )
    (account,) = c.settings.accounts(["shop_main"])
    fetch = Fetch([answer])
    judged = Pull(c, account, ONE).land(c.settings.endpoints()["shop.orders"], ONE, fetch, fetch.answers)
    assert {outcome.verdict for outcome in judged} == {Verdict.ok}


def lines(c: Connections) -> list[tuple[int, str, int]]:
    c.engine.build("staging/fct_order_item", ONE)
    return [(row["line"], row["sku_id"], row["pieces"]) for row in c.lake.rows("fct_order_item")]


def test_a_line_that_left_its_order_does_not_stay(c: Connections) -> None:
    land(c, 60, ("a", 2), ("b", 1), ("c", 1))
    assert lines(c) == [(1, "a", 2), (2, "b", 1), (3, "c", 1)]
    land(c, 90, ("a", 2), ("c", 1))
    assert lines(c) == [(1, "a", 2), (2, "c", 1)]
    land(c, 90, ("c", 1))
    assert lines(c) == [(1, "c", 1)], "even when the platform forgot to move update_time on"


def test_an_older_reading_that_comes_late_brings_no_line_back(c: Connections) -> None:
    land(c, 90, ("a", 1))
    land(c, 60, ("a", 2), ("b", 1))
    assert lines(c) == [(1, "a", 1)]


def test_reading_an_order_twice_changes_nothing(c: Connections) -> None:
    for _ in range(2):
        land(c, 60, ("a", 2), ("a", 1))
    assert lines(c) == [(1, "a", 2), (2, "a", 1)], "the same SKU twice, one of them a gift, is two lines"


def test_an_order_that_lost_every_line_has_none(c: Connections) -> None:
    land(c, 60, ("a", 2))
    land(c, 90)
    assert lines(c) == []
