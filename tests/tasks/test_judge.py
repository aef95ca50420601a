"""A changed plan judges from today on: what was judged by an earlier version stays judged by it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tasks import announce, settings
from tasks.alerts.versions import version_of
from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.judge import judge_pace
from tasks.opsdb import alerts, metrics, plans
from tasks.records import Level, MetricValue

START = dt.date(2026, 10, 1)
GATE = 'metric = "reply_minutes"\n'


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    # There is no server here that would take the events.
    monkeypatch.setattr(announce, "emit_event", lambda **_: None)
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_PLAN_FILE", str(tmp_path / "plan.toml"))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    plan(tmp_path, at_most=5)
    with connect() as connections:
        yield connections


def plan(folder: Path, at_most: int) -> None:
    """The shipped plan with another limit to the minutes a reply may take."""
    text = (settings.HOME / "deployments/plan.toml").read_text(encoding="utf-8")
    before, after = text.split(GATE)
    after = after.replace("at_most = 5\n", f"at_most = {at_most}\n", 1)
    (folder / "plan.toml").write_text(before + GATE + after, encoding="utf-8")


def write(c: Connections, first: int, minutes: list[float]) -> None:
    values = [
        MetricValue(
            "reply_minutes", on(first + i), numerator=100 * m, denominator=100, value=m, completeness=1.0
        )
        for i, m in enumerate(minutes)
    ]
    metrics.write(c.database, values, Window(on(first), on(first + len(minutes))))


def on(n: int) -> dt.date:
    """The n-th business date."""
    return START + dt.timedelta(days=n - 1)


def judge(first: int, last: int) -> None:
    judge_pace.fn(Window(on(first), on(last + 1)))


def told(c: Connections, last: int) -> list[tuple[Level, int, str]]:
    """Level, day of its since, and version of every day up to one."""
    rows = [row for n in range(1, last + 1) for row in alerts.of(c.database, on(n))]
    mine = [row for row in rows if row.metric_id == "reply_minutes"]
    return [(row.level, (row.since - START).days + 1, row.plan_version) for row in mine]


def test_a_tightened_plan_turns_today_yellow_and_no_day_that_was_told_green(
    c: Connections, tmp_path: Path
) -> None:
    write(c, 1, [4.5] * 6)
    judge(1, 4)
    first = version_of(c.settings.document("plan"))
    plan(tmp_path, at_most=4)
    judge(1, 6)
    second = version_of(c.settings.document("plan"))

    # Day 5 was left out and never judged; day 6 is the newest.
    assert told(c, 6) == [(Level.green, 1, first)] * 4 + [(Level.yellow, 5, second)] * 2
    judge(1, 6)
    assert told(c, 6) == [(Level.green, 1, first)] * 4 + [(Level.yellow, 5, second)] * 2


def test_restated_figures_are_judged_by_the_plan_of_their_day(c: Connections, tmp_path: Path) -> None:
    write(c, 1, [4.5] * 4)
    judge(1, 3)
    first = version_of(c.settings.document("plan"))
    plan(tmp_path, at_most=4)
    write(c, 2, [5.2])
    judge(1, 4)

    # 5.2 of 5 is yellow, as 4.5 of 4 would be on every day; a second green day ends it, as before.
    assert [level for level, _, _ in told(c, 4)] == [
        Level.green, Level.yellow, Level.yellow, Level.yellow,
    ]  # fmt: skip
    assert [version for *_, version in told(c, 4)][:3] == [first] * 3


def test_a_run_about_a_past_day_leaves_its_version(c: Connections, tmp_path: Path) -> None:
    write(c, 1, [4.5] * 4)
    judge(1, 4)
    first = version_of(c.settings.document("plan"))
    plan(tmp_path, at_most=4)
    judge(1, 2)
    assert told(c, 4) == [(Level.green, 1, first)] * 4


def test_days_of_a_version_that_cannot_be_read_any_more_are_judged_by_todays_plan(c: Connections) -> None:
    write(c, 1, [4.5] * 3)
    judge(1, 3)
    now = version_of(c.settings.document("plan"))
    gone = [[*alerts.of(c.database, on(n))] for n in (1, 2)]
    for n, (rows, version) in enumerate(zip(gone, ("unknown", "unreadable"), strict=True), start=1):
        alerts.write(c.database, on(n), [replace(r, plan_version=version) for r in rows])
    plans.note_version(c.database, "unreadable", '{"brand": 1}', lambda _: "")
    judge(1, 3)
    assert told(c, 3) == [(Level.green, 1, now)] * 3
