"""The team's own numbers, measured from a real ops database and a real lake."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tasks import settings
from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections
from tasks.measure import catalogue_of
from tasks.opsdb import actions, alerts, cases, decisions, ledger
from tasks.opsdb.schema import alert_case_event, delivery
from tasks.opsdb.transactions import writing
from tasks.records import (
    Action,
    ActionKind,
    AlertRow,
    CaseEvent,
    Decision,
    DecisionOutcome,
    Level,
    MetricValue,
)
from tasks.reflect import team_values

DAY = dt.date(2026, 7, 20)


@pytest.fixture
def c(tmp_path: Path) -> Iterator[Connections]:
    with Connections(settings.load().model_copy(update={"data_dir": tmp_path, "database_url": ""})) as opened:
        yield opened


def measured(c: Connections, days: int = 1) -> dict[str, list[MetricValue]]:
    found: dict[str, list[MetricValue]] = {}
    for value in team_values(c, catalogue_of(c), Window.ending(DAY, days)):
        found.setdefault(value.metric_id, []).append(value)
    return found


def back(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def judged(c: Connections, days_ago: int, level: Level, changed: str, lag: float) -> None:
    day = back(days_ago)
    row = AlertRow(
        "oa_open_rate", day, level, level, day, changed, "progress", 1.0, 2.0, 0.0, 9.0, lag, lag, lag, lag,
        None, None, "o", "a", None, "",
    )  # fmt: skip
    alerts.write(c.database, day, [row])


def told(c: Connections, days_ago: int) -> dt.datetime:
    """A day's alert, told with its digest at 01:00 UTC of the next morning."""
    day = back(days_ago)
    moment = dt.datetime.combine(day + ONE_DAY, dt.time(1), dt.UTC)
    claim = ledger.claim(
        c.database, report="digest", period=str(day), channel="mail", recipient="a", content_hash="h"
    )
    assert isinstance(claim, ledger.Claim)
    ledger.sending(c.database, claim)
    ledger.sent(c.database, claim, "0", "")
    with writing(c.database) as connection:
        here = delivery.c.delivery_id == claim.delivery_id
        connection.execute(sa.update(delivery).where(here).values(finished_at=moment))
    event = CaseEvent("oa_open_rate", "told", Level.yellow, day, note="worsened")
    cases.change(c.database, lambda _: ((), [event], ()))
    with writing(c.database) as connection:
        here = alert_case_event.c.business_date == day
        connection.execute(sa.update(alert_case_event).where(here).values(at=moment))
    return moment


def imported(decision_id: str, days_ago: int, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("basis", "evidence", "signal_at", "acted_at", "owner"))
    told = {"account_id": "files", "decision": "另一件", "outcome": "open", "import_id": "i", **more}
    return {**empty, **told, "decision_id": decision_id, "business_date": back(days_ago)}


def test_a_new_installation_is_grey_and_says_what_to_do(c: Connections) -> None:
    found = measured(c, days=2)

    assert {name: [v.status for v in values] for name, values in found.items()} == dict.fromkeys(
        ("data_driven_decision_share", "market_response_speed", "alert_precision"), ["grey", "grey"]
    )
    assert "record-decision" in found["data_driven_decision_share"][0].note


def test_decisions_of_both_logs_count_once(c: Connections) -> None:
    for n in range(4):
        evidence = ("oa_open_rate",) if n < 2 else ()
        moment = dt.datetime(2026, 7, 20, tzinfo=dt.UTC)
        decisions.record(
            c.database,
            Decision(f"D-{n}", back(n), f"第{n}件", "组", evidence, "", DecisionOutcome.open, None, moment),
        )
    rows = [imported(f"D-{n}", n, decision=f"第{n}件") for n in (3, 4, 5)]
    c.lake.merge("land_decision", rows)

    (value,) = measured(c)["data_driven_decision_share"]

    # D-0 … D-5: two with evidence; D-3 is in both logs.
    assert (value.numerator, value.denominator, value.status) == (2, 6, "ok")


def test_answers_are_timed_from_the_message_to_the_first_action(c: Connections) -> None:
    for n, wait in enumerate((2, 4, 6, 50, 60)):
        days_ago = 10 + 5 * n
        judged(c, days_ago, Level.yellow, "worsened", 0.1)
        acted = told(c, days_ago) + dt.timedelta(hours=wait)
        actions.record(
            c.database,
            Action(f"a-{n}", "oa_open_rate", None, "", ActionKind.other, "t", "o", "p", acted, None),
        )
    judged(c, 60, Level.red, "worsened", 0.4)  # a backfilled day: nobody was told
    signal = dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)
    c.lake.merge(
        "land_decision", [imported("D-9", 19, signal_at=signal, acted_at=signal + dt.timedelta(hours=3))]
    )

    (value,) = measured(c)["market_response_speed"]

    # 2, 3, 4, 6, 50 and 60 hours.
    assert (value.value, value.status) == (5, "ok")
    assert value.note == "6 条预警中 6 条有行动记录"


def test_reds_are_held_against_what_came_of_them(c: Connections) -> None:
    for n in range(5):
        judged(c, 300 - 50 * n, Level.red, "worsened", 0.5)
        judged(c, 270 - 50 * n, Level.red if n < 3 else Level.green, "", 0.2 if n < 3 else -0.1)

    (value,) = measured(c)["alert_precision"]

    assert (value.numerator, value.denominator, value.value, value.status) == (3, 5, 0.6, "ok")
