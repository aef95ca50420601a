"""Where the plan stands on a day: every KPI, gate and milestone, judged or not; pure."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.alerts.entries import Gate, Kpi, Relative
from tasks.alerts.notes import a_day, amount, gap
from tasks.alerts.plan import Plan
from tasks.records import AlertRow, Level

HEADINGS = {
    "zh-CN": {
        "kpi": ("KPI", "名称", "起点", "应到", "实际", "落后", "级别", "下一检查点", "日期", "每天需"),
        "gate": ("底线", "名称", "要求", "实际", "落后", "级别"),
        "milestone": ("里程碑", "名称", "到期", "剩余天数", "负责人"),
    },
    "en": {
        "kpi": ("KPI", "Name", "Start", "Expected", "Actual", "Behind", "Level", "Next", "Due", "A day"),
        "gate": ("Gate", "Name", "Limit", "Actual", "Behind", "Level"),
        "milestone": ("Milestone", "Name", "Due", "Days left", "Owner"),
    },
}
LEVELS = {
    "zh-CN": {"green": "绿", "yellow": "黄", "orange": "橙", "red": "红", "grey": "灰", "": "未计算"},
    "en": {**{level.value: level.value for level in Level}, "": "not measured"},
}
WORDS = {
    "zh-CN": {
        "over": "已过 {days}",
        "ahead": "领先 {gap}",
        "title": "{brand} · {day} · 方案第 {age} 天 · 版本 {version}",
    },
    "en": {
        "over": "{days} ago",
        "ahead": "{gap} ahead",
        "title": "{brand} · {day} · day {age} of the plan · version {version}",
    },
}
NUMBERS = {"kpi": (2, 3, 4, 5, 7, 9), "gate": (2, 3, 4), "milestone": (3,)}
"""Columns of numbers, aligned at their right edge."""


@dataclass(frozen=True)
class Standing:
    """One KPI, gate or relative target on a day; numbers in its own unit, shares 0-1."""

    kind: str
    """``kpi`` or ``gate``; a relative target is a KPI whose curve follows from its change."""
    metric: str
    name: str
    unit: str
    baseline: float | None
    expected: float | None
    """What the plan asks for today; of a gate, its limit."""
    actual: float | None
    lag: float | None
    level: str
    """Empty: the plan asks for it, but nothing measures it yet."""
    next_value: float | None
    next_date: dt.date | None
    needed_per_day: float | None
    reason: str


@dataclass(frozen=True)
class Due:
    """One milestone."""

    id: str
    name: str
    due: dt.date
    days_left: int
    """Negative once it is over."""
    owner: str


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


def milestones(plan: Plan, day: dt.date, language: str) -> list[Due]:
    """Every milestone by date."""
    dates = {stone.id: plan.date_of(stone.month) for stone in plan.milestones}
    return [
        Due(
            s.id, s.name(language), dates[s.id], (dates[s.id] - day).days, plan.owners[s.owner].name(language)
        )
        for s in sorted(plan.milestones, key=lambda stone: dates[stone.id])
    ]


def _standing(
    plan: Plan,
    entry: Kpi | Gate | Relative,
    row: AlertRow | None,
    units: Mapping[str, str],
    baselines: Mapping[str, float],
    day: dt.date,
    language: str,
) -> Standing:
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
    kind = "gate" if isinstance(entry, Gate) else "kpi"
    unit = units.get(entry.metric, "share") if isinstance(entry, Relative) else entry.unit
    if row is None:
        level = Level.grey.value if entry.measured else ""
        return Standing(
            kind, entry.metric, entry.name(language), unit, baseline, expected, None, None, level,
            next_value, next_date, None, "",
        )  # fmt: skip
    return Standing(
        kind,
        entry.metric,
        entry.name(language),
        unit,
        baseline if row.baseline is None else row.baseline,
        expected if row.expected is None else row.expected,
        row.actual,
        row.lag,
        row.level.value,
        next_value if row.next_value is None else row.next_value,
        next_date if row.next_date is None else row.next_date,
        row.needed_per_day,
        row.reason,
    )


def cells(kind: str, found: Sequence[Standing], plan: Plan, language: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table of KPIs or of gates, as a reader reads them."""
    levels, ahead = LEVELS[known_language(language)], WORDS[known_language(language)]["ahead"]
    for s in found:
        if s.kind != kind:
            continue
        known = [
            "—" if value is None else amount(value, s.unit, language)
            for value in (s.baseline, s.expected, s.actual, s.next_value)
        ]
        lag = _lag(s.lag, ahead)
        if kind == "gate":
            yield s.metric, s.name, f"{_side(plan, s.metric)} {known[1]}", known[2], lag, levels[s.level]
            continue
        yield (
            s.metric, s.name, known[0], known[1], known[2], lag, levels[s.level], known[3],
            s.next_date.isoformat() if s.next_date else "—",
            "—" if s.needed_per_day is None else a_day(s.needed_per_day, s.unit, language),
        )  # fmt: skip


def due_cells(found: Sequence[Due], language: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table of milestones."""
    over = WORDS[known_language(language)]["over"]
    for stone in found:
        days = str(stone.days_left) if stone.days_left >= 0 else over.format(days=-stone.days_left)
        yield stone.id, stone.name, stone.due.isoformat(), days, stone.owner


def title(plan: Plan, day: dt.date, version: str, language: str) -> str:
    """Whose plan, on which day, by which version."""
    return WORDS[known_language(language)]["title"].format(
        brand=plan.brand.name, day=day, age=(day - plan.brand.start_date).days, version=version
    )


def known_language(language: str) -> str:
    """The language that is spoken here."""
    return "en" if language == "en" else "zh-CN"


def _side(plan: Plan, metric: str) -> str:
    entry = plan.entries[metric]
    return "≤" if isinstance(entry, Gate) and entry.at_most is not None else "≥"


def _lag(lag: float | None, ahead: str) -> str:
    if lag is None:
        return "—"
    return ahead.format(gap=gap(lag)) if lag < 0 else gap(lag)
