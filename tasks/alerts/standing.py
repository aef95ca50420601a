"""Where the plan stands on a day: every KPI, gate and milestone, judged or not; pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tasks.alerts.entries import Aim, Gate, Kpi, Milestone, Relative
from tasks.alerts.memory import SEVERITY
from tasks.alerts.notices.milestones import KIND
from tasks.alerts.plan import Plan
from tasks.records import AlertRow, Level, Metric, MetricValue, Notice


@dataclass(frozen=True)
class Standing:
    """One KPI, gate or relative target on a day; numbers in its own unit, shares and lags 0-1."""

    kind: str
    """``kpi`` or ``gate``; a relative target is a KPI whose curve follows from its change."""
    metric: str
    name: str
    unit: str
    baseline: float | None
    expected: float | None
    """What the plan asks for today; of a gate, its limit."""
    level: str
    """Empty: the plan asks for it, but nothing measures it yet."""
    next_value: float | None
    next_date: dt.date | None
    actual: float | None = None
    lag: float | None = None
    """On ``basis``; the other two beside it."""
    basis: str = ""
    lag_progress: float | None = None
    lag_level: float | None = None
    lag_points: float | None = None
    slippage_days: int | None = None
    slips_more: bool = False
    """``slippage_days`` is the least it can be."""
    needed_per_day: float | None = None
    projected_date: dt.date | None = None
    """When ``next_value`` is reached at today's pace."""
    late_days: int | None = None
    unreachable: bool = False
    """At today's pace ``next_value`` is not reached within the plan."""
    forecast_low: float | None = None
    forecast_high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Goal:
    """One number of a milestone."""

    metric: str
    name: str
    unit: str
    at_least: bool
    wanted: float
    actual: float | None

    @property
    def reached(self) -> bool | None:
        """Whether it is there; null while it is not measured."""
        if self.actual is None:
            return None
        return self.actual >= self.wanted if self.at_least else self.actual <= self.wanted


@dataclass(frozen=True)
class Due:
    """One milestone."""

    id: str
    name: str
    due: dt.date
    days_left: int
    """Negative once it is over."""
    owner: str
    level: str = ""
    """Of its notice; without one green where all its numbers are there, else the worst of the KPIs it hangs on. Empty:
    nothing is known.
    """
    goals: tuple[Goal, ...] = ()
    reason: str = ""
    """Of its notice."""


def standings(
    plan: Plan,
    rows: Mapping[str, AlertRow],
    units: Mapping[str, str],
    baselines: Mapping[str, float],
    day: dt.date,
    language: str,
) -> list[Standing]:
    """Every KPI, relative target and gate of the plan on a day, in the plan's order.

    Args:
        plan: the brand's plan.
        rows: the judgements of the day by metric id; what has none is shown with the plan's numbers alone.
        units: unit by metric id, for relative targets.
        baselines: start values that were measured.
        day: the business date.
        language: ``zh-CN`` or ``en``.
    """
    entries: list[Kpi | Gate | Relative] = [*plan.kpis, *plan.gates]
    entries += [entry for entry in plan.relatives if entry.metric not in plan.entries]
    return [
        _standing(plan, entry, rows.get(entry.metric), units, baselines, day, language) for entry in entries
    ]


def milestones(
    plan: Plan,
    day: dt.date,
    language: str,
    rows: Mapping[str, AlertRow] | None = None,
    values: Iterable[MetricValue] = (),
    notices: Iterable[Notice] = (),
    metrics: Mapping[str, Metric] | None = None,
) -> list[Due]:
    """Every milestone by date.

    Args:
        plan: the brand's plan.
        day: the business date.
        language: ``zh-CN`` or ``en``.
        rows: the judgements of the day by metric id.
        values: the brand's own values of the day.
        notices: the notices of the day.
        metrics: the catalogue; it names what has no KPI.
    """
    measured = {v.metric_id: v.value for v in values if v.status != "grey"}
    told = {notice.key: notice for notice in notices}
    found = [
        _due(plan, stone, day, language, rows or {}, measured, told.get(f"{KIND}:{stone.id}"), metrics or {})
        for stone in plan.milestones
    ]
    return sorted(found, key=lambda due: due.due)


