"""The judgement of every measured KPI and gate: level, change, owner, action and due date.

Pure and repeatable: the same plan, values and earlier rows give the same rows, whenever they are asked.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from tasks.alerts.assess import Finding, assess
from tasks.alerts.curves import Curve
from tasks.alerts.entries import Gate, Kpi, LevelRule
from tasks.alerts.forecast import LONGEST
from tasks.alerts.landing import Landing, Point, Points, Question, landings
from tasks.alerts.memory import Memory, Step, remember
from tasks.alerts.noise import LOOK_BACK, Wobble, wobble
from tasks.alerts.notes import reason
from tasks.alerts.plan import Plan
from tasks.alerts.relatives import Frozen, as_kpi, judged
from tasks.alerts.series import Series
from tasks.calendars import Window
from tasks.records import AlertRow, Level, Metric, MetricValue

MEMORY_DAYS = 45
"""Days of earlier rows that a judgement remembers."""
HISTORY_DAYS = LONGEST
"""Days of values before a date that its noise and its forecast rest on."""


@dataclass(frozen=True)
class _Outcome:
    """What a day says of one entry, before the memory of other days."""

    entry: Kpi | Gate
    day: dt.date
    finding: Finding
    point: Point | None


def judge_series(
    plan: Plan,
    values_by_day: Mapping[dt.date, Mapping[str, MetricValue]],
    before: Iterable[AlertRow],
    baselines: Mapping[str, float],
    metrics: Mapping[str, Metric],
    window: Window,
    language: str = "zh-CN",
    *,
    frozen: Mapping[str, Frozen] | None = None,
    plan_version: str = "",
    foretell: bool = True,
) -> list[AlertRow]:
    """One row per day and measured KPI or gate, oldest day first, in the plan's order, relative targets last.

    Many days at once give the same rows as one day after the other.

    Args:
        plan: the brand's plan.
        values_by_day: measurements by business date and metric id (see :func:`by_day`), of the window and of
            ``HISTORY_DAYS`` before it; a day or metric left out is grey. Without earlier days there is no
            forecast, and only the plan's noise floor and a share's own sample tell chance from a gap.
        before: rows of days before the window (later ones are ignored); a gap does no harm. Give at least the
            last ``MEMORY_DAYS``: what is older is forgotten, and a level then starts anew.
        baselines: mean of the first week measured from the plan's start on (``relatives.start_value``), for KPIs
            whose baseline is ``first_value``.
        metrics: the catalogue by metric id; it tells the smallest sample and the window of a value.
        window: the business dates judged.
        language: ``zh-CN`` or ``en``, for action and reason.
        frozen: baselines of relative targets.
        plan_version: version of the plan's document, repeated in every row.
        foretell: False leaves out landing and forecast, on which no level hangs.
    """
    keep = max(plan.rules.hysteresis - 1, 1)
    memories = remember((row for row in before if row.business_date < window.start), keep)
    lines = _lines(plan, baselines, metrics, frozen or {})
    series = Series(values_by_day, [entry.metric for entry, _ in lines], plan.rules.complete_share)
    outcomes = _outcomes(plan, lines, values_by_day, metrics, window, series)
    rows = []
    landed = _landings(plan, outcomes, series) if foretell else [None] * len(outcomes)
    for outcome, landing in zip(outcomes, landed, strict=True):
        key = outcome.entry.metric
        memory = memories.get(key, Memory())
        step = memory.step(outcome.finding.level, outcome.day, plan.rules.hysteresis, plan.rules.reminder_day)
        row = _row(plan, outcome, step, landing, language, plan_version)
        memories[key] = memory.after(row, keep)
        rows.append(row)
    return rows


def _lines(
    plan: Plan, baselines: Mapping[str, float], metrics: Mapping[str, Metric], frozen: Mapping[str, Frozen]
) -> list[tuple[Kpi | Gate, Curve | None]]:
    """Everything that is judged, each with its pace line; null for gates and unknown start values."""
    lines: list[tuple[Kpi | Gate, Curve | None]] = [
        (entry, plan.curve(entry.metric, baselines.get(entry.metric)) if isinstance(entry, Kpi) else None)
        for entry in plan.watched
    ]
    lines += [
        as_kpi(plan, entry, metrics[entry.metric], frozen.get(entry.metric))
        for entry in judged(plan, metrics)
    ]
    return lines


def _outcomes(
    plan: Plan,
    lines: Iterable[tuple[Kpi | Gate, Curve | None]],
    values_by_day: Mapping[dt.date, Mapping[str, MetricValue]],
    metrics: Mapping[str, Metric],
    window: Window,
    series: Series,
) -> list[_Outcome]:
    points = Points(plan)
    found = []
    for day in window.days():
        values = values_by_day.get(day, {})
        for entry, line in lines:
            key = entry.metric
            metric = metrics.get(key)
            # A line that starts after the plan's start waits for its baseline to be frozen.
            waits = line is not None and plan.brand.start_date < line.days[0] > day
            curve = None if waits else line
            sample, width = (metric.min_sample, metric.window_days) if metric else (0, 1)
            moves = partial(_moves, series, key, day, width)
            finding = assess(plan, entry, curve, values.get(key), day, sample, width, moves)
            found.append(_Outcome(entry, day, finding, points.after(key, curve, day)))
    return found


def _moves(series: Series, metric_id: str, day: dt.date, window_days: int) -> Wobble | None:
    return wobble(series.before(metric_id, day, LOOK_BACK), window_days)


def _landings(plan: Plan, outcomes: list[_Outcome], series: Series) -> list[Landing | None]:
    asked = {
        i: Question(o.entry.metric, o.day, o.finding.actual, o.point, o.entry.unit, _way(o.finding, o.point))
        for i, o in enumerate(outcomes)
        if o.point is not None and o.finding.actual is not None and o.finding.level is not Level.grey
    }
    told = dict(zip(asked, landings(series, list(asked.values()), plan.end), strict=True))
    return [told.get(i) for i in range(len(outcomes))]


def _way(finding: Finding, point: Point) -> Decimal:
    """What the plan wants to move in all; of a gate, which has no way to go, the number asked for."""
    if finding.target is None or finding.baseline is None:
        return abs(point.value)
    return abs(finding.target - finding.baseline)


def by_day(values: Iterable[MetricValue]) -> dict[dt.date, dict[str, MetricValue]]:
    """The brand's own values (all accounts, no breakdown) by business date and metric id."""
    found: dict[dt.date, dict[str, MetricValue]] = {}
    for value in values:
        if value.account_id == "*" and not value.dimension:
            found.setdefault(value.business_date, {})[value.metric_id] = value
    return found


def _row(
    plan: Plan, outcome: _Outcome, step: Step, landing: Landing | None, language: str, plan_version: str
) -> AlertRow:
    entry, day, finding, point = outcome.entry, outcome.day, outcome.finding, outcome.point
    rule = _rule(plan, step.level)
    lag = finding.lag
    landed = landing.date if landing else None
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
        owner=entry.owner,
        action=rule.action(language) if rule else "",
        # Counted from the first day of the level: a due date that moves on every day is none.
        due_date=step.since + dt.timedelta(days=rule.days_to_act) if rule else None,
        reason=reason(plan, entry, finding, step.level, day, language, point, landing),
        plan_version=plan_version,
        next_date=point.due if point else None,
        next_value=_float(point.value) if point else None,
        projected_date=landed,
        late_days=(landed - point.due).days if landed and point else None,
        forecast_low=landing.low if landing else None,
        forecast_high=landing.high if landing else None,
        unreachable=landing is not None and landed is None,
        cause=finding.cause,
    )


def _rule(plan: Plan, level: Level) -> LevelRule | None:
    return {
        Level.yellow: plan.levels.yellow,
        Level.orange: plan.levels.orange,
        Level.red: plan.levels.red,
    }.get(level)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
