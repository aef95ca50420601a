import datetime as dt
import json
from typing import Any

import pytest

from tasks.calendars import moment_on
from tasks.sandbox import mini_program
from tasks.sandbox.routing import ApiError, Call
from tasks.sandbox.world import World

TODAY = dt.date(2026, 11, 20)
YESTERDAY = TODAY - dt.timedelta(days=1)
NOON = moment_on(TODAY, dt.time(12))
EARLY = moment_on(TODAY, dt.time(7, 59))
LAST_MONDAY = dt.date(2026, 11, 9)
PREFIX = "/datacube/getweanalysisappid"


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(1500, 7, today=TODAY)


def ask(world: World, name: str, body: dict[str, Any], **how: Any) -> Any:
    path = name if name.startswith("/") else PREFIX + name
    call = Call(
        app_id="wx", method="POST", path=path, query={}, body=body, world=world, **{"now": NOON, **how}
    )
    return mini_program.ROUTES[path](call)


def dates(begin: dt.date, end: dt.date | None = None) -> dict[str, str]:
    return {"begin_date": f"{begin:%Y%m%d}", "end_date": f"{end or begin:%Y%m%d}"}


def test_a_day_of_visits_agrees_with_the_visits_made(world: World) -> None:
    row = ask(world, "dailyvisittrend", dates(YESTERDAY))["list"][0]
    truth = world.rows(
        """select count(*) as uv, count(*) filter (is_new) as fresh, sum(sessions) as opens,
            sum(pages) as pages from mp_visit where visit_date = ?""",
        YESTERDAY,
    )[0]
    assert (row["visit_uv"], row["visit_uv_new"]) == (truth["uv"], truth["fresh"])
    assert (row["session_cnt"], row["visit_pv"]) == (truth["opens"], truth["pages"])
    assert row["visit_depth"] == pytest.approx(row["visit_pv"] / row["session_cnt"], abs=1e-3)
    assert row["stay_time_uv"] > row["stay_time_session"] > 0


def test_everybody_so_far_grows_by_the_new_ones(world: World) -> None:
    totals = {}
    for back in (2, 1):
        day = TODAY - dt.timedelta(days=back)
        totals[day] = ask(world, "dailysummarytrend", dates(day))["list"][0]["visit_total"]
    new = ask(world, "dailyvisittrend", dates(YESTERDAY))["list"][0]["visit_uv_new"]
    assert totals[YESTERDAY] - totals[YESTERDAY - dt.timedelta(days=1)] == new


def test_day_seven_retention_is_what_persons_did(world: World) -> None:
    for back in (8, 20, 60):
        day = TODAY - dt.timedelta(days=back)
        answer = ask(world, "dailyretaininfo", dates(day))
        told = {entry["key"]: entry["value"] for entry in answer["visit_uv_new"]}
        truth = world.rows(
            """select count(*) as persons from mp_visit a join mp_visit b
                on a.person_id = b.person_id and b.visit_date = a.visit_date + 7
            where a.is_new and a.visit_date = ?""",
            day,
        )[0]["persons"]
        assert told[7] == truth
        everybody = {entry["key"]: entry["value"] for entry in answer["visit_uv"]}
        assert everybody[0] == ask(world, "dailyvisittrend", dates(day))["list"][0]["visit_uv"]


@pytest.mark.parametrize(
    ("back", "keys"),
    [(1, [0]), (4, [0, 1, 2, 3]), (8, list(range(8))), (15, [*range(8), 14]), (31, [*range(8), 14, 30])],
)
def test_retention_tells_only_what_is_known_yet(world: World, back: int, keys: list[int]) -> None:
    answer = ask(world, "dailyretaininfo", dates(TODAY - dt.timedelta(days=back)))
    assert [entry["key"] for entry in answer["visit_uv"]] == keys
    assert "list" not in answer


def test_a_week_counts_persons_once(world: World) -> None:
    end = LAST_MONDAY + dt.timedelta(days=6)
    row = ask(world, "weeklyvisittrend", dates(LAST_MONDAY, end))["list"][0]
    assert row["ref_date"] == "20261109-20261115"
    days = [
        ask(world, "dailyvisittrend", dates(LAST_MONDAY + dt.timedelta(days=n)))["list"][0] for n in range(7)
    ]
    assert row["session_cnt"] == sum(day["session_cnt"] for day in days)
    assert max(day["visit_uv"] for day in days) < row["visit_uv"] < sum(day["visit_uv"] for day in days)
    assert row["visit_uv_new"] == sum(day["visit_uv_new"] for day in days)


def test_a_month_counts_persons_once(world: World) -> None:
    row = ask(world, "monthlyvisittrend", dates(dt.date(2026, 10, 1), dt.date(2026, 10, 31)))["list"][0]
    truth = world.rows(
        """select count(distinct person_id) as persons from mp_visit
        where visit_date between '2026-10-01' and '2026-10-31'"""
    )[0]["persons"]
    assert (row["ref_date"], row["visit_uv"]) == ("202610", truth)


