"""The service desks: every desk and servicer asked for alone, and silence told apart from lateness."""

import datetime as dt
import json

import pytest

from tasks import calendars
from tasks.calendars import Window, start_of
from tasks.errors import NotReady
from tasks.metrics import remedies
from tasks.records import SourceKind, Verdict
from tasks.sources.jobs import JOBS
from tasks.sources.verdicts import outcomes

WECOM = SourceKind.wecom
LAST = dt.date(2026, 7, 20)
MONTH = Window.ending(LAST, 40)
CORP, SERVICER = "/cgi-bin/kf/get_corp_statistic", "/cgi-bin/kf/get_servicer_statistic"
DATASETS = {"wecom.kf_corp": "land_wecom_kf_day", "wecom.kf_servicer": "land_wecom_kf_servicer_day"}


def ask(platform, name, window):
    return platform.ask(WECOM, lambda client: JOBS[name].fetch(client, window, frozenset()))


def rows(fetch, name, keyed):
    parsed = [JOBS[name].parse(raw, keyed) for raw in fetch.answers]
    return [row for one in parsed for row in one.rows.get(DATASETS[name], [])]


def asked(platform, path):
    requests = [json.loads(raw.request) for raw in platform.kept]
    return [request["body"] for request in requests if request["path"] == path]


def desk_of(told, *, desks=("wk1",), people=("ann",)):
    """Desks whose statistics have figures on the days that ``told(day)`` names."""

    def behave(request, body):
        path = request.url.path
        if path.endswith("account/list"):
            page = list(desks)[body["offset"] : body["offset"] + body["limit"]]
            return {"errcode": 0, "account_list": [{"open_kfid": desk} for desk in page]}
        if path.endswith("servicer/list"):
            return {"errcode": 0, "servicer_list": [{"department_id": 2}, *({"userid": p} for p in people)]}
        if body.get("servicer_userid") == "gone":
            return {"errcode": 60111, "errmsg": "userid not found"}
        days = Window(
            calendars.business_date(calendars.from_epoch(body["start_time"])),
            calendars.business_date(calendars.from_epoch(body["end_time"])) + calendars.ONE_DAY,
        ).days()
        figures = {"session_cnt": 2, "reply_rate": 1, "first_reply_average_sec": 30}
        return {
            "errcode": 0,
            "statistic_list": [
                {"stat_time": int(start_of(day).timestamp())} | ({"statistic": figures} if told(day) else {})
                for day in days
            ],
        }

    return behave


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_the_sandbox_tells_of_the_desk_what_the_world_knows(platform, keyed, world, name):
    fetch = ask(platform, name, MONTH)
    assert fetch.troubles == {}
    found = [row for row in rows(fetch, name, keyed) if not row.get("servicer_id")]
    known = world.rows(
        "select session_date as day, count(*) as sessions, sum(messages)::int as messages from kf_session "
        "where session_date >= $1 and session_date < $2 group by 1 order by 1",
        MONTH.start,
        MONTH.end,
    )
    assert known
    assert sorted((row["business_date"], row["sessions"], row["customer_messages"]) for row in found) == [
        (row["day"], row["sessions"], row["messages"]) for row in known
    ]


