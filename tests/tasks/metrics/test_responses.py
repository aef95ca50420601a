import datetime as dt
from typing import Any

from tasks.calendars import moment_on
from tasks.metrics.responses import Signal, response_hours, signals
from tasks.records import PREPARED_BY, Action, ActionKind, CaseEvent, Level
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 9, 30)
METRIC = some_metric("market_response_speed", unit="hours", direction="down", window_days=90, min_sample=3)
MON, TUE = dt.date(2026, 9, 7), dt.date(2026, 9, 8)
TOLD = {MON: dt.datetime(2026, 9, 8, 1, tzinfo=dt.UTC), TUE: dt.datetime(2026, 9, 9, 1, tzinfo=dt.UTC)}
ARRIVED = {day: [at] for day, at in TOLD.items()}


def hours(count: float, since: dt.datetime = TOLD[MON]) -> dt.datetime:
    return since + dt.timedelta(hours=count)


def action(
    at: dt.datetime,
    *,
    about: str = "open",
    by: str = "张三",
    alert: dt.date | None = None,
    done: dt.datetime | None = None,
) -> Action:
    return Action("a", about, alert, "red", ActionKind.other, "t", "o", by, at, None, done)


def row(signal: dt.datetime | None, acted: dt.datetime | None, evidence: str | None = None) -> dict[str, Any]:
    return {"signal_at": signal, "acted_at": acted, "evidence": evidence}


def alert(day: dt.date = MON, key: str = "open") -> tuple[dt.datetime, CaseEvent]:
    """Told on the morning after its day."""
    at = TOLD.get(day, moment_on(day, dt.time(9)) + dt.timedelta(days=1))
    return at, CaseEvent(key, "told", Level.red, day, note="started")


def waits(known: list[Signal]) -> list[float | None]:
    return [(s.acted_at - s.raised_at).total_seconds() / 3600 if s.acted_at else None for s in known]


def test_an_alert_is_answered_by_the_first_action_about_its_metric_after_it_was_told() -> None:
    acts = [action(hours(9)), action(hours(5)), action(hours(-2)), action(hours(1), about="share")]

    assert waits(signals([alert()], ARRIVED, acts, [])) == [5]


def test_an_action_for_the_alerts_own_day_counts_though_it_came_before_the_message() -> None:
    assert waits(signals([alert()], ARRIVED, [action(hours(-2), alert=MON)], [])) == [0]


def test_what_nobody_was_told_is_no_signal_and_what_nobody_answered_has_no_answer() -> None:
    assert signals([alert(dt.date(2026, 5, 1))], ARRIVED, [], []) == []
    assert waits(signals([alert()], ARRIVED, [], [])) == [None]


def test_an_incident_told_during_the_day_moves_no_alert_of_that_day() -> None:
    clock, digest = moment_on(MON, dt.time(13)), moment_on(TUE, dt.time(8, 40))
    told = [alert(key="incident:INC-1"), alert()]
    told = [(at, event) for at, (_, event) in zip((clock, digest), told, strict=True)]
    acts = [
        action(moment_on(MON, dt.time(13, 30)), about="incident:INC-1"),
        action(moment_on(MON, dt.time(15))),  # the alert did not exist yet
        action(moment_on(TUE, dt.time(9, 10))),
    ]

    assert waits(signals(told, {MON: [clock, digest]}, acts, [])) == [0.5, 0.5]
    # The robot was down until a quarter to nine: whoever was told of the incident then has answered before.
    late = {MON: [digest + dt.timedelta(minutes=5)]}
    assert waits(signals(told, late, acts, [])) == [None, 25 / 60]


def test_an_alert_that_a_restatement_raised_days_later_waits_from_when_it_was_told() -> None:
    later = (hours(72), alert()[1])
    assert waits(
        signals([later], {MON: [TOLD[MON], hours(72)]}, [action(hours(1)), action(hours(74))], [])
    ) == [2]


def test_a_plan_the_system_prepared_is_an_answer_only_when_somebody_has_done_it() -> None:
    waiting = action(hours(0), by=PREPARED_BY)
    done = action(hours(0), by=PREPARED_BY, done=hours(30))

    assert waits(signals([alert()], ARRIVED, [waiting], [])) == [None]
    assert waits(signals([alert()], ARRIVED, [done], [])) == [30]


def test_an_imported_answer_to_one_of_our_alerts_is_not_a_second_signal() -> None:
    theirs = [
        row(hours(1), hours(4), "open@2026-09-07"),  # about our alert, told an hour later
        row(hours(48), hours(50), "open@2026-09-07"),  # two days on: another signal
        row(hours(1), None, "a competitor"),
        row(None, None, "open"),
    ]

    assert waits(signals([alert()], ARRIVED, [action(hours(6))], theirs)) == [4, 2, None]


def test_the_median_is_over_all_alerts_and_an_unanswered_one_is_the_slowest() -> None:
    known = [Signal(TOLD[MON], hours(2)), Signal(TOLD[MON], hours(10)), Signal(TOLD[MON], None)]

    value = response_hours(METRIC, DAY, known)

    # 2, 10, never: the middle one.
    assert (value.value, value.numerator, value.denominator, value.status) == (10, 10, None, "ok")
    assert value.note == "3 条预警中 2 条有行动记录"


def test_with_most_alerts_unanswered_there_is_no_speed() -> None:
    known = [Signal(TOLD[MON], hours(2)), Signal(TOLD[MON], None), Signal(TOLD[MON], None)]

    value = response_hours(METRIC, DAY, known, "en")

    assert (value.value, value.status) == (None, "grey")
    assert value.note.startswith("1 of 3 alerts have a recorded action")


def test_too_few_alerts_are_grey() -> None:
    value = response_hours(METRIC, DAY, [Signal(TOLD[MON], hours(2))] * 2)

    assert (value.value, value.status) == (None, "grey")
    assert value.note == "90 天内只有 2 条满 7 天的预警，不足 3 条"


def test_an_alert_is_counted_when_it_is_seven_days_old_and_only_what_was_known_then() -> None:
    known = [Signal(TOLD[MON], hours(n)) for n in (1, 2)] + [Signal(TOLD[MON], hours(24 * 10))]
    told = dt.date(2026, 9, 8)

    assert response_hours(METRIC, told + dt.timedelta(days=6), known).status == "grey"
    early = response_hours(METRIC, told + dt.timedelta(days=7), known)
    late = response_hours(METRIC, told + dt.timedelta(days=20), known)
    assert (early.value, early.note[:18]) == (2, "3 条预警中 2 条有行动记录"[:18])
    assert late.note.startswith("3 条预警中 3 条")
    assert response_hours(METRIC, told + dt.timedelta(days=97), known).status == "grey", (
        "older than the window"
    )
