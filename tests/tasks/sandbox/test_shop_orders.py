import datetime as dt

import pytest

from tasks.records import SourceKind
from tasks.sandbox.shop_orders import as_of

SHOP = SourceKind.shop
LIST, GET, SEARCH = (f"/channels/ec/order/{name}" for name in ("list/get", "get", "search"))
AFTERSALES, AFTERSALE = "/channels/ec/aftersale/getaftersalelist", "/channels/ec/aftersale/getaftersaleorder"
TODAY = dt.date(2026, 7, 21)
DAY = 86_400


def week(end: int, name: str = "update_time_range", **more):
    return {name: {"start_time": end - 7 * DAY, "end_time": end}, "page_size": 100, **more}


def ids(caller, body):
    found = []
    while True:
        page = caller.ask(SHOP, LIST, body)
        assert page["errcode"] == 0
        found += page["order_id_list"]
        if not page["has_more"]:
            return found
        body = {**body, "next_key": page["next_key"]}


def test_small_pages_tell_the_same_as_large_ones(caller):
    now = caller.sandbox.clock.epoch()
    whole = ids(caller, week(now))
    assert len(whole) > 20
    assert ids(caller, {**week(now), "page_size": 7}) == whole
    assert len(set(whole)) == len(whole)


def test_an_order_has_the_documented_types(caller):
    now = caller.sandbox.clock.epoch()
    order_id = ids(caller, week(now))[0]
    order = caller.ask(SHOP, GET, {"order_id": order_id})["order"]
    assert order["order_id"] == order_id
    assert int(order_id) > 2**53
    price = order["order_detail"]["price_info"]
    for name in ("product_price", "order_price", "freight"):
        assert isinstance(price[name], int)
    assert price["order_price"] >= 1000, "fen, not yuan"
    assert order["create_time"] <= order["update_time"] <= now
    assert isinstance(order["order_detail"]["product_infos"][0]["product_id"], str)


def test_orders_follow_the_clock(caller):
    now = caller.sandbox.clock.epoch()
    new = ids(caller, week(now, "create_time_range"))
    for order_id in new:
        assert caller.ask(SHOP, GET, {"order_id": order_id})["order"]["update_time"] <= now
    caller.sandbox.clock.set(dt.datetime.fromisoformat("2026-07-21T14:00:00+08:00") - dt.timedelta(days=3))
    earlier = caller.sandbox.clock.epoch()
    known = set(ids(caller, week(earlier, "create_time_range")))
    future = [order_id for order_id in new if order_id not in known]
    assert future
    assert caller.ask(SHOP, GET, {"order_id": future[-1]})["errcode"] != 0


def test_an_order_comes_again_when_it_has_moved(caller, world):
    row = world.rows(
        "select order_id, paid_at, shipped_at from shop_order where shipped_at is not null "
        "and paid_at between $1 and $2 order by paid_at limit 1",
        caller.sandbox.clock.epoch() - 3 * DAY,
        caller.sandbox.clock.epoch(),
    )[0]
    caller.sandbox.clock.set(dt.datetime.fromtimestamp(row["paid_at"], dt.UTC))
    paid = caller.ask(SHOP, GET, {"order_id": row["order_id"]})["order"]
    assert (paid["status"], paid["update_time"]) == (20, row["paid_at"])
    caller.sandbox.clock.set(dt.datetime.fromtimestamp(row["shipped_at"] + 60, dt.UTC))
    caller._tokens.clear()
    moved = {"update_time_range": {"start_time": row["shipped_at"], "end_time": row["shipped_at"] + 60}}
    assert row["order_id"] in ids(caller, {**moved, "page_size": 100})
    shipped = caller.ask(SHOP, GET, {"order_id": row["order_id"]})["order"]
    assert (shipped["status"], shipped["update_time"]) == (30, row["shipped_at"])


def test_details_and_lists_agree_about_every_order(world):
    now = 1_784_610_000
    listed = {row["order_id"]: row for row in world.rows("select * from shop_order_at($1)", now)}
    stories = world.rows("select * from shop_order where created_at <= $1", now)
    assert len(listed) == len(stories) > 100
    for story in stories:
        assert as_of(story, now) == listed[story["order_id"]]


