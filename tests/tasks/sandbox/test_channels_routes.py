import datetime as dt
import json

import pytest

from tasks.records import SourceKind
from tasks.sandbox.world.channels import OURS, PARTNER

CHANNELS, SHOP, OA = SourceKind.channels, SourceKind.shop, SourceKind.official_account
ACCOUNT = "/channels/finderlive/get_finder_attr_by_appid"
LIVES = "/channels/finderlive/get_finder_live_data_list"
LISTING, DATA = "/channels/livedashboard/getlivelist", "/channels/livedashboard/getlivedata"
TODAY = dt.date(2026, 7, 21)
SATURDAY = dt.date(2026, 7, 18)
DAY = 86_400


def lives(caller, first, last):
    found, buffer = [], {}
    while True:
        page = caller.ask(CHANNELS, LIVES, {"start_time": first, "end_time": last, **buffer})
        assert page["errcode"] == 0
        found += page["item"]
        if not page["continue_flag"]:
            return found
        buffer = {"last_buffer": page["last_buffer"]}


def moment(text):
    return dt.datetime.fromisoformat(f"{text}+08:00")


def test_pages_lead_to_every_live_once(caller, world, at):
    first, last = at(TODAY) - 60 * DAY, at(TODAY) - 1
    found = lives(caller, first, last)
    expected = world.rows(
        "select export_id from channels_live where finder_id = $1 and ended_at between $2 and $3 order by ended_at",
        OURS,
        first,
        last,
    )
    assert [live["export_id"] for live in found] == [row["export_id"] for row in expected]
    assert len(found) > 50


def test_lives_are_found_by_the_moment_they_ended(caller, at):
    monday = dt.date(2026, 7, 20)
    [over] = lives(caller, at(monday), at(monday) + DAY - 1)
    assert over["live_start_time"] < at(monday) < over["live_start_time"] + over["live_duration_in_seconds"]
    end = over["live_start_time"] + over["live_duration_in_seconds"]
    assert lives(caller, end, end) == [over]
    assert over not in lives(caller, at(monday) - DAY, end - 1)
    assert over not in lives(caller, end + 1, end + DAY)


def test_a_live_that_is_still_on_is_not_among_those_that_ended(caller, at):
    caller.sandbox.clock.set(moment("2026-07-18T15:00:00"))
    assert lives(caller, at(SATURDAY), at(SATURDAY) + DAY - 1) == []
    [live] = caller.ask(CHANNELS, LISTING, {"ds": 20260718})["live_items"]
    said = caller.ask(CHANNELS, DATA, {"export_id": live["export_id"]})
    assert json.loads(said["live_comparison_index"])["is_living"] is True
    half = json.loads(said["live_ec_data_summary"])["cumulative_audience_count"]
    caller.sandbox.clock.set(moment("2026-07-18T19:00:00"))
    caller._tokens.clear()
    whole = json.loads(caller.ask(CHANNELS, DATA, live)["live_ec_data_summary"])["cumulative_audience_count"]
    assert half < whole


def test_followers_grow_by_what_the_lives_won(caller, world, at):
    def followers():
        caller._tokens.clear()
        said = caller.ask(CHANNELS, ACCOUNT)["finder_attr"]
        assert said["uniq_id"] == OURS
        return said["fans_count"]

    caller.sandbox.clock.set(moment("2026-05-20T12:00:00"))
    before = followers()
    caller.sandbox.clock.set(moment("2026-07-20T12:00:00"))
    caller._tokens.clear()
    won = sum(live["new_follow_count"] for live in lives(caller, at(dt.date(2026, 5, 20), 12) + 1, at(TODAY)))
    organic = world.rows(
        "select sum(won) as n from channels_follow_day where day_start + 86400 > $1 and day_start + 86400 <= $2",
        at(dt.date(2026, 5, 20), 12),
        at(dt.date(2026, 7, 20), 12),
    )[0]["n"]
    assert followers() - before == won + organic
    assert won > 10


def test_a_lives_figures_are_json_inside_text_and_say_what_its_orders_say(caller, world, at):
    found = world.rows(
        "select live_id, sum(order_price) as fen, count(*) as n from shop_order join shop_order_origin "
        "using (order_id) where finder_id = $1 and live_id is not null and paid_at < $2 group by live_id",
        OURS,
        at(TODAY),
    )
    assert len(found) > 3
    for row in found:
        said = caller.ask(CHANNELS, DATA, {"export_id": row["live_id"]})
        assert all(
            isinstance(block, str) for name, block in said.items() if name not in {"errcode", "errmsg"}
        )
        summary = json.loads(said["live_ec_data_summary"])
        assert (summary["total_gmv"], summary["total_pay_pv"]) == (row["fen"], row["n"])
        assert summary["cumulative_audience_count"] >= summary["total_clk_uv"] >= summary["total_pay_uv"]
        goods = json.loads(said["single_live_ec_spu_data_page_v2"])["spu_data_list"]
        assert sum(entry["gmv"] for entry in goods) == row["fen"]


