import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tasks.calendars import SHANGHAI, Window
from tasks.errors import BadRequest
from tasks.opsdb import accounts, alerts, metrics, outcomes
from tasks.opsdb.schema import account
from tasks.records import Account, AlertRow, Cell, Level, MetricValue, Outcome, SourceKind, Verdict

DAY = dt.date(2026, 7, 1)
MOMENT = dt.datetime(2026, 7, 2, 0, 30, 0, 123456, dt.UTC)


def day(n: int) -> dt.date:
    return DAY + dt.timedelta(days=n)


def outcome(n: int, account_id: str = "oa", verdict: Verdict = Verdict.ok) -> Outcome:
    return Outcome(
        Cell(account_id, "oa.user_summary", day(n)), verdict, 3, day(9), MOMENT, "61501", "not ready"
    )


def value(metric_id: str, n: int, number: float | None = 1.0, **more: Any) -> MetricValue:
    return MetricValue(metric_id, day(n), numerator=number, value=number, completeness=1.0, **more)


def alert(metric_id: str, n: int, level: Level = Level.red) -> AlertRow:
    return AlertRow(
        metric_id, day(n), level, Level.orange, day(0), "worsened", "progress", 1.5, 2.5, 0.0, 10.0,
        0.4, 0.4, 0.3, None, 12, 0.25, "内容负责人", "加投", day(20), "两天未达",
        "0f1e2d3c4b5a", day(90), 5.0, day(164), 74, 3.5, 4.5,
    )  # fmt: skip


def test_outcomes_come_back_as_they_were_written(ops: sa.Engine) -> None:
    written = [outcome(0), outcome(1, verdict=Verdict.late), outcome(0, "mp")]
    assert outcomes.write(ops, written) == 3
    assert outcomes.read(ops) == sorted(written, key=lambda o: o.cell)


def test_a_second_outcome_of_a_cell_replaces_the_first(ops: sa.Engine) -> None:
    outcomes.write(ops, [outcome(0, verdict=Verdict.late), outcome(1)])
    outcomes.write(ops, [outcome(0)])
    assert [o.verdict for o in outcomes.read(ops)] == [Verdict.ok, Verdict.ok]


def test_outcomes_are_read_by_half_open_dates_and_account(ops: sa.Engine) -> None:
    outcomes.write(ops, [outcome(n, a) for n in range(4) for a in ("oa", "mp")])
    found = outcomes.read(ops, since=day(1), until=day(3), account_ids=["mp"])
    assert [o.cell.business_date for o in found] == [day(1), day(2)]
    assert outcomes.read(ops, account_ids=[]) == []


def test_moments_come_back_in_utc_whatever_zone_they_were_given_in(ops: sa.Engine) -> None:
    outcomes.write(ops, [replace(outcome(0), fetched_at=MOMENT.astimezone(SHANGHAI))])
    (found,) = outcomes.read(ops)
    assert found.fetched_at == MOMENT
    assert found.fetched_at.utcoffset() == dt.timedelta(0)


def test_a_moment_without_a_zone_is_refused(ops: sa.Engine) -> None:
    with pytest.raises((BadRequest, sa.exc.StatementError), match="names no time zone"):
        outcomes.write(ops, [replace(outcome(0), fetched_at=MOMENT.replace(tzinfo=None))])
    assert outcomes.read(ops) == []


def test_no_outcomes_are_no_trouble(ops: sa.Engine) -> None:
    assert outcomes.write(ops, []) == 0


def test_measuring_a_window_again_replaces_its_values_and_only_those(ops: sa.Engine) -> None:
    window = Window(day(0), day(2))
    metrics.write(ops, [value("a", 0), value("a", 1), value("b", 1)], window)
    metrics.write(ops, [value("a", 5)], Window.of_day(day(5)))
    assert metrics.write(ops, [value("a", 1, 7.0)], window) == 1
    assert [(v.metric_id, v.business_date, v.value) for v in metrics.read(ops, Window(day(0), day(9)))] == [
        ("a", day(1), 7.0),
        ("a", day(5), 1.0),
        ("b", day(1), 1.0),
    ]


