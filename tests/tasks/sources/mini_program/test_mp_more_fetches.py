"""Weeks, months, pages, portraits and start-up asked of the sandbox in process."""

import datetime as dt
import json

import pytest

from tasks.calendars import SHANGHAI, Period, Window
from tasks.errors import NotReady
from tasks.records import Cell, Outcome, SourceKind, Verdict
from tasks.sources import due
from tasks.sources.jobs import JOBS
from tasks.sources.verdicts import outcomes

MP = SourceKind.mini_program
LAST = dt.date(2026, 7, 20)
"""A Monday."""
SUNDAY, JUNE = dt.date(2026, 7, 19), dt.date(2026, 6, 30)
QUARTER = Window.ending(LAST, 90)


def ask(platform, name, window):
    return platform.ask(MP, lambda client: JOBS[name].fetch(client, window, frozenset()))


def rows(fetch, name, keyed):
    return [
        row for raw in fetch.answers for found in JOBS[name].parse(raw, keyed).rows.values() for row in found
    ]


def asked(platform):
    return [json.loads(raw.request)["body"] for raw in platform.kept]


@pytest.mark.parametrize("name", ["mp.visit_week", "mp.retention_week"])
def test_a_week_is_asked_for_from_monday_to_sunday_and_stands_under_its_sunday(platform, keyed, name):
    fetch = ask(platform, name, Window(dt.date(2026, 7, 6), dt.date(2026, 7, 21)))
    assert fetch.troubles == {}
    assert sorted(tuple(body.values()) for body in asked(platform)) == [
        ("20260706", "20260712"),
        ("20260713", "20260719"),
    ]
    assert sorted(raw.business_date for raw in fetch.answers) == [dt.date(2026, 7, 12), SUNDAY]
    assert all(raw.business_date == raw.last_date for raw in fetch.answers)
    assert {(r["start_date"], r["business_date"]) for r in rows(fetch, name, keyed)} == {
        (dt.date(2026, 7, 6), dt.date(2026, 7, 12)),
        (dt.date(2026, 7, 13), SUNDAY),
    }


@pytest.mark.parametrize("name", ["mp.visit_month", "mp.retention_month"])
def test_a_month_is_asked_for_whole_and_stands_under_its_last_day(platform, keyed, name):
    fetch = ask(platform, name, QUARTER)
    assert fetch.troubles == {}
    assert [tuple(body.values()) for body in asked(platform)] == [
        ("20260401", "20260430"),
        ("20260501", "20260531"),
        ("20260601", "20260630"),
    ]
    months = {(row["start_date"].month, row["business_date"].day) for row in rows(fetch, name, keyed)}
    assert months == {(4, 30), (5, 31), (6, 30)}


def test_visitors_of_a_week_are_counted_once_and_its_sessions_are_those_of_its_days(platform, keyed):
    (week,) = rows(ask(platform, "mp.visit_week", Window.of_day(SUNDAY)), "mp.visit_week", keyed)
    days = rows(ask(platform, "mp.visit_trend", Window.ending(SUNDAY, 7)), "mp.visit_trend", keyed)
    assert week["sessions"] == sum(day["sessions"] for day in days)
    assert week["new_visitors"] == sum(day["new_visitors"] for day in days)
    assert max(day["visitors"] for day in days) < week["visitors"] < sum(day["visitors"] for day in days)


def test_weeks_later_more_is_known_of_who_came_back(platform, keyed):
    window = Window(dt.date(2026, 6, 8), dt.date(2026, 7, 20))
    found = rows(ask(platform, "mp.retention_week", window), "mp.retention_week", keyed)
    known = {}
    for row in found:
        known.setdefault(row["business_date"], set()).add(row["week_n"])
    assert known[SUNDAY] == {0}
    assert known[SUNDAY - dt.timedelta(weeks=2)] == {0, 1, 2}
    assert known[SUNDAY - dt.timedelta(weeks=5)] == {0, 1, 2, 3, 4}


