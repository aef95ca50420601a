"""Synthetic brands for the false-alarm simulation: one plan of every kind of KPI, and what is measured under it.

**Healthy**: the expectation of every published value is exactly what the plan asks on that day; what is measured
differs from it by sampling and by chance alone. A gate is healthy 3 to 10 % inside its limit. Measuring begins on
the plan's first day, so nothing is known before.

**Slump**: from day 60 on every published value is 25 % worse than it would have been (× 0.75, for a number that
should fall × 1.25; of a gate 25 % beyond its limit). It is the level that slumps, not the pace of a total: a
total whose *pace* falls by 25 % on day 60 has lost 1.75 of 67 days of progress a week later, 2.6 %, which is no
orange on any basis; that is what the projected landing is for.

=============  ======================================================================  ======  ==============
kind           what is measured                                                        window  chance
=============  ======================================================================  ======  ==============
total          persons held, growing every day (first value from the data)             1       days ± 30-60 %
count          a daily count, weekends up to 40 % higher or lower, ± 4-7 %             1       AR(1) 0-0.4
mean           a mean of the trailing week, first value from the data                  7       days ± 8-15 %
month          a count of the trailing 30 days, weekends as above                      30      days ± 10-18 %
share          readers of pushes ÷ deliveries of the trailing 28 days                  28      binomial
daily share    a share of a day, weekends as above, first value from the data          1       binomial
falling share  leavers ÷ members of the trailing 31 days                               31      binomial
falling cost   spend ÷ customers won in the trailing 30 days                           30      days ± 10-18 %
upper gate     minutes of the trailing week, limit 5                                   7       days ± 8-15 %
lower gate     share of the trailing week, limit 95 %                                  7       binomial
=============  ======================================================================  ======  ==============
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tasks.alerts.judge import judge_series
from tasks.alerts.plan import Plan, load_plan
from tasks.alerts.relatives import start_value
from tasks.calendars import Window
from tasks.records import AlertRow, Level, MetricValue
from tests.tasks.some_metric import some_metric

START = dt.date(2026, 9, 1)
SEED = 20260901
BRANDS = 200
DAYS = 180
SLUMP = 60
ALARM = {Level.orange, Level.red}
WINDOWS = {
    "total": 1,
    "count": 1,
    "mean": 7,
    "month": 30,
    "share": 28,
    "daily_share": 1,
    "falling_share": 31,
    "falling_cost": 30,
    "upper_gate": 7,
    "lower_gate": 7,
}
GATES = {"upper_gate": ("minutes", "at_most", 5.0), "lower_gate": ("share", "at_least", 0.95)}
SHARES = {"share", "daily_share", "falling_share", "lower_gate"}
MEASURED_START = {"total", "mean", "daily_share"}
CATALOGUE = {
    kind: some_metric(metric_id=kind, window_days=window, min_sample=0) for kind, window in WINDOWS.items()
}


@dataclass(frozen=True)
class Brand:
    """One plan, and the healthy and slumped values measured under it, by kind and day."""

    plan: Plan
    healthy: dict[str, list[MetricValue]]
    slumped: dict[str, list[MetricValue]]
    slumping: dict[str, list[MetricValue]]
    """The days themselves are 25 % worse from day 60 on: the value of a wide window turns as slowly as it is wide."""


def brand(
    rng: np.random.Generator, shipped: dict[str, Any], kinds: Collection[str] = tuple(WINDOWS)
) -> Brand:
    """A brand drawn at random: ends after 12 to 36 months, at 1.5 to 4 times (falling: 0.3 to 0.7 of) its start."""
    document = {key: shipped[key] for key in ("levels", "rules", "owners")}
    document["brand"] = {"name": "b", "start_date": START}
    document |= {"kpi": [], "gate": []}
    healthy, slumped, slumping = {}, {}, {}
    for kind in kinds:
        named = {"metric": kind, "name_zh": "数", "name_en": "n", "seed": ["K-01"], "owner": "operations"}
        if kind in GATES:
            unit, side, limit = GATES[kind]
            document["gate"].append({**named, "unit": unit, side: limit})
            worse = 1 if side == "at_most" else -1
            inside = rng.uniform(0.03, 0.10) if kind == "upper_gate" else rng.uniform(0.01, 0.03)
            line = np.full(DAYS + 60, limit * (1 - worse * inside))
            slump = limit * (1 + 0.25 * worse) / line[0]
        else:
            falling = kind.startswith("falling")
            start, unit = STARTS[kind](rng)
            month = int(rng.integers(12, 37))
            end = start * (rng.uniform(0.3, 0.7) if falling else rng.uniform(1.5, 4))
            kpi = {**named, "unit": unit, "direction": "down" if falling else "up"}
            kpi["baseline"] = "first_value" if kind in MEASURED_START else start
            document["kpi"].append(kpi | {"end": {"month": month, "value": end}})
            whole = (add_months(START, month) - START).days
            line = start + (end - start) * np.arange(DAYS + 60) / whole
            slump = 1.25 if falling else 0.75
        values, samples = measured(kind, line, rng)
        days = [START + dt.timedelta(days=i) for i in range(DAYS)]
        fallen = np.where(np.arange(DAYS) >= SLUMP, slump, 1.0)
        share_of_window = np.clip((np.arange(DAYS) - SLUMP + 1) / WINDOWS[kind], 0, 1)
        healthy[kind] = list(told(kind, days, values, samples))
        slumped[kind] = list(told(kind, days, values * fallen, samples))
        slumping[kind] = list(told(kind, days, values * (1 + (slump - 1) * share_of_window), samples))
    return Brand(load_plan(document), healthy, slumped, slumping)


STARTS: dict[str, Callable[[np.random.Generator], tuple[float, str]]] = {
    "total": lambda rng: (float(rng.integers(100_000, 300_000)), "persons"),
    "count": lambda rng: (float(rng.integers(500, 3000)), "items"),
    "mean": lambda rng: (rng.uniform(5, 20), "times"),
    "month": lambda rng: (float(rng.integers(5_000, 50_000)), "items"),
    "share": lambda rng: (rng.uniform(0.03, 0.15), "share"),
    "daily_share": lambda rng: (rng.uniform(0.04, 0.2), "share"),
    "falling_share": lambda rng: (rng.uniform(0.2, 0.4), "share"),
    "falling_cost": lambda rng: (rng.uniform(100, 500), "cny"),
}


def measured(kind: str, line: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray | None]:
    """What is published on each day, and the sample behind it where it is a share."""
    window = WINDOWS[kind]
    length = DAYS + window - 1
    # A trailing mean of a straight line tells of its own middle: the days run ahead by half a window.
    at = np.arange(length) - (window - 1) / 2
    truth = line[0] + (line[1] - line[0]) * at
    weekend = np.isin((np.arange(length) - window + 1 + START.weekday()) % 7, (5, 6))
    lift = rng.uniform(-0.4, 0.4)
    season = np.where(weekend, 1 + lift, 1 - lift * 2 / 5)
    if kind == "total":
        gains = np.diff(truth, prepend=truth[0] - (truth[1] - truth[0])) * season
        gains = gains * (1 + rng.uniform(0.3, 0.6) * rng.normal(size=length))
        gains[0] = 0
        return truth[0] + np.cumsum(gains), None
    if kind in SHARES:
        per_day = sample_per_day(kind, rng)
        cases = rng.poisson(per_day * (np.ones(length) if kind == "daily_share" else season))
        odds = truth * (season if kind == "daily_share" else 1)
        hits = rng.binomial(cases, np.clip(odds, 0, 1))
        below = trailing(cases, window)
        return trailing(hits, window) / below, below
    if kind == "count":
        noise = correlated(rng, length, rng.uniform(0, 0.4)) * rng.uniform(0.04, 0.07)
    else:
        noise = rng.normal(size=length) * (
            rng.uniform(0.10, 0.18) if window == 30 else rng.uniform(0.08, 0.15)
        )
    daily = truth * season * (1 + noise)
    return trailing(daily, window) / window, None


def sample_per_day(kind: str, rng: np.random.Generator) -> float:
    """Cases of a share on a day."""
    return {
        "share": rng.uniform(500, 5000),
        "daily_share": rng.uniform(8_000, 50_000),
        "falling_share": rng.uniform(100, 1000),
        "lower_gate": rng.uniform(100, 500),
    }[kind]


def correlated(rng: np.random.Generator, length: int, memory: float) -> np.ndarray:
    """Noise of variance 1 that remembers the day before."""
    noise = rng.normal(size=length)
    for i in range(1, length):
        noise[i] = memory * noise[i - 1] + (1 - memory**2) ** 0.5 * noise[i]
    return noise


def trailing(daily: np.ndarray, window: int) -> np.ndarray:
    """Sums of the days that end on each day."""
    sums = np.concatenate(([0], np.cumsum(daily)))
    return sums[window:] - sums[:-window]


def told(
    kind: str, days: list[dt.date], values: np.ndarray, samples: np.ndarray | None
) -> Iterable[MetricValue]:
    """The published values, as the store holds them."""
    for i, day in enumerate(days):
        value, sample = float(values[i]), float(samples[i]) if samples is not None else None
        yield MetricValue(kind, day, numerator=value * (sample or 1), denominator=sample, value=value)


def judged(
    brand: Brand, series: dict[str, list[MetricValue]], first: int, last: int
) -> dict[str, list[AlertRow]]:
    """The rows of the days ``first`` to ``last`` by kind, judged as a backfill does."""
    by_day: dict[dt.date, dict[str, MetricValue]] = {}
    for kind, values in series.items():
        for value in values:
            by_day.setdefault(value.business_date, {})[kind] = value
    window = Window(START + dt.timedelta(days=first), START + dt.timedelta(days=last + 1))
    found: dict[str, list[AlertRow]] = {kind: [] for kind in series}
    for row in judge_series(brand.plan, by_day, [], starts(brand), CATALOGUE, window, foretell=False):
        found[row.metric_id].append(row)
    return found


def without_past(brand: Brand, kind: str, value: MetricValue) -> AlertRow:
    """The row of one value of whose past and sample nothing is known."""
    bare = replace(value, denominator=None)
    window = Window.of_day(value.business_date)
    rows = judge_series(brand.plan, {value.business_date: {kind: bare}}, [], starts(brand), {}, window)
    return next(row for row in rows if row.metric_id == kind)


def starts(brand: Brand) -> dict[str, float]:
    """The measured start values."""
    found = {kind: start_value(values) for kind, values in brand.healthy.items() if kind in MEASURED_START}
    return {kind: value for kind, value in found.items() if value is not None}


def alarms(rows: Iterable[AlertRow]) -> int:
    """How often an orange or red begins; going from one to the other, or grey in between, is the same alarm."""
    found, up = 0, False
    for row in rows:
        if row.level is not Level.grey:
            found += row.level in ALARM and not up
            up = row.level in ALARM
    return found


def noticed(rows: Iterable[AlertRow]) -> bool:
    """Whether a day's own figures are orange or red on one of the seven days from the slump on."""
    return any(row.raw_level in ALARM for row in rows)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month (the first of the month, here)."""
    return dt.date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, day.day)
