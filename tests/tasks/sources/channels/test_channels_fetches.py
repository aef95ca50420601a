"""Pages, days and half-failures of what is asked about Channels and the shop's compass."""

import datetime as dt
import json

import pytest

from tasks.calendars import Window, business_date, now, start_of
from tasks.errors import BadRequest, NotAuthorised, NotReady
from tasks.metrics import remedies
from tasks.records import Cell, Fetch, Outcome, SourceKind, Verdict
from tasks.sources.jobs import JOBS
from tasks.sources.verdicts import outcomes

LAST = dt.date(2026, 7, 20)  # a Monday: the live of Sunday evening ends on it
ONE, WEEK = Window.of_day(LAST), Window.ending(LAST, 7)
CHANNELS, SHOP = SourceKind.channels, SourceKind.shop
LISTING, DATA = "/channels/livedashboard/getlivelist", "/channels/livedashboard/getlivedata"


def ask(platform, name, window):
    kind = platform.registry[name].kind
    return platform.ask(kind, lambda client: JOBS[name].fetch(client, window, frozenset()))


def bodies(platform, path):
    asked = [json.loads(raw.request) for raw in platform.kept]
    return [request["body"] for request in asked if request["path"] == path]


def rows(fetch, name, dataset, keyed):
    return [row for raw in fetch.answers for row in JOBS[name].parse(raw, keyed).rows.get(dataset, [])]


def item(number, began=1784505600):
    return {"export_id": str(number), "live_start_time": began, "live_duration_in_seconds": 60}


def test_lives_are_read_by_the_seconds_of_each_day_and_to_the_last_page(acting, keyed):
    def behave(request, body):
        page = int(body.get("last_buffer", "b0")[1:])
        items = [item(n) for n in range(3 * page, 3 * page + 3)]
        return {"errcode": 0, "item": items, "last_buffer": f"b{page + 1}", "continue_flag": page < 2}

    platform = acting(behave)
    fetch = ask(platform, "channels.lives", ONE)
    assert fetch.troubles == {}
    first, last = int(start_of(LAST).timestamp()), int(start_of(ONE.end).timestamp()) - 1
    asked = bodies(platform, "/channels/finderlive/get_finder_live_data_list")
    assert asked == [
        {"start_time": first, "end_time": last},
        {"start_time": first, "end_time": last, "last_buffer": "b1"},
        {"start_time": first, "end_time": last, "last_buffer": "b2"},
    ]
    found = rows(fetch, "channels.lives", "land_channels_live", keyed)
    assert sorted(row["export_id"] for row in found) == [str(n) for n in range(9)]


def test_a_live_over_midnight_is_found_once_under_the_day_it_ended(platform, keyed):
    fetch = ask(platform, "channels.lives", WEEK)
    found = rows(fetch, "channels.lives", "land_channels_live", keyed)
    ids = [row["export_id"] for row in found]
    assert len(ids) == len(set(ids)) > 5
    over = [row for row in found if row["started_at"] < start_of(row["business_date"])]
    assert [row["business_date"] for row in over] == [LAST]
    several = {row["business_date"] for row in found if ids.count(row["export_id"]) == 1}
    assert len(several) < len(ids), "a day has several lives"


def test_selling_lives_are_listed_by_a_number_and_each_is_asked_for_once(acting, keyed):
    def behave(request, body):
        if request.url.path == LISTING:
            assert type(body["ds"]) is int
            twice = {20260719: ["export/a", "export/b"], 20260720: ["export/b", "export/c"]}
            items = [{"export_id": name, "create_time": 1} for name in twice[body["ds"]]]
            return {"errcode": 0, "live_items": items, "has_more": False}
        return {"errcode": 0, "live_ec_data_summary": json.dumps({"total_gmv": 100})}

    platform = acting(behave)
    fetch = ask(platform, "channels.ec_lives", Window.ending(LAST, 2))
    assert fetch.troubles == {}
    assert fetch.notes == []
    assert sorted(body["export_id"] for body in bodies(platform, DATA)) == [
        "export/a",
        "export/b",
        "export/c",
    ]
    found = rows(fetch, "channels.ec_lives", "land_channels_ec_live", keyed)
    assert {row["export_id"]: row["business_date"] for row in found} == {
        "export/a": dt.date(2026, 7, 19),
        "export/b": dt.date(2026, 7, 19),
        "export/c": LAST,
    }


