"""The compass tells the same sales as the orders themselves; the orders are read over HTTP like a caller does."""

import datetime as dt

import pytest

from tasks.records import SourceKind
from tasks.sandbox.world.channels import OURS, PARTNER, QUIET

SHOP, CHANNELS = SourceKind.shop, SourceKind.channels
COMPASS = "/channels/ec/compass/shop"
TODAY, LAST = dt.date(2026, 7, 21), dt.date(2026, 7, 20)
DAY = 86_400


@pytest.fixture
def orders(caller):
    """Every order paid in the last five finished days, as order/get tells it."""
    now = caller.sandbox.clock.epoch()
    ids, body = [], {"update_time_range": {"start_time": now - 7 * DAY, "end_time": now}, "page_size": 100}
    while True:
        page = caller.ask(SHOP, "/channels/ec/order/list/get", body)
        ids += page["order_id_list"]
        if not page["has_more"]:
            break
        body = {**body, "next_key": page["next_key"]}
    return [caller.ask(SHOP, "/channels/ec/order/get", {"order_id": number})["order"] for number in ids]


def paid_on(orders, day, at):
    first = at(day)
    found = []
    for order in orders:
        moment = order["order_detail"]["pay_info"].get("pay_time", 0)
        if first <= moment < first + DAY:
            found.append(order)
    return found


def gmv(orders):
    return sum(order["order_detail"]["price_info"]["order_price"] for order in orders)


def ext(order):
    return order["order_detail"]["ext_info"]


def compass(caller, path, day, **more):
    said = caller.ask(SHOP, f"{COMPASS}/{path}", {"ds": f"{day:%Y%m%d}", **more})
    assert said["errcode"] == 0
    return said


def test_a_days_compass_is_the_sum_of_the_orders_paid_that_day(caller, orders, at):
    seen = 0
    for ago in range(1, 6):
        day = TODAY - dt.timedelta(days=ago)
        paid, data = paid_on(orders, day, at), compass(caller, "overall/get", day)["data"]
        assert data["pay_gmv"] == str(gmv(paid))
        assert data["pay_order_cnt"] == str(len(paid))
        assert data["pay_uv"] == str(len({order["openid"] for order in paid}))
        assert data["live_pay_gmv"] == str(gmv([o for o in paid if ext(o)["order_scene"] == 2]))
        assert data["feed_pay_gmv"] == str(gmv([o for o in paid if ext(o)["order_scene"] == 3]))
        assert int(data["product_click_uv"]) >= int(data["pay_uv"])
        seen += len(paid)
    assert seen >= 5


def test_the_products_of_a_day_add_up_to_the_shop(caller, orders, at):
    paid = paid_on(orders, LAST, at)
    entries = compass(caller, "product/list/get", LAST)["product_list"]
    assert len(entries) > 20, "those that nobody wanted are listed too"
    assert sum(int(entry["data"]["pay_gmv"]) for entry in entries) == gmv(paid) > 0
    pieces = {entry["product_id"]: int(entry["data"]["pay_product_cnt"]) for entry in entries}
    assert {number: count for number, count in pieces.items() if count} == {
        number: sum(
            line["sku_cnt"]
            for order in paid
            for line in order["order_detail"]["product_infos"]
            if line["product_id"] == number
        )
        for number in {order["order_detail"]["product_infos"][0]["product_id"] for order in paid}
    }


def test_sellers_are_told_only_when_they_sold_and_as_their_orders_say(caller, orders, at, world):
    day = world.rows(
        "select strftime(make_timestamp((paid_at + 28800) * 1000000), '%Y-%m-%d') as day, count(distinct finder_id) "
        "as n from shop_order join shop_order_origin using (order_id) where paid_at < $1 group by day "
        "order by n desc, day desc limit 1",
        at(TODAY),
    )[0]["day"]
    caller.sandbox.clock.set(dt.datetime.fromisoformat(f"{day}T13:00:00+08:00") + dt.timedelta(days=1))
    day = dt.date.fromisoformat(day)
    told = {e["finder_id"]: e for e in compass(caller, "finder/list/get", day)["finder_list"]}
    assert set(told) == {OURS, PARTNER}, "the quiet one sold nothing"
    for finder_id, entry in told.items():
        expected = world.rows(
            "select sum(order_price) as fen, count(distinct person_id) as n from shop_order "
            "join shop_order_origin using (order_id) where finder_id = $1 and paid_at between $2 and $3",
            finder_id,
            at(day),
            at(day) + DAY - 1,
        )[0]
        assert (entry["data"]["pay_gmv"], entry["data"]["pay_uv"]) == (
            str(expected["fen"]),
            str(expected["n"]),
        )
    together = compass(caller, "finder/overall/get", day)["data"]
    assert together["pay_gmv"] == str(sum(int(entry["data"]["pay_gmv"]) for entry in told.values()))
    assert together["pay_sales_finder_cnt"] == "2"
    assert 0 < together["click_to_pay_uv_ratio"] < 1