def test_a_day_on_which_no_period_ends_is_not_asked_about(platform):
    assert ask(platform, "mp.visit_week", Window.of_day(LAST)).answers == []
    assert platform.kept == []


@pytest.mark.parametrize(
    ("end", "first"),
    [
        (dt.date(2026, 6, 30), "20260601"),
        (dt.date(2026, 5, 31), "20260502"),
        (dt.date(2026, 4, 30), "20260401"),
    ],
)
def test_a_portrait_is_of_the_thirty_days_to_the_months_end(platform, keyed, end, first):
    fetch = ask(platform, "mp.portrait", Window.of_day(end))
    assert fetch.troubles == {}
    assert asked(platform) == [{"begin_date": first, "end_date": f"{end:%Y%m%d}"}]
    found = rows(fetch, "mp.portrait", keyed)
    assert {(row["business_date"] - row["start_date"]).days for row in found} == {29}
    assert {row["trait"] for row in found} == {"province", "city", "gender", "platform", "device", "age"}
    assert {row["member_id"] for row in found if row["trait"] == "device"} == {-1}


def test_start_up_is_asked_for_in_thirty_days_between_midnights_in_shanghai(platform, keyed):
    fetch = ask(platform, "mp.performance", Window.ending(LAST, 45))
    assert fetch.troubles == {}
    spans = [body["time"] for body in asked(platform)]
    moments = [dt.datetime.fromtimestamp(span[name], SHANGHAI) for span in spans for name in span]
    assert {moment.time() for moment in moments} == {dt.time(0)}
    assert [moment.date() for moment in moments] == [
        Window.ending(LAST, 45).start,
        Window.ending(LAST, 45).start + dt.timedelta(days=29),
        Window.ending(LAST, 15).start,
        LAST,
    ]
    assert {body["module"] for body in asked(platform)} == {"10017"}
    found = rows(fetch, "mp.performance", keyed)
    launches = [row for row in found if row["metric"] == "launch"]
    assert [row["business_date"] for row in launches] == list(Window.ending(LAST, 45).days())
    assert all(1000 < row["milliseconds"] < 2000 for row in launches)
    assert {row["metric"] for row in found} == {"launch", "download", "inject"}


def judged(platform, registry, keyed, name, window, usual=None):
    fetch = ask(platform, name, window)
    parsed = [JOBS[name].parse(raw, keyed) for raw in fetch.answers]
    found = outcomes(registry[name], "a", window.days(), fetch, parsed, usual, LAST, platform.now())
    return fetch, {o.cell.business_date: o.verdict for o in found}


def test_a_launch_in_no_time_is_not_believed(platform, registry, keyed):
    platform.sandbox.faults.add(f"zeros:/wxa/business/performance/boot:{LAST}")
    _, verdicts = judged(platform, registry, keyed, "mp.performance", Window.of_day(LAST), usual=10_000.0)
    assert verdicts == {LAST: Verdict.suspect_zero}


def test_start_up_that_is_not_ready_leaves_its_day_to_a_later_run(platform, registry, keyed):
    platform.sandbox.faults.add(f"late=61503:/wxa/business/performance/boot:{LAST}")
    fetch, verdicts = judged(platform, registry, keyed, "mp.performance", Window.ending(LAST, 3))
    assert set(fetch.troubles) == {LAST}
    assert isinstance(fetch.troubles[LAST], NotReady)
    assert [verdicts[day] for day in sorted(verdicts)] == [Verdict.ok, Verdict.ok, Verdict.late]


def test_a_week_of_zeros_after_a_busy_one_is_not_believed(platform, registry, keyed):
    platform.sandbox.faults.add("zeros:/datacube/getweanalysisappidweeklyretaininfo")
    _, verdicts = judged(platform, registry, keyed, "mp.retention_week", Window.of_day(SUNDAY), usual=300.0)
    assert verdicts == {SUNDAY: Verdict.suspect_zero}