def _due(
    plan: Plan,
    stone: Milestone,
    day: dt.date,
    language: str,
    rows: Mapping[str, AlertRow],
    measured: Mapping[str, float | None],
    notice: Notice | None,
    metrics: Mapping[str, Metric],
) -> Due:
    due = plan.date_of(stone.month)
    goals = tuple(_goal(plan, aim, language, measured, metrics) for aim in stone.aims if not aim.each)
    return Due(
        id=stone.id,
        name=stone.name(language),
        due=due,
        days_left=(due - day).days,
        owner=plan.owners[stone.owner].name(language),
        level=notice.level.value if notice else _level(stone, goals, rows),
        goals=goals,
        reason=notice.reason if notice else "",
    )


def _goal(
    plan: Plan,
    aim: Aim,
    language: str,
    measured: Mapping[str, float | None],
    metrics: Mapping[str, Metric],
) -> Goal:
    entry = plan.entries.get(aim.metric) or metrics.get(aim.metric)
    return Goal(
        metric=aim.metric,
        name=entry.name(language) if entry else aim.metric,
        unit=aim.unit,
        at_least=aim.at_most is None,
        wanted=float(plan.scaled(aim.limit, aim.unit)),
        actual=measured.get(aim.metric),
    )


def _level(stone: Milestone, goals: tuple[Goal, ...], rows: Mapping[str, AlertRow]) -> str:
    """Green where every number is there; else the worst level of the KPIs that its missing numbers hang on."""
    if goals and not stone.deliverable and all(goal.reached for goal in goals):
        return Level.green.value
    levels = [rows[goal.metric].level for goal in goals if not goal.reached and goal.metric in rows]
    known = [level for level in levels if level in SEVERITY]
    if known:
        return max(known, key=SEVERITY.__getitem__).value
    return Level.grey.value if levels else ""


def _standing(
    plan: Plan,
    entry: Kpi | Gate | Relative,
    row: AlertRow | None,
    units: Mapping[str, str],
    baselines: Mapping[str, float],
    day: dt.date,
    language: str,
) -> Standing:
    planned = _planned(plan, entry, units, baselines, day, language)
    if row is None:
        return planned
    return replace(
        planned,
        baseline=planned.baseline if row.baseline is None else row.baseline,
        expected=planned.expected if row.expected is None else row.expected,
        next_value=planned.next_value if row.next_value is None else row.next_value,
        next_date=planned.next_date if row.next_date is None else row.next_date,
        level=row.level.value,
        actual=row.actual,
        lag=row.lag,
        basis=row.basis,
        lag_progress=row.lag_progress,
        lag_level=row.lag_level,
        lag_points=row.lag_points,
        slippage_days=row.slippage_days,
        slips_more=row.slips_more,
        needed_per_day=row.needed_per_day,
        projected_date=row.projected_date,
        late_days=row.late_days,
        unreachable=row.unreachable,
        forecast_low=row.forecast_low,
        forecast_high=row.forecast_high,
        reason=row.reason,
    )


def _planned(
    plan: Plan,
    entry: Kpi | Gate | Relative,
    units: Mapping[str, str],
    baselines: Mapping[str, float],
    day: dt.date,
    language: str,
) -> Standing:
    """What the plan alone tells."""
    baseline = expected = next_value = None
    next_date = None
    if isinstance(entry, Gate):
        expected = float(plan.limit(entry))
    elif isinstance(entry, Kpi):
        curve = plan.curve(entry.metric, baselines.get(entry.metric))
        if curve is not None:
            baseline, expected = float(curve.baseline), float(curve.at(day))
        coming = [point for point in entry.points if plan.date_of(point.month) > day]
        if coming:
            next_value = float(plan.scaled(coming[0].value, entry.unit))
            next_date = plan.date_of(coming[0].month)
    return Standing(
        kind="gate" if isinstance(entry, Gate) else "kpi",
        metric=entry.metric,
        name=entry.name(language),
        unit=units.get(entry.metric, "share") if isinstance(entry, Relative) else entry.unit,
        baseline=baseline,
        expected=expected,
        # A relative target is judged as soon as the catalogue has its metric.
        level=Level.grey.value if entry.measured or entry.metric in units else "",
        next_value=next_value,
        next_date=next_date,
    )
