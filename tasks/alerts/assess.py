"""One number on one day against the plan, without memory of other days."""

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from tasks.alerts.curves import Curve, known
from tasks.alerts.entries import Gate, Kpi
from tasks.alerts.lag import Lag, lag_behind, lag_beyond, level_beyond, level_of
from tasks.alerts.noise import Wobble, is_chance, is_small
from tasks.alerts.plan import Plan
from tasks.records import Level, MetricValue

Cause: TypeAlias = Literal["", "missing", "unusable", "thin", "incomplete", "warm_up", "no_baseline", "noise"]


@dataclass(frozen=True)
class Finding:
    """What one day's figures say alone. ``cause`` says why there is no colour although there may be a gap."""

    level: Level
    cause: Cause = ""
    actual: Decimal | None = None
    expected: Decimal | None = None
    baseline: Decimal | None = None
    target: Decimal | None = None
    lag: Lag | None = None
    slippage_days: int | None = None
    slips_more: bool = False
    """Worse than the start: the slippage is the least it can be."""
    needed_per_day: Decimal | None = None
    completeness: Decimal | None = None
    sample: float | None = None
    note: str = ""


def assess(
    plan: Plan,
    entry: Kpi | Gate,
    curve: Curve | None,
    value: MetricValue | None,
    day: dt.date,
    min_sample: float = 0,
    window_days: int = 1,
    moves: Callable[[], Wobble | None] = lambda: None,
) -> Finding:
    """The finding of one KPI or gate on one day.

    Grey, in this order: no value, or the metric's own doubts (immature cohort); inputs less complete than the
    plan asks; sample too small; start value not known; before the end of the warm-up. Gates need no warm-up.

    Args:
        plan: the brand's plan.
        entry: the KPI or gate.
        curve: the KPI's pace curve; null for gates and unknown start values.
        value: the day's measurement.
        day: its business date.
        min_sample: denominator below which the metric is not judged.
        window_days: days that feed one value.
        moves: tells how the metric moves by itself; asked only where a colour hangs on it.
    """
    doubt = _doubt(plan, entry, value, min_sample)
    if isinstance(entry, Gate):
        limit = plan.limit(entry)
        if doubt or value is None:
            return _grey(doubt or "missing", value, expected=limit, target=limit)
        actual = known(value.value) or Decimal(0)
        lag = lag_beyond(entry.at_most is not None, limit, actual)
        level = level_beyond(lag.value, plan.thresholds)
        return Finding(level, "", actual, limit, None, limit, lag, note=value.note)
    if curve is None:
        return _grey(doubt or "no_baseline", value)
    expected = curve.at(day)
    # A line that starts later, on a frozen baseline, is as steep to divide by in its first days as any other.
    if not doubt and (day - max(plan.brand.start_date, curve.days[0])).days < plan.rules.warm_up_days:
        doubt = "warm_up"
    if doubt or value is None:
        return _grey(doubt or "missing", value, expected, curve.baseline, curve.target)
    return _pace(plan, entry, curve, value, day, expected, window_days, moves)


def _pace(
    plan: Plan,
    entry: Kpi,
    curve: Curve,
    value: MetricValue,
    day: dt.date,
    expected: Decimal,
    window_days: int,
    moves: Callable[[], Wobble | None],
) -> Finding:
    actual = known(value.value) or Decimal(0)
    lag = lag_behind(curve.sign, curve.baseline, expected, curve.target, actual, entry.lag_basis)
    level = level_of(lag.value, plan.thresholds)
    noise = level is not Level.green and (
        is_small(curve.sign, expected, actual, curve.target - curve.baseline, plan.rules.noise_floor)
        or is_chance(
            curve.sign,
            expected,
            actual,
            value,
            entry.unit,
            window_days,
            moves(),
            _doubt_of_start(entry, curve, expected, window_days),
        )
    )
    return Finding(
        level=Level.green if noise else level,
        cause="noise" if noise else "",
        actual=actual,
        expected=expected,
        baseline=curve.baseline,
        target=curve.target,
        lag=lag,
        slippage_days=_slippage(curve, day, expected, actual),
        slips_more=curve.sign * (actual - curve.baseline) < 0,
        needed_per_day=curve.needed_per_day(day, actual),
        note=value.note,
    )


def _slippage(curve: Curve, day: dt.date, expected: Decimal, actual: Decimal) -> int | None:
    """Days since the plan expected today's actual; all of them where it is worse than the start. Null: not behind."""
    if curve.sign * (expected - actual) <= 0:
        return None
    return (day - (curve.reached(actual) or curve.days[0])).days


def _doubt_of_start(entry: Kpi, curve: Curve, expected: Decimal, window_days: int) -> float:
    """How many times less certain than today's value alone the gap to a plan is that starts at a measured value.

    The start is the mean of a week: of daily values it errs a quarter as much (variance) as today's, of wide
    windows, which share their days, nearly as much. The more of the way is due, the less of it counts.
    """
    if entry.baseline != "first_value" or curve.target == curve.baseline:
        return 1.0
    left = float((curve.target - expected) / (curve.target - curve.baseline))
    return math.sqrt(1 + min(max(left, 0.0), 1.0) ** 2 * window_days / (window_days + 3))


def _doubt(plan: Plan, entry: Kpi | Gate, value: MetricValue | None, min_sample: float) -> Cause:
    """Why the measurement itself cannot be judged; empty when it can."""
    if value is None:
        return "missing"
    if value.status == "grey":
        return "unusable"
    if known(value.value) is None:
        return "missing"
    completeness = known(value.completeness)
    about_system = isinstance(entry, Gate) and entry.about_system
    if completeness is not None and completeness < plan.rules.complete_share and not about_system:
        return "incomplete"
    if value.denominator is not None and value.denominator < min_sample:
        return "thin"
    return ""


def _grey(
    cause: Cause,
    value: MetricValue | None,
    expected: Decimal | None = None,
    baseline: Decimal | None = None,
    target: Decimal | None = None,
) -> Finding:
    # Figures of incomplete or immature data are not shown: the reader would take a hole for a fall.
    trusted = value is not None and cause in {"warm_up", "no_baseline"}
    return Finding(
        level=Level.grey,
        cause=cause,
        actual=known(value.value) if value is not None and trusted else None,
        expected=expected,
        baseline=baseline,
        target=target,
        completeness=known(value.completeness) if value is not None else None,
        sample=value.denominator if value is not None else None,
        note=value.note if value is not None else "",
    )
