import datetime as dt

import pytest

from tasks.metrics.latency import latency, ready_at
from tasks.records import Cell, Metric, Outcome, Verdict

DAY = dt.date(2026, 3, 10)
METRIC = Metric(
    metric_id="analysis_latency_minutes",
    name_zh="x",
    name_en="x",
    unit="minutes",
    direction="down",
    grain="day",
    window_days=1,
    numerator="minutes",
    numerator_zh="分子",
    numerator_en="top",
    formula="f",
    strength="own",
    source="s",
    query="ledger",
    inputs=(),
)


def at(hour: int, minute: int = 0, day: int = 11) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=dt.UTC)


def outcome(
    fetched_at: dt.datetime, verdict: Verdict = Verdict.ok, *, day: dt.date = DAY, as_of: dt.date = DAY
) -> Outcome:
    return Outcome(Cell("a", f"e{fetched_at:%H%M}", day), verdict, 1, as_of, fetched_at)


INPUTS = [
    outcome(at(0, 5)),
    outcome(at(1, 30)),
    outcome(at(5), Verdict.late),
    outcome(at(6), as_of=DAY + dt.timedelta(days=1)),  # read again the next day
    outcome(at(7), day=DAY - dt.timedelta(days=3)),  # an earlier day, restated
]


def test_the_last_good_first_answer_makes_the_inputs_ready() -> None:
    assert ready_at(INPUTS, DAY) == at(1, 30)
    assert ready_at([], DAY) is None


def test_latency_runs_from_the_last_input_to_the_first_report_after_it() -> None:
    value = latency(METRIC, DAY, INPUTS, [at(3), at(1), at(1, 42)])

    assert (value.value, value.numerator, value.status, value.note) == (12, 12, "ok", "")
    assert (value.metric_id, value.business_date, value.account_id) == ("analysis_latency_minutes", DAY, "*")


@pytest.mark.parametrize(
    ("inputs", "delivered", "note"),
    [
        ([], [at(3)], "no input"),
        ([outcome(at(5), Verdict.late)], [at(6)], "no input"),
        (INPUTS, [], "no report"),
        (INPUTS, [at(1)], "no report"),
    ],
)
def test_without_inputs_or_report_there_is_no_latency(
    inputs: list[Outcome], delivered: list[dt.datetime], note: str
) -> None:
    value = latency(METRIC, DAY, inputs, delivered, "en")

    assert (value.value, value.status) == (None, "grey")
    assert value.note.startswith(note)