def test_lives_that_the_platform_keeps_to_itself_are_told(acting):
    def behave(request, body):
        if request.url.path == LISTING:
            items = [{"export_id": "export/a"}, {"export_id": ""}]
            return {"errcode": 0, "live_items": items, "has_more": True}
        return {"errcode": 0, "live_ec_data_summary": "{}", "live_dashboard_data": "{}"}

    fetch = ask(acting(behave), "channels.ec_lives", ONE)
    assert fetch.troubles == {}
    cut, silent = fetch.notes
    assert cut.startswith("1 days with more lives than the platform lists (2026-07-20). ")
    assert silent.startswith("2 selling lives without figures (2026-07-20). ")
    told = remedies.note(" ".join(fetch.notes), CHANNELS)
    assert "1 天的直播多于平台列出的场次（2026-07-20）" in told
    assert "2 场带货直播没有数据（2026-07-20）" in told


def test_a_fresh_live_without_figures_is_not_ready_and_wipes_out_no_earlier_reading(acting, keyed):
    yesterday = business_date(now()) - dt.timedelta(days=1)

    def behave(request, body):
        if request.url.path == LISTING:
            return {"errcode": 0, "live_items": [{"export_id": "export/a"}, {"export_id": "export/b"}]}
        return {
            "errcode": 0,
            "live_ec_data_summary": '{"total_gmv": 1}' if body["export_id"][-1] == "a" else "{}",
        }

    fetch = ask(acting(behave), "channels.ec_lives", Window.of_day(yesterday))
    assert isinstance(fetch.troubles[yesterday], NotReady)
    assert fetch.notes == []
    assert [r["export_id"] for r in rows(fetch, "channels.ec_lives", "land_channels_ec_live", keyed)] == [
        "export/a"
    ]


def test_a_live_that_fails_marks_its_day_and_the_others_land(acting, keyed):
    def behave(request, body):
        if request.url.path == LISTING:
            return {"errcode": 0, "live_items": [{"export_id": f"export/{body['ds']}"}]}
        if body["export_id"].endswith("0719"):
            return {"errcode": 61451, "errmsg": "invalid parameter"}
        return {"errcode": 0, "live_ec_data_summary": {"total_gmv": 100}}

    fetch = ask(acting(behave), "channels.ec_lives", Window.ending(LAST, 3))
    assert {day: type(error) for day, error in fetch.troubles.items()} == {dt.date(2026, 7, 19): BadRequest}
    found = rows(fetch, "channels.ec_lives", "land_channels_ec_live", keyed)
    assert {row["business_date"] for row in found} == {dt.date(2026, 7, 18), LAST}


def test_a_capability_that_is_switched_off_is_told_with_its_switch(platform):
    platform.sandbox.faults.add("unauthorised:/channels/livedashboard/")
    fetch = ask(platform, "channels.ec_lives", WEEK)
    assert {type(error) for error in fetch.troubles.values()} == {NotAuthorised}
    assert set(fetch.troubles) == set(WEEK.days())
    assert platform.count(LISTING) < 7, "the answer holds for every day"
    error = fetch.troubles[LAST]
    assert "开放能力" in str(error)
    cell = Cell("channels_main", "channels.ec_lives", LAST)
    outcome = Outcome(cell, Verdict.error, 0, LAST, platform.now(), error.code, str(error))
    assert remedies.reason(outcome, CHANNELS).startswith("失败（48001）：在视频号助手")
    assert "视频号助手" not in remedies.reason(outcome, SHOP)


def test_a_compass_day_that_is_not_computed_yet_is_empty_and_not_zero(platform, keyed, registry):
    path = registry["shop.compass"].path
    platform.sandbox.faults.add(f"late:{path}:{LAST}")
    fetch = ask(platform, "shop.compass", WEEK)
    parsed = [JOBS["shop.compass"].parse(raw, keyed) for raw in fetch.answers]
    found = outcomes(registry["shop.compass"], "a", WEEK.days(), fetch, parsed, None, LAST, platform.now())
    assert [o.verdict for o in found] == [Verdict.ok] * 6 + [Verdict.empty]