def test_a_run_asks_about_the_weeks_and_months_that_ended_before_it_each_alone(registry):
    now = dt.datetime(2026, 7, 21, 9, tzinfo=SHANGHAI)
    for name in ("mp.visit_week", "mp.visit_month", "mp.retention_week", "mp.retention_month", "mp.portrait"):
        days = due.wanted(registry[name], Window.of_day(LAST), {}, now=now)
        assert days[-1] == (SUNDAY if registry[name].every is Period.week else JUNE)
        assert all(registry[name].every.ends_on(day) for day in days)
        assert due.runs(days) == [Window.of_day(day) for day in days]


def weekly(day, as_of):
    at = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(9), SHANGHAI)
    return {day: Outcome(Cell("a", "mp.retention_week", day), Verdict.ok, 4, as_of, at)}


@pytest.mark.parametrize("weeks", [1, 2, 3, 4])
def test_a_weeks_retention_is_asked_for_again_when_the_next_week_is_known(registry, weeks):
    then = SUNDAY + dt.timedelta(weeks=weeks)
    before = weekly(SUNDAY, then - dt.timedelta(days=6))
    now = dt.datetime.combine(then + dt.timedelta(days=1), dt.time(9), SHANGHAI)
    assert SUNDAY in due.wanted(registry["mp.retention_week"], Window.of_day(then), before, now=now)
    missed = Window.of_day(then + dt.timedelta(days=1))
    assert SUNDAY in due.wanted(registry["mp.retention_week"], missed, before, now=now + dt.timedelta(days=1))


@pytest.mark.parametrize("month", range(1, 13))
def test_a_months_retention_is_asked_for_again_when_the_next_month_is_over(registry, month):
    first = dt.date(2027, month, 1)
    cohort, then = first - dt.timedelta(days=1), Period.month.ending(first).last
    before = weekly(cohort, cohort + dt.timedelta(days=3))
    now = dt.datetime.combine(then + dt.timedelta(days=1), dt.time(9), SHANGHAI)
    assert cohort in due.wanted(registry["mp.retention_month"], Window.of_day(then), before, now=now)


@pytest.mark.parametrize(
    ("name", "fixture"),
    [
        ("mp.visit_week", "datacube.getweanalysisappidweeklyvisittrend"),
        ("mp.visit_month", "datacube.getweanalysisappidmonthlyvisittrend"),
        ("mp.pages", "datacube.getweanalysisappidvisitpage"),
    ],
)
def test_the_sandbox_answers_with_the_fields_of_the_official_sample(platform, sample, name, fixture):
    (body, *_) = [json.loads(raw.body) for raw in ask(platform, name, Window.ending(LAST, 31)).answers]
    official = sample(fixture)
    assert {*body} == {*official}
    # The samples are older than stay_time_uv, which is seen in practice.
    assert {*body["list"][0]} - {"stay_time_uv"} == {*official["list"][0]}


def test_the_sandbox_portrays_and_times_in_the_official_shape(platform, sample):
    ask(platform, "mp.portrait", Window.of_day(JUNE))
    ask(platform, "mp.performance", Window.of_day(LAST))
    portrait, boot = (json.loads(raw.body) for raw in platform.kept)
    official = sample("datacube.getweanalysisappiduserportrait")
    assert {*portrait} == {*official}
    for cohort in ("visit_uv_new", "visit_uv"):
        assert {n: {*part[0]} for n, part in portrait[cohort].items()} == {
            n: {*part[0]} for n, part in official[cohort].items()
        }
    told, kept = boot["data"]["body"], sample("wxa.business.performance.boot")["data"]["body"]
    assert {*told} == {*kept}
    assert {*told["tables"][0]} == {*kept["tables"][0]}
    assert {*told["tables"][0]["lines"][0]["fields"][0]} == {*kept["tables"][0]["lines"][0]["fields"][0]}