def test_an_unpaid_order_has_no_pay_time(caller, world):
    row = world.rows(
        "select order_id, created_at from shop_order where paid_at is null and created_at < $1 limit 1",
        caller.sandbox.clock.epoch() - DAY,
    )[0]
    order = caller.ask(SHOP, GET, {"order_id": row["order_id"]})["order"]
    assert order["status"] == 250
    assert "pay_time" not in order["order_detail"]["pay_info"]
    caller.sandbox.clock.set(dt.datetime.fromtimestamp(row["created_at"] + 1, dt.UTC))
    caller._tokens.clear()
    assert caller.ask(SHOP, GET, {"order_id": row["order_id"]})["order"]["status"] == 10


def test_only_bound_buyers_have_a_unionid(caller):
    orders = [
        caller.ask(SHOP, GET, {"order_id": i})["order"]
        for i in ids(caller, week(caller.sandbox.clock.epoch()))
    ]
    bound = sum("unionid" in order for order in orders)
    assert 0 < bound < len(orders)


@pytest.mark.parametrize(
    "body",
    [
        {"page_size": 10},
        {"create_time_range": {"start_time": 0, "end_time": 7 * DAY + 1}, "page_size": 10},
        {"create_time_range": {"start_time": 10, "end_time": 0}, "page_size": 10},
        {"create_time_range": {"start_time": 0, "end_time": DAY}, "page_size": 101},
        {"create_time_range": {"start_time": 0, "end_time": DAY}},
        {"create_time_range": {"start_time": 0, "end_time": DAY}, "page_size": 10, "next_key": "made up"},
    ],
)
def test_an_impossible_list_is_refused(caller, body):
    assert caller.ask(SHOP, LIST, body)["errcode"] == 40097


def test_a_search_finds_one_order(caller):
    order_id = ids(caller, week(caller.sandbox.clock.epoch()))[3]
    said = caller.ask(SHOP, SEARCH, {"search_condition": {"order_id": order_id}, "page_size": 10})
    assert said["orders"] == [order_id]
    said = caller.ask(SHOP, SEARCH, {"search_condition": {"order_id": "1"}, "page_size": 10})
    assert said["orders"] == []


def aftersales(caller, days: int):
    now = caller.sandbox.clock.epoch()
    found = []
    for back in range(days):
        body = {"begin_create_time": now - (back + 1) * DAY, "end_create_time": now - back * DAY}
        found += caller.ask(SHOP, AFTERSALES, body)["after_sale_order_id_list"]
    return found


def test_an_aftersale_has_an_errcode_and_no_errmsg(caller):
    (first, *_) = aftersales(caller, 30)
    said = caller.ask(SHOP, AFTERSALE, {"after_sale_order_id": first})
    assert said.keys() == {"errcode", "after_sale_order"}
    shown = said["after_sale_order"]
    assert isinstance(shown["refund_info"]["amount"], int)
    assert shown["type"] in {"REFUND", "RETURN"}
    order = caller.ask(SHOP, GET, {"order_id": shown["order_id"]})["order"]
    inside = [a["aftersale_order_id"] for a in order["aftersale_detail"]["aftersale_order_list"]]
    assert first in inside


def test_aftersales_are_asked_for_day_by_day(caller):
    now = caller.sandbox.clock.epoch()
    long = {"begin_update_time": now - DAY - 1, "end_update_time": now}
    assert caller.ask(SHOP, AFTERSALES, long)["errcode"] == 40097
    assert caller.ask(SHOP, AFTERSALES, {})["errcode"] == 40097
    assert caller.ask(SHOP, AFTERSALE, {"after_sale_order_id": "1"})["errcode"] != 0


def test_a_short_page_loses_orders_in_silence(caller):
    now = caller.sandbox.clock.epoch()
    whole = caller.ask(SHOP, LIST, week(now))
    caller.sandbox.faults.add(f"short_page:{LIST}")
    short = caller.ask(SHOP, LIST, week(now))
    assert len(short["order_id_list"]) == len(whole["order_id_list"]) // 2
    assert short["errcode"] == 0

    caller.sandbox.faults.add(f"short_page=empty:{LIST}")
    empty = caller.ask(SHOP, LIST, week(now))
    assert (empty["errcode"], empty["order_id_list"]) == (0, [])
