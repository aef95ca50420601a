"""Targets that the plan gives only as a change: "churn -35 %" against a baseline that is frozen once.

The baseline is what the plan states, or the metric's first quarter. From there the change is due in equal daily
parts until the plan's end, or the month the plan states.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from operator import attrgetter

from tasks.alerts.curves import EXACT, Curve, exact
from tasks.alerts.entries import Checkpoint, Kpi, Relative
from tasks.alerts.plan import Plan
from tasks.calendars import Window, add_months
from tasks.records import Metric, MetricValue

QUARTER = 3
"""Months whose values are frozen as a baseline."""
LAST_MONTH = 36
"""When a target without a month is due in a plan without any ("three years")."""


@dataclass(frozen=True)
class Frozen:
    """A baseline that moves no more."""

    value: Decimal
    known_from: dt.date
    """The first day after the quarter it is the mean of; before it there is no pace line."""


def quarter_from(first: dt.date) -> Window:
    """The three months whose values become the baseline of a metric first measured on ``first``."""
    return Window(first, add_months(first, QUARTER))


def frozen(values: Iterable[MetricValue], quarter: Window) -> Frozen | None:
    """The baseline that a quarter's values give; null without any."""
    value = _mean([v for v in values if v.business_date in quarter])
    return None if value is None else Frozen(value, quarter.end)


def start_value(values: Iterable[MetricValue]) -> float | None:
    """The measured start of a pace line: the mean of the first week of values; null without any.

    One day alone would draw every plan that starts on a Sunday from a Sunday's figure.
    """
    known = sorted((v for v in values if _usable(v)), key=attrgetter("business_date"))
    week = [v for v in known if v.business_date < known[0].business_date + dt.timedelta(days=7)]
    mean = _mean(week)
    return None if mean is None else float(mean)


def _usable(value: MetricValue) -> bool:
    return value.value is not None and value.status != "grey"


def _mean(values: Iterable[MetricValue]) -> Decimal | None:
    """Of a rate the denominators weigh the days (Σ numerators ÷ Σ denominators), of a count all days weigh the same."""
    known = [
        (exact(v.value or 0), exact(v.denominator) if v.denominator else None) for v in values if _usable(v)
    ]
    if not known:
        return None
    with localcontext(EXACT):
        weights = [weight for _, weight in known if weight is not None]
        if len(weights) == len(known):
            value = sum(
                (value * weight for (value, _), weight in zip(known, weights, strict=True)), Decimal(0)
            )
            value /= sum(weights)
        else:
            value = sum((value for value, _ in known), Decimal(0)) / len(known)
    return exact(float(value))


def judged(plan: Plan, metrics: Mapping[str, Metric]) -> list[Relative]:
    """The relative targets that can be judged: a metric measures them, and no KPI or gate already judges it."""
    return [entry for entry in plan.relatives if entry.metric in metrics and entry.metric not in plan.entries]


def awaiting(plan: Plan, metrics: Mapping[str, Metric]) -> list[str]:
    """Metrics whose baseline comes from their first quarter."""
    return [entry.metric for entry in judged(plan, metrics) if entry.baseline is None]


def as_kpi(plan: Plan, entry: Relative, metric: Metric, baseline: Frozen | None) -> tuple[Kpi, Curve | None]:
    """A relative target as a KPI in the metric's own unit, and its pace line; null while there is no baseline."""
    stated = None if entry.baseline is None else plan.scaled(entry.baseline, metric.unit)
    if stated is not None:
        baseline = Frozen(stated, plan.brand.start_date)
    months = [point.month for kpi in plan.kpis for point in kpi.points]
    month = entry.month or max(months, default=LAST_MONTH)
    due = plan.date_of(month)
    sign = 1 if (entry.change > 0) != entry.inverse else -1
    with localcontext(EXACT):
        start, factor = baseline.value if baseline else Decimal(0), 1 + entry.change
        # A quotient has no end; nine places are finer than any metric.
        target = round(start / factor, 9) if entry.inverse else start * factor
    kpi = Kpi(
        metric=entry.metric,
        name_zh=entry.name_zh,
        name_en=entry.name_en,
        seed=entry.seed,
        unit=metric.unit,
        direction="up" if sign > 0 else "down",
        # The noise of a measured baseline is a quarter's: too little to widen anything.
        baseline="first_value" if baseline is None else baseline.value,
        end=Checkpoint(month=month, value=target),
        owner=entry.owner,
        note=entry.note,
    )
    if baseline is None or baseline.known_from >= due:
        return kpi, None
    return kpi, Curve((baseline.known_from, due), (baseline.value, target), sign)