def test_a_metric_without_values_now_is_emptied_when_it_is_named(ops: sa.Engine) -> None:
    window = Window.of_day(DAY)
    metrics.write(ops, [value("a", 0), value("b", 0)], window)
    metrics.write(ops, [value("b", 0)], window, metric_ids=["a", "b"])
    assert [v.metric_id for v in metrics.read(ops, window)] == ["b"]


def test_values_are_read_by_metric_account_and_breakdown(ops: sa.Engine) -> None:
    window = Window.of_day(DAY)
    total = value("a", 0)
    part = value("a", 0, account_id="oa", dimension="channel", member="扫码")
    metrics.write(ops, [total, part, value("b", 0)], window)
    assert metrics.read(ops, window, metric_ids=["a"], account_id="oa") == [part]
    assert metrics.read(ops, window, metric_ids=["a"], dimension="") == [total]
    assert metrics.read(ops, window, metric_ids=["a"], account_id=metrics.BRAND) == [total]


def test_the_first_value_is_the_earliest_total_that_is_not_null(ops: sa.Engine) -> None:
    values = [
        value("a", 0, 5.0),
        value("a", 2, None),
        value("a", 3, 6.0),
        value("a", 2, 1.0, account_id="oa"),
    ]
    metrics.write(ops, values, Window(day(0), day(9)))
    found = metrics.first_value(ops, "a", day(1))
    assert found is not None
    assert (found.business_date, found.value) == (day(3), 6.0)
    assert metrics.first_value(ops, "a", day(4)) is None


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(ops: sa.Engine, number: float) -> None:
    with pytest.raises(BadRequest, match="finite"):
        metrics.write(ops, [value("a", 0, number)], Window.of_day(DAY))


def test_a_value_outside_the_window_is_refused_and_nothing_is_lost(ops: sa.Engine) -> None:
    metrics.write(ops, [value("a", 0)], Window.of_day(DAY))
    with pytest.raises(BadRequest):
        metrics.write(ops, [value("a", 0), value("a", 1)], Window.of_day(DAY))
    assert len(metrics.read(ops, Window.of_day(DAY))) == 1


def test_many_thousand_values_are_one_write(ops: sa.Engine) -> None:
    values = [value(f"m{n}", d) for n in range(100) for d in range(50)]
    window = Window(day(0), day(50))
    assert metrics.write(ops, values, window) == 5000
    assert metrics.write(ops, values, window) == 5000
    assert len(metrics.read(ops, window)) == 5000


def test_judgements_come_back_as_they_were_written(ops: sa.Engine) -> None:
    nothing = {"next_date": None, "projected_date": None, "late_days": None, "forecast_low": None}
    rows = [alert("a", 0), replace(alert("b", 0), slippage_days=None, due_date=None, lag=None, **nothing)]
    alerts.write(ops, DAY, rows)
    assert alerts.of(ops, DAY) == rows
    assert isinstance(alerts.of(ops, DAY)[0].level, Level)


def test_judging_a_day_again_replaces_that_day_only(ops: sa.Engine) -> None:
    alerts.write(ops, Window(day(0), day(2)), [alert("a", 0), alert("a", 1), alert("b", 1)])
    alerts.write(ops, day(1), [alert("a", 1, Level.green)])
    assert [r.level for r in alerts.of(ops, day(1))] == [Level.green]
    assert len(alerts.of(ops, day(0))) == 1


def test_the_judgements_before_a_day_do_not_include_it(ops: sa.Engine) -> None:
    alerts.write(ops, Window(day(0), day(9)), [alert("a", n) for n in range(9)])
    assert [r.business_date for r in alerts.before(ops, day(5), days=3)] == [day(2), day(3), day(4)]


def test_a_judgement_of_another_day_is_refused(ops: sa.Engine) -> None:
    with pytest.raises(BadRequest):
        alerts.write(ops, DAY, [alert("a", 1)])


def test_accounts_are_kept_for_those_who_join_them(ops: sa.Engine) -> None:
    entry = Account(
        account_id="oa",
        kind=SourceKind.official_account,
        name="服务号",
        app_id="wx",
        secret="S",
        base_url="https://x",
    )
    accounts.write(ops, [entry])
    accounts.write(ops, [entry.model_copy(update={"name": "新名"})])
    with ops.connect() as connection:
        assert [(r.account_id, r.kind, r.name) for r in connection.execute(sa.select(account))] == [
            ("oa", "official_account", "新名")
        ]
