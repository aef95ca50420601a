"""What the ops database holds, held against the plan that ships: start values, frozen quarters and history."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.alerts import relatives
from tasks.alerts.plan import Plan, load_plan
from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.gauge import baselines, frozen, gauge
from tasks.measure import catalogue_of
from tasks.opsdb import metrics
from tasks.records import AlertRow, MetricValue

START = dt.date(2026, 9, 1)


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


@pytest.fixture
def plan(c: Connections) -> Plan:
    return load_plan(c.settings.document("plan"))


def on(days: int) -> dt.date:
    return START + dt.timedelta(days=days)


def write(c: Connections, metric_id: str, numbers: list[float], first: int = 0) -> None:
    """Values of the whole brand day by day, and beside each the much smaller one of an account and of a channel."""
    values = [
        MetricValue(metric_id, on(first + i), numerator=number, value=number, completeness=1.0, **of)
        for i, n in enumerate(numbers)
        for number, of in (
            (n, {}),
            (n / 10, {"account_id": "oa_main"}),
            (n / 20, {"dimension": "channel", "member": "oa"}),
        )
    ]
    metrics.write(c.database, values, Window(on(first), on(first + len(numbers))))


def judged(c: Connections, plan: Plan, day: int, metric_id: str) -> AlertRow:
    rows = gauge(c, plan, catalogue_of(c), Window.of_day(on(day)), "v1")
    return next(row for row in rows if row.metric_id == metric_id)


def test_the_start_is_the_mean_of_the_first_week_of_the_whole_brand(c: Connections, plan: Plan) -> None:
    write(c, "private_domain_users", [90_000.0] * 5, first=-5)
    write(c, "private_domain_users", [100_000.0 + 2_000 * day for day in range(20)])
    # 100, 102 … 112 thousand; what was before the plan's start, of one account or of one channel does not count
    assert baselines(c, plan) == {"private_domain_users": 106_000.0}
    row = judged(c, plan, 19, "private_domain_users")
    assert (row.baseline, row.actual, row.plan_version) == (106_000.0, 138_000.0, "v1")


def test_a_day_is_foretold_from_the_ninety_days_before_it(c: Connections, plan: Plan) -> None:
    # 4 000 a day from 200 000: 1 000 000 on day 200, due with month 6 on day 181
    write(c, "private_domain_users", [200_000.0 + 4_000 * day for day in range(120)])
    row = judged(c, plan, 119, "private_domain_users")
    assert (row.next_date, row.next_value) == (dt.date(2027, 3, 1), 1_000_000.0)
    assert (row.projected_date, row.late_days) == (on(200), 19)
    assert row.forecast_low == pytest.approx(924_000)


def test_a_target_that_is_only_a_change_is_judged_against_its_first_quarter(
    c: Connections, plan: Plan
) -> None:
    metric_id = relatives.awaiting(plan, catalogue_of(c))[0]
    entry = next(entry for entry in plan.relatives if entry.metric == metric_id)
    write(c, metric_id, [100.0] * 91 + [500.0] * 9)
    # 1 September to 30 November; what comes after the quarter moves the baseline no more
    found = frozen(c, plan, catalogue_of(c))[metric_id]
    assert (found.value, found.known_from) == (100, dt.date(2026, 12, 1))
    row = judged(c, plan, 99, metric_id)
    assert (row.baseline, row.target) == (100, float(100 * (1 + entry.change)))
    assert judged(c, plan, 80, metric_id).expected is None