def test_only_selling_lives_of_a_day_are_listed_and_only_by_a_number(caller):
    on_thursday = caller.ask(CHANNELS, LISTING, {"ds": 20260716})
    assert on_thursday == {"errcode": 0, "errmsg": "ok", "trace_id": "", "live_items": [], "has_more": False}
    assert len(caller.ask(CHANNELS, LISTING, {"ds": 20260718})["live_items"]) == 2
    for wrong in ("20260718", None, 20260799):
        assert caller.ask(CHANNELS, LISTING, {"ds": wrong})["errcode"] == 40097


def test_the_compass_splits_the_accounts_sales_by_where_they_were_seen(caller, world, at):
    day = world.rows(
        "select max(paid_at) as paid from shop_order join shop_order_origin using (order_id) "
        "where finder_id = $1 and live_id is not null and paid_at < $2",
        OURS,
        at(TODAY),
    )[0]["paid"]
    date = dt.datetime.fromtimestamp(day + 8 * 3600, dt.UTC).date()
    said = caller.ask(CHANNELS, "/channels/ec/compass/finder/overall/get", {"ds": f"{date:%Y%m%d}"})["data"]
    assert all(isinstance(value, int) for value in said.values()), "the newer page sends numbers"
    parts = [value for name, value in said.items() if name != "pay_gmv"]
    assert said["pay_gmv"] == sum(parts) >= said["live_pay_gmv"] > 0
    products = caller.ask(CHANNELS, "/channels/ec/compass/finder/product/list/get", {"ds": f"{date:%Y%m%d}"})
    assert sum(entry["data"]["pay_gmv"] for entry in products["product_list"]) == said["pay_gmv"]


@pytest.mark.parametrize("kind", [SHOP, OA])
def test_only_the_assistants_own_token_works(caller, kind):
    for path, body in ((ACCOUNT, {}), (LIVES, {}), (LISTING, {"ds": 20260718}), (DATA, {"export_id": "x"})):
        assert caller.ask(kind, path, body)["errcode"] == 48001


def test_a_strangers_live_and_a_wrong_page_are_refused(caller, world):
    theirs = world.rows("select export_id from channels_live where finder_id = $1 limit 1", PARTNER)[0]
    for body in ({"export_id": "export/none"}, theirs, {}):
        assert caller.ask(CHANNELS, DATA, body)["errcode"] == 40097
    assert caller.ask(CHANNELS, LIVES, {"last_buffer": "???"})["errcode"] == 40097
    assert caller.ask(CHANNELS, LIVES, {"start_time": 2, "end_time": 1})["errcode"] == 40097


def test_every_order_of_a_live_was_placed_while_the_live_was_on(world):
    late = world.rows(
        "select o.order_id from shop_order o join shop_order_origin g using (order_id) "
        "left join channels_live l on l.export_id = g.live_id "
        "where o.scene = 2 and (l.live_no is null or not l.sells or l.finder_id <> g.finder_id "
        "or o.created_at < l.started_at or o.created_at >= l.ended_at)"
    )
    assert late == []
    scenes = world.rows("select scene, count(*) - count(finder_id) as n from shop_order left join "
                        "shop_order_origin using (order_id) group by scene order by scene")  # fmt: skip
    assert [row["scene"] for row in scenes if row["n"]] == [1, 6]


def test_faults_hold_lives_back_or_empty_them(caller, at):
    caller.sandbox.faults.add(f"late:{LIVES}:2026-07-18")
    week = lives(caller, at(TODAY) - 7 * DAY, at(TODAY) - 1)
    over = [live["live_start_time"] + live["live_duration_in_seconds"] for live in week]
    ended = {dt.datetime.fromtimestamp(second + 8 * 3600, dt.UTC).date() for second in over}
    assert SATURDAY not in ended
    assert len(ended) > 2
    caller.sandbox.faults.clear()
    caller.sandbox.faults.add(f"zeros:{LIVES}")
    emptied = lives(caller, at(SATURDAY), at(SATURDAY) + DAY - 1)
    assert {live["total_audience_count"] for live in emptied} == {0}
    assert all(live["live_start_time"] for live in emptied)
