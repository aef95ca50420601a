import datetime as dt

import pytest

from tasks.metrics.latency import latency, ready_at
from tasks.records import Cell, Outcome, Verdict
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 3, 10)
METRIC = some_metric("analysis_latency_minutes", direction="down", query="ledger")


def at(hour: int, minute: int = 0, day: int = 11) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


def outcome(first_ok_at: dt.datetime | None, *, day: dt.date = DAY) -> Outcome:
    verdict = Verdict.ok if first_ok_at else Verdict.late
    name = f"e{first_ok_at:%H%M}" if first_ok_at else "late"
    return Outcome(Cell("a", name, day), verdict, 1, day, at(9), first_ok_at=first_ok_at)


INPUTS = [outcome(at(0, 5)), outcome(at(1, 30)), outcome(at(7), day=DAY - dt.timedelta(days=3))]
NEXT = DAY + dt.timedelta(days=1)


def test_the_last_cell_to_become_good_makes_the_inputs_ready() -> None:
    assert ready_at(INPUTS, DAY) == at(1, 30)
    assert ready_at([], DAY) is None
    assert ready_at([*INPUTS, outcome(None)], DAY) is None, "a cell is still missing"


def test_a_day_tells_how_long_the_report_about_the_day_before_had_waited() -> None:
    value = latency(METRIC, NEXT, INPUTS, [at(3), at(1), at(1, 42)])

    assert (value.value, value.numerator, value.status, value.note) == (12, 12, "ok", "")
    assert (value.metric_id, value.business_date, value.account_id) == ("analysis_latency_minutes", NEXT, "*")


@pytest.mark.parametrize(
    ("inputs", "delivered", "note"),
    [
        ([], [at(3)], "the inputs"),
        ([*INPUTS, outcome(None)], [at(6)], "the inputs"),
        (INPUTS, [], "no report"),
        (INPUTS, [at(1)], "no report"),
    ],
)
def test_without_inputs_or_report_there_is_no_latency(
    inputs: list[Outcome], delivered: list[dt.datetime], note: str
) -> None:
    value = latency(METRIC, NEXT, inputs, delivered, "en")

    assert (value.value, value.status) == (None, "grey")
    assert value.note.startswith(note)