@pytest.mark.parametrize(
    ("orders", "visitors", "verdict"), [(0, 0, Verdict.suspect_zero), (0, 3, Verdict.ok), (1, 0, Verdict.ok)]
)
def test_a_day_without_sales_is_believed_when_there_were_visitors(
    answer, keyed, registry, orders, visitors, verdict
):
    data = {"pay_gmv": "0", "pay_order_cnt": str(orders), "product_click_uv": str(visitors)}
    parsed = [JOBS["shop.compass"].parse(answer("shop.compass", {"data": data}, day=LAST), keyed)]
    endpoint = registry["shop.compass"]
    [found] = outcomes(endpoint, "a", [LAST], Fetch(), parsed, 90.0, LAST, dt.datetime.now(dt.UTC))
    assert found.verdict is verdict


def compass_lives(request, body):
    if request.url.path.endswith("authorization/list/get"):
        return {
            "errcode": 0,
            "main_finder_id": "sphA",
            "authorized_finder_id_list": ["sphB", "sphA", "sphGone"],
        }
    if body["finder_id"] == "sphGone":
        return {"errcode": 10023001, "errmsg": "invalid finder_id"}
    live = {
        "live_id": f"export/{body['finder_id']}{body['ds']}",
        "live_time": "1784505600",
        "live_duration": "60",
    }
    return {"errcode": 0, "live_list": [live]}


def test_the_lives_of_every_authorised_account_are_asked_for_and_one_that_is_gone_costs_no_other(
    acting, keyed
):
    platform = acting(compass_lives)
    fetch = ask(platform, "shop.compass_lives", Window.ending(LAST, 2))
    assert fetch.troubles == {}
    found = rows(fetch, "shop.compass_lives", "land_shop_compass_live", keyed)
    assert sorted((row["finder_id"], row["business_date"].day) for row in found) == [
        ("sphA", 19),
        ("sphA", 20),
        ("sphB", 19),
        ("sphB", 20),
    ]
    [note] = fetch.notes
    assert note.startswith("1 Channels accounts left out (10023001: sphGone). ")
    assert remedies.note(note, SHOP).startswith("1 个视频号未计入（10023001: sphGone）：")


def test_the_official_list_of_authorised_accounts_leads_to_each_of_them(acting, sample):
    told = sample("channels.compass.shop.finder.authorization.list.get")

    def behave(request, body):
        return (
            told if request.url.path.endswith("authorization/list/get") else {"errcode": 0, "live_list": []}
        )

    platform = acting(behave)
    fetch = ask(platform, "shop.compass_lives", ONE)
    asked = bodies(platform, "/channels/ec/compass/shop/live/list/get")
    assert len(fetch.answers) == 1 + 33
    assert {body["ds"] for body in asked} == {"20260720"}
    assert {body["finder_id"] for body in asked} == {
        told["main_finder_id"],
        *told["authorized_finder_id_list"],
    }


def test_repeated_and_shuffled_lists_of_the_platform_change_nothing(platform, keyed, registry):
    def seen():
        found = {}
        for name in ("channels.lives", "channels.ec_lives", "shop.compass_lives"):
            fetch = ask(platform, name, WEEK)
            dataset = registry[name].datasets[0]
            found[name] = {
                (row.get("export_id") or row["live_id"], row["business_date"])
                for row in rows(fetch, name, dataset, keyed)
            }
        return found

    before = seen()
    platform.sandbox.faults.add("shuffled:/channels/")
    platform.sandbox.faults.add("duplicated:/channels/")
    assert seen() == before


def test_the_lines_of_every_order_add_up_to_the_order(platform, keyed):
    fetch = ask(platform, "shop.orders", WEEK)
    orders = {row["order_id"]: row for row in rows(fetch, "shop.orders", "land_shop_order", keyed)}
    lines = rows(fetch, "shop.orders", "land_shop_order_item", keyed)
    assert len(lines) > len(orders) > 5, "some order has two lines"
    for order_id, order in orders.items():
        own = [line for line in lines if line["order_id"] == order_id]
        assert [line["line"] for line in own] == list(range(1, order["lines"] + 1))
        assert sum(line["pieces"] for line in own) == order["items"]
        assert sum(line["real_cny"] for line in own) == order["product_cny"]
        assert sum(line["commission_cny"] or 0 for line in own) == (order["commission_cny"] or 0)
