"""What landed is built by the next run that can, and every day that looks back on it is measured again."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.build import build_facts
from tasks.calendars import ONE_DAY, Window, business_date, now
from tasks.connections import Connections, connect
from tasks.opsdb import metrics, unbuilt
from tasks.records import MetricValue

JULY = Window(dt.date(2026, 7, 1), dt.date(2026, 8, 1))


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    with connect() as connections:
        yield connections


def measured(c: Connections, window: Window) -> None:
    metrics.write(c.database, [MetricValue("followers", day, value=1.0) for day in window.days()], window)


def waits_from(c: Connections) -> dt.date | None:
    waiting = unbuilt.read(c.database)
    return waiting[0] if waiting else None


def test_a_backfill_of_old_days_does_not_forget_what_landed_after_them(c: Connections) -> None:
    unbuilt.mark(c.database, dt.date(2026, 5, 1))
    build_facts.fn(Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1)))
    assert waits_from(c) == dt.date(2026, 5, 1)


def test_what_lies_after_a_backfill_may_not_be_built_yet_and_goes_on_waiting(c: Connections) -> None:
    unbuilt.mark(c.database, dt.date(2026, 1, 20))
    build_facts.fn(Window(dt.date(2026, 1, 1), dt.date(2026, 2, 1)))
    assert waits_from(c) == dt.date(2026, 2, 1)


def test_the_daily_run_leaves_nothing_waiting(c: Connections) -> None:
    today = business_date(now())
    unbuilt.mark(c.database, dt.date(2026, 5, 1))
    build_facts.fn(Window(today - ONE_DAY, today))
    assert waits_from(c) is None


def test_rows_of_long_ago_have_their_days_measured_again(c: Connections) -> None:
    measured(c, JULY)
    today = business_date(now())
    unbuilt.mark(c.database, dt.date(2026, 7, 3))
    assert build_facts.fn(Window(today - ONE_DAY, today)) == Window(dt.date(2026, 7, 3), today)


def test_no_day_is_measured_that_never_was_before_the_window(c: Connections) -> None:
    measured(c, JULY)
    today = business_date(now())
    unbuilt.mark(c.database, dt.date(2026, 2, 1))
    assert build_facts.fn(Window(today - ONE_DAY, today)).start == JULY.start


def test_days_after_a_backfilled_gap_are_measured_again_for_they_look_back_on_it(c: Connections) -> None:
    measured(c, JULY)
    unbuilt.mark(c.database, dt.date(2026, 7, 3))
    touched = build_facts.fn(Window(dt.date(2026, 7, 3), dt.date(2026, 7, 6)))
    assert touched == JULY