def test_servicers_are_asked_for_alone_beside_the_desk_as_a_whole_31_days_at_a_time(platform, keyed):
    fetch = ask(platform, "wecom.kf_servicer", MONTH)
    bodies = asked(platform, SERVICER)
    assert {body.get("servicer_userid", "") for body in bodies} == {"", "staff_0001", "staff_0002"}
    assert sorted({(body["end_time"] - body["start_time"]) // 86_400 + 1 for body in bodies}) == [9, 31]
    found = rows(fetch, "wecom.kf_servicer", keyed)
    whole = sum(row["sessions"] for row in found if not row["servicer_id"])
    assert whole == sum(row["sessions"] for row in found if row["servicer_id"]) > 0


def test_a_corp_without_a_desk_has_nothing_to_tell_and_that_is_fine(acting, registry):
    platform = acting(desk_of(lambda day: True, desks=()))
    for name in DATASETS:
        fetch = ask(platform, name, MONTH)
        assert fetch.troubles == {}
        assert fetch.answers == []
        found = outcomes(registry[name], "a", MONTH.days(), fetch, [], None, LAST, calendars.now())
        assert {o.verdict for o in found} == {Verdict.ok}
    assert not asked(platform, CORP)


def test_more_than_a_page_of_desks_are_all_asked(acting):
    platform = acting(desk_of(lambda day: True, desks=[f"wk{n}" for n in range(101)]))
    assert ask(platform, "wecom.kf_corp", Window.of_day(LAST)).troubles == {}
    assert {body["open_kfid"] for body in asked(platform, CORP)} == {f"wk{n}" for n in range(101)}


def test_a_servicer_the_platform_tells_nothing_about_is_a_note(acting, keyed):
    fetch = ask(
        acting(desk_of(lambda day: True, people=("gone", "ann"))), "wecom.kf_servicer", Window.of_day(LAST)
    )
    assert fetch.troubles == {}
    assert [row["servicer_id"] for row in rows(fetch, "wecom.kf_servicer", keyed)] == ["", "ann"]
    assert fetch.notes[0].startswith("1 staff left out (60111: gone). ")


def yesterday():
    return calendars.business_date(calendars.now()) - calendars.ONE_DAY


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_a_desk_that_is_never_quiet_and_has_no_figures_of_yesterday_is_late(acting, registry, keyed, name):
    last = yesterday()
    window = Window.ending(last, 3)
    fetch = ask(acting(desk_of(lambda day: day < last)), name, window)
    assert set(fetch.troubles) == {last}
    assert isinstance(fetch.troubles[last], NotReady)
    parsed = [JOBS[name].parse(raw, keyed) for raw in fetch.answers]
    found = outcomes(registry[name], "a", window.days(), fetch, parsed, None, last, calendars.now())
    assert [o.verdict for o in found] == [Verdict.ok, Verdict.ok, Verdict.late]
    assert remedies.reason(found[-1], WECOM) == "尚无统计，而此前 7 天每天都有"


def test_a_desk_that_had_a_quiet_day_within_the_week_may_have_another(acting):
    last = yesterday()
    quiet = {last, last - dt.timedelta(days=7)}
    fetch = ask(acting(desk_of(lambda day: day not in quiet)), "wecom.kf_corp", Window.of_day(last))
    assert fetch.troubles == {}


def test_a_quiet_day_before_a_day_with_figures_is_quiet_and_nobody_doubts_it(acting):
    last = yesterday()
    quiet = last - calendars.ONE_DAY
    platform = acting(desk_of(lambda day: day != quiet))
    assert ask(platform, "wecom.kf_corp", Window.ending(last, 2)).troubles == {}
    assert len(asked(platform, CORP)) == 1


def test_a_day_long_past_without_figures_was_quiet(acting):
    last = yesterday() - dt.timedelta(days=5)
    platform = acting(desk_of(lambda day: day < last))
    assert ask(platform, "wecom.kf_corp", Window.of_day(last)).troubles == {}


def test_figures_that_are_all_zero_after_a_busy_week_are_not_believed(platform, keyed, registry, world):
    [day] = world.rows("select max(session_date) as day from kf_session where session_date <= $1", LAST)
    window = Window.of_day(day["day"])
    platform.sandbox.faults.add(f"zeros:{CORP}:{day['day']}")
    fetch = ask(platform, "wecom.kf_corp", window)
    parsed = [JOBS["wecom.kf_corp"].parse(raw, keyed) for raw in fetch.answers]
    endpoint = registry["wecom.kf_corp"]
    [found] = outcomes(endpoint, "a", window.days(), fetch, parsed, 9.0, LAST, platform.now())
    assert found.verdict is Verdict.suspect_zero


def test_a_permission_that_lacks_is_one_trouble_for_all_days(acting):
    platform = acting(lambda request, body: {"errcode": 48002, "errmsg": "api forbidden"})
    fetch = ask(platform, "wecom.kf_servicer", Window.ending(LAST, 3))
    assert {error.code for error in fetch.troubles.values()} == {"48002"}
    assert len(fetch.troubles) == 3
