"""The judgement of every measured KPI and gate: level, change, owner, action and due date.

Pure and repeatable: the same plan, values and earlier rows give the same rows, whenever they are asked.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tasks.alerts.assess import Finding, assess
from tasks.alerts.entries import Gate, Kpi, LevelRule
from tasks.alerts.memory import Memory, Step, remember
from tasks.alerts.notes import reason
from tasks.alerts.plan import Plan
from tasks.calendars import Window
from tasks.records import AlertRow, Level, Metric, MetricValue


def judge_series(
    plan: Plan,
    values_by_day: Mapping[dt.date, Mapping[str, MetricValue]],
    before: Iterable[AlertRow],
    baselines: Mapping[str, float],
    metrics: Mapping[str, Metric],
    window: Window,
    language: str = "zh-CN",
) -> list[AlertRow]:
    """One row per day and measured KPI or gate, oldest day first, in the plan's order.

    Many days at once give the same rows as one day after the other.

    Args:
        plan: the brand's plan.
        values_by_day: measurements by business date and metric id (see :func:`by_day`); a day or metric left
            out is grey.
        before: rows of days before the window (later ones are ignored); a gap does no harm. Give at least the
            last 30 days: what is older is forgotten, and a level then starts anew.
        baselines: first measured value at or after the plan's start, for KPIs whose baseline is
            ``first_value``.
        metrics: the catalogue by metric id; it tells the smallest sample.
        window: the business dates judged.
        language: ``zh-CN`` or ``en``, for owner, action and reason.
    """
    keep = max(plan.rules.hysteresis - 1, 1)
    memories = remember((row for row in before if row.business_date < window.start), keep)
    curves = {
        entry.metric: plan.curve(entry.metric, baselines.get(entry.metric))
        for entry in plan.watched
        if isinstance(entry, Kpi)
    }
    samples = {metric_id: metric.min_sample for metric_id, metric in metrics.items()}
    rows = []
    for day in window.days():
        values = values_by_day.get(day, {})
        for entry in plan.watched:
            key = entry.metric
            finding = assess(plan, entry, curves.get(key), values.get(key), day, samples.get(key, 0))
            memory = memories.get(key, Memory())
            step = memory.step(finding.level, day, plan.rules.hysteresis, plan.rules.reminder_day)
            row = _row(plan, entry, finding, step, day, language)
            memories[key] = memory.after(row, keep)
            rows.append(row)
    return rows


def by_day(values: Iterable[MetricValue]) -> dict[dt.date, dict[str, MetricValue]]:
    """The brand's own values (all accounts, no breakdown) by business date and metric id."""
    found: dict[dt.date, dict[str, MetricValue]] = {}
    for value in values:
        if value.account_id == "*" and not value.dimension:
            found.setdefault(value.business_date, {})[value.metric_id] = value
    return found


def _row(
    plan: Plan, entry: Kpi | Gate, finding: Finding, step: Step, day: dt.date, language: str
) -> AlertRow:
    rule = _rule(plan, step.level)
    lag = finding.lag
    return AlertRow(
        metric_id=entry.metric,
        business_date=day,
        level=step.level,
        raw_level=finding.level,
        since=step.since,
        changed=step.changed,
        basis=lag.basis if lag else entry.lag_basis if isinstance(entry, Kpi) else "gate",
        actual=_float(finding.actual),
        expected=_float(finding.expected),
        baseline=_float(finding.baseline),
        target=_float(finding.target),
        lag=_float(lag.value) if lag else None,
        lag_progress=_float(lag.progress) if lag else None,
        lag_level=_float(lag.level) if lag else None,
        lag_points=_float(lag.points) if lag else None,
        slippage_days=finding.slippage_days,
        needed_per_day=_float(finding.needed_per_day),
        owner=plan.owners[entry.owner].name(language),
        action=rule.action(language) if rule else "",
        # Counted from the first day of the level: a due date that moves on every day is none.
        due_date=step.since + dt.timedelta(days=rule.days_to_act) if rule else None,
        reason=reason(plan, entry, finding, step.level, language),
    )


def _rule(plan: Plan, level: Level) -> LevelRule | None:
    return {
        Level.yellow: plan.levels.yellow,
        Level.orange: plan.levels.orange,
        Level.red: plan.levels.red,
    }.get(level)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