def test_weekly_and_monthly_retention_start_with_the_cohort(world: World) -> None:
    start = LAST_MONDAY - dt.timedelta(weeks=3)
    week = ask(world, "weeklyretaininfo", dates(start, start + dt.timedelta(days=6)))
    assert [entry["key"] for entry in week["visit_uv"]] == [0, 1, 2, 3]
    month = ask(world, "monthlyretaininfo", dates(dt.date(2026, 9, 1), dt.date(2026, 9, 30)))
    assert [entry["key"] for entry in month["visit_uv_new"]] == [0, 1]
    for answer in (week, month):
        assert answer["visit_uv"][0]["value"] >= answer["visit_uv"][1]["value"] > 0


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("dailyvisittrend", dates(YESTERDAY - dt.timedelta(days=1), YESTERDAY)),
        ("dailyvisittrend", dates(TODAY)),
        ("weeklyvisittrend", dates(LAST_MONDAY + dt.timedelta(days=1), LAST_MONDAY + dt.timedelta(days=7))),
        ("weeklyvisittrend", dates(LAST_MONDAY)),
        ("monthlyvisittrend", dates(dt.date(2026, 10, 1), dt.date(2026, 10, 30))),
        ("userportrait", dates(YESTERDAY - dt.timedelta(days=1), YESTERDAY)),
    ],
)
def test_other_spans_are_refused(world: World, name: str, body: dict[str, str]) -> None:
    with pytest.raises(ApiError) as refused:
        ask(world, name, body)
    assert refused.value.errcode == 61501


def test_dates_with_dashes_are_refused(world: World) -> None:
    with pytest.raises(ApiError) as refused:
        ask(world, "dailyvisittrend", {"begin_date": "2026-11-19", "end_date": "2026-11-19"})
    assert refused.value.errcode == 61500


def test_sources_add_up_to_the_days_visitors(world: World) -> None:
    answer = ask(world, "visitdistribution", dates(YESTERDAY))
    found = {
        entry["index"]: {item["key"]: item["value"] for item in entry["item_list"]}
        for entry in answer["list"]
    }
    day = ask(world, "dailyvisittrend", dates(YESTERDAY))["list"][0]
    assert sum(found["access_source_session_cnt"].values()) == day["session_cnt"]
    assert sum(found["access_source_visit_uv"].values()) == day["visit_uv"]
    assert sum(found["access_staytime_info"].values()) == day["session_cnt"]
    assert sum(found["access_depth_info"].values()) == day["session_cnt"]
    assert 0 < found["access_source_visit_uv"][18] < found["access_source_session_cnt"][18]
    assert set(found["access_staytime_info"]) <= set(range(1, 9))
    assert set(found["access_depth_info"]) <= set(range(1, 8))


def test_pages_and_portrait_have_their_shapes(world: World) -> None:
    pages = ask(world, "visitpage", dates(YESTERDAY))["list"]
    views = [page["page_visit_pv"] for page in pages]
    assert views == sorted(views, reverse=True)
    portrait = ask(world, "userportrait", dates(YESTERDAY - dt.timedelta(days=6), YESTERDAY))
    assert portrait["ref_date"] == "20261113-20261119"
    assert set(portrait["visit_uv"]) == {"province", "city", "genders", "platforms", "devices", "ages"}
    assert all("id" not in device for device in portrait["visit_uv"]["devices"])


@pytest.mark.parametrize("name", ["dailysummarytrend", "dailyvisittrend", "visitdistribution", "visitpage"])
def test_before_eight_yesterday_is_not_there_yet(world: World, name: str) -> None:
    assert ask(world, name, dates(YESTERDAY), now=EARLY)["list"] == []
    with pytest.raises(ApiError) as refused:
        ask(world, name, dates(YESTERDAY), now=EARLY, late="61503")
    assert refused.value.errcode == 61503


def test_retention_of_yesterday_is_empty_before_eight_and_zero_under_the_fault(world: World) -> None:
    assert ask(world, "dailyretaininfo", dates(YESTERDAY), now=EARLY)["visit_uv"] == []
    zeros = ask(world, "dailyretaininfo", dates(YESTERDAY - dt.timedelta(days=3)), zeros=True)["visit_uv"]
    assert [(entry["key"], entry["value"]) for entry in zeros] == [(key, 0) for key in range(4)]


def test_the_newest_return_waits_for_the_morning(world: World) -> None:
    day = YESTERDAY - dt.timedelta(days=7)
    early, noon = (ask(world, "dailyretaininfo", dates(day), now=now)["visit_uv"] for now in (EARLY, NOON))
    assert [entry["key"] for entry in noon] == list(range(8))
    assert early == noon[:-1]


def test_speed_comes_as_text_and_as_json_inside_text(world: World) -> None:
    end = int(moment_on(YESTERDAY, dt.time(12)).timestamp())
    begin = end - 3 * 86_400
    boot = ask(
        world,
        "/wxa/business/performance/boot",
        {"module": "10017", "time": {"begin_timestamp": begin, "end_timestamp": end}, "params": []},
    )
    fields = boot["data"]["body"]["tables"][0]["lines"][0]["fields"]
    assert [field["refdate"] for field in fields] == ["20261116", "20261117", "20261118", "20261119"]
    assert all(float(field["value"]) > 500 for field in fields)
    log = ask(
        world,
        "/wxaapi/log/get_performance",
        {"cost_time_type": 1, "default_start_time": begin, "default_end_time": end},
    )
    inside = json.loads(log["default_time_data"])["list"]
    assert len(inside) == 4
    assert isinstance(inside[0]["cost_time"], int)


def test_a_clock_that_moves_on_finds_the_days_to_come(world: World) -> None:
    later = TODAY + dt.timedelta(days=40)
    now = moment_on(later + dt.timedelta(days=1), dt.time(9))
    assert ask(world, "dailyvisittrend", dates(later), now=now)["list"][0]["visit_uv"] > 0
    beyond = world.end + dt.timedelta(days=5)
    assert (
        ask(
            world, "dailyvisittrend", dates(beyond), now=moment_on(beyond + dt.timedelta(days=1), dt.time(9))
        )["list"]
        == []
    )
