"""Milestones are noticed by what their numbers were since they were due, and a day told again says the same."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import announce
from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.measure import plan_of
from tasks.notice import notice_risks
from tasks.opsdb import metrics, notices
from tasks.records import MetricValue

DAY = dt.timedelta(days=1)


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    # There is no server here to hold Prefect's event feed.
    monkeypatch.setattr(announce, "emit_event", lambda **event: None)
    with connect() as connections:
        yield connections


def told(c: Connections, day: dt.date, share: float) -> list[str]:
    """MS-06 asks for 70 % of the decisions driven by data: what is noticed of it on a day with this share."""
    value = MetricValue("data_driven_decision_share", day, "*", "", "", share * 1000, 1000, share, 1.0, "ok")
    metrics.write(c.database, [value], Window.of_day(day))
    notice_risks.fn(Window.of_day(day))
    return [n.changed for n in notices.of(c.database, day) if n.key == "milestone:MS-06"]


def test_a_milestone_met_in_time_is_not_told_when_its_number_slips_later(c: Connections) -> None:
    due = plan_of(c).date_of(12)
    shares = [0.705, 0.71, 0.698, 0.702, 0.697]
    assert [told(c, due + n * DAY, share) for n, share in enumerate(shares)] == [[]] * 5


def test_a_milestone_met_late_is_told_until_then_and_its_end_once(c: Connections) -> None:
    due = plan_of(c).date_of(12)
    shares = [0.69, 0.698, 0.702, 0.697, 0.703, 0.699]
    days = [told(c, due + n * DAY, share) for n, share in enumerate(shares)]
    assert days == [["started"], [""], [], ["recovered"], [], []]


def test_a_day_noticed_again_with_figures_that_came_late_waits_like_any_quiet_day(c: Connections) -> None:
    due = plan_of(c).date_of(12)
    assert told(c, due, 0.69) == ["started"]
    assert told(c, due + DAY, 0.698) == [""]
    assert told(c, due + DAY, 0.702) == []
    assert told(c, due + 2 * DAY, 0.702) == ["recovered"]


def test_what_a_day_noticed_first_and_by_mistake_is_over_at_once(c: Connections) -> None:
    due = plan_of(c).date_of(12)
    assert told(c, due, 0.69) == ["started"]
    assert told(c, due, 0.702) == ["recovered"]