def test_refunds_are_told_with_the_day_of_payment_and_with_the_day_they_went_back(caller, world, at):
    row = world.rows(
        "select a.*, o.paid_at from shop_aftersale a join shop_order o using (order_id) "
        "where a.updated_at between $1 and $2 and a.updated_at - o.paid_at > 100000 order by a.updated_at limit 1",
        at(TODAY) - 20 * DAY,
        at(TODAY) - 2 * DAY,
    )[0]
    paid = dt.datetime.fromtimestamp(row["paid_at"] + 8 * 3600, dt.UTC).date()
    back = dt.datetime.fromtimestamp(row["updated_at"] + 8 * 3600, dt.UTC).date()
    before = dt.datetime.fromtimestamp(row["updated_at"] - 60, dt.UTC)
    now = caller.sandbox.clock.now()

    def cohort():
        caller._tokens.clear()
        return int(compass(caller, "overall/get", paid)["data"]["pay_refund_gmv"])

    after = cohort()
    caller.sandbox.clock.set(before)
    assert after - cohort() >= row["amount"], "it is restated when money goes back"
    caller.sandbox.clock.set(now)
    caller._tokens.clear()
    entries = compass(caller, "product/list/get", back)["product_list"]
    assert sum(int(entry["data"]["refund_gmv"]) for entry in entries) >= row["amount"]


@pytest.mark.parametrize("ds", ["20260721", "20991231", "2026-07-20", "20260732", 20260720, None, ""])
def test_a_day_that_is_not_over_or_not_written_as_text_is_refused(caller, ds):
    for path in ("overall/get", "product/list/get", "finder/list/get", "finder/overall/get"):
        assert caller.ask(SHOP, f"{COMPASS}/{path}", {"ds": ds})["errcode"] == 10021069


def test_lives_are_listed_for_authorised_accounts_only(caller):
    said = caller.ask(SHOP, f"{COMPASS}/finder/authorization/list/get", {})
    assert (said["main_finder_id"], said["authorized_finder_id_list"]) == (OURS, [PARTNER, QUIET])
    saturday = dt.date(2026, 7, 18)
    lives = compass(caller, "live/list/get", saturday, finder_id=OURS)["live_list"]
    assert len(lives) == 2
    assert all(isinstance(live["live_time"], str) and live["live_id"].startswith("export/") for live in lives)
    assert compass(caller, "live/list/get", saturday, finder_id=QUIET)["live_list"] == []
    for stranger in ({"finder_id": "sphNobody"}, {}):
        body = {"ds": "20260718", **stranger}
        assert caller.ask(SHOP, f"{COMPASS}/live/list/get", body)["errcode"] == 10023001


def test_before_the_morning_nothing_is_told_and_zeros_are_a_fault(caller):
    caller.sandbox.clock.set(dt.datetime.fromisoformat("2026-07-21T07:00:00+08:00"))
    assert set(compass(caller, "overall/get", LAST)["data"].values()) == {""}
    assert compass(caller, "product/list/get", LAST)["product_list"] == []
    assert compass(caller, "overall/get", LAST - dt.timedelta(days=1))["data"]["pay_gmv"] != ""
    caller.sandbox.clock.set(dt.datetime.fromisoformat("2026-07-21T13:00:00+08:00"))
    caller._tokens.clear()
    caller.sandbox.faults.add(f"zeros:{COMPASS}/overall/get")
    assert set(compass(caller, "overall/get", LAST)["data"].values()) == {"0"}


def test_another_platforms_token_does_not_open_the_compass(caller):
    for path in (f"{COMPASS}/overall/get", "/channels/ec/order/list/get"):
        assert caller.ask(CHANNELS, path, {"ds": "20260720"})["errcode"] == 48001
    assert caller.ask(SHOP, "/channels/ec/compass/finder/overall/get", {"ds": "20260720"})["errcode"] == 48001


def test_an_order_names_the_account_it_came_through(caller, orders):
    through = [order for order in orders if "finder_id" in ext(order)]
    assert len(through) >= 5
    for order in orders:
        detail, origin = order["order_detail"], ext(order)
        sources = {(s["account_type"], s["account_id"], s["sale_channel"]) for s in detail["source_infos"]}
        if "finder_id" in origin:
            own = origin["finder_id"] == OURS
            assert sources == {(1, origin["finder_id"], 0 if own else 100)}
            assert origin["order_scene"] in {2, 3, 4, 5}
            assert ("live_id" in origin) == (origin["order_scene"] == 2)
        elif origin["order_scene"] == 6:
            assert {kind for kind, _, _ in sources} == {2}
        else:
            assert sources == set()
        owed = sum(share["amount"] for share in detail["commission_infos"])
        partners = origin.get("finder_id") == PARTNER and "pay_time" in detail["pay_info"]
        assert owed == (detail["price_info"]["product_price"] // 10 if partners else 0)
