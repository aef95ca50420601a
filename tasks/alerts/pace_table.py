"""The pace table of a day as a reader at a terminal reads it; pure."""

import datetime as dt
from collections.abc import Iterator, Sequence

from tasks.alerts.entries import Gate
from tasks.alerts.notes import a_day, amount, gap
from tasks.alerts.plan import Plan
from tasks.alerts.standing import Due, Goal, Standing
from tasks.records import Level

HEADINGS = {
    "zh-CN": {
        "kpi": (
            "KPI", "名称", "起点", "应到", "实际", "落后", "进度/水平/百分点", "晚（天）", "级别", "下一检查点", "日期",
            "预计到达", "每天需",
        ),
        "gate": ("底线", "名称", "要求", "实际", "落后", "级别"),
        "milestone": ("里程碑", "名称", "到期", "剩余天数", "级别", "负责人", "目前／要求"),
    },
    "en": {
        "kpi": (
            "KPI", "Name", "Start", "Expected", "Actual", "Behind", "Progress/level/points", "Days late", "Level",
            "Next", "Due", "Projected", "A day",
        ),
        "gate": ("Gate", "Name", "Limit", "Actual", "Behind", "Level"),
        "milestone": ("Milestone", "Name", "Due", "Days left", "Level", "Owner", "Now / asked"),
    },
}  # fmt: skip
LEVELS = {
    "zh-CN": {"green": "绿", "yellow": "黄", "orange": "橙", "red": "红", "grey": "灰", "": "未计算"},
    "en": {**{level.value: level.value for level in Level}, "": "not measured"},
}
WORDS = {
    "zh-CN": {
        "over": "已过 {days}", "ahead": "领先 {gap}", "never": "计划期内到不了", "more": ">{days}",
        "deliverable": "交付物", "list": "；",
        "title": "{brand} · {day} · 方案第 {age} 天 · 版本 {version}",
    },
    "en": {
        "over": "{days} ago", "ahead": "{gap} ahead", "never": "not within the plan", "more": ">{days}",
        "deliverable": "deliverable", "list": "; ",
        "title": "{brand} · {day} · day {age} of the plan · version {version}",
    },
}  # fmt: skip
NUMBERS = {"kpi": (2, 3, 4, 5, 6, 7, 9, 12), "gate": (2, 3, 4), "milestone": (3,)}
"""Columns of numbers, aligned at their right edge."""


def cells(kind: str, found: Sequence[Standing], plan: Plan, language: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table of KPIs or of gates, as a reader reads them."""
    levels, words = LEVELS[known_language(language)], WORDS[known_language(language)]
    for s in found:
        if s.kind != kind:
            continue
        known = [
            "—" if value is None else amount(value, s.unit, language)
            for value in (s.baseline, s.expected, s.actual, s.next_value)
        ]
        lag = _lag(s.lag, words["ahead"])
        if kind == "gate":
            yield s.metric, s.name, f"{_side(plan, s.metric)} {known[1]}", known[2], lag, levels[s.level]
            continue
        yield (
            s.metric, s.name, known[0], known[1], known[2], lag, _readings(s), _late(s, words["more"]),
            levels[s.level], known[3],
            s.next_date.isoformat() if s.next_date else "—",
            s.projected_date.isoformat() if s.projected_date else words["never"] if s.unreachable else "—",
            "—" if s.needed_per_day is None else a_day(s.needed_per_day, s.unit, language),
        )  # fmt: skip


def due_cells(found: Sequence[Due], language: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table of milestones."""
    levels, words = LEVELS[known_language(language)], WORDS[known_language(language)]
    for stone in found:
        days = str(stone.days_left) if stone.days_left >= 0 else words["over"].format(days=-stone.days_left)
        stands = words["list"].join(_goal(goal, language) for goal in stone.goals)
        yield (
            stone.id, stone.name, stone.due.isoformat(), days, levels[stone.level] if stone.level else "—",
            stone.owner, stands or words["deliverable"],
        )  # fmt: skip


def title(plan: Plan, day: dt.date, version: str, language: str) -> str:
    """Whose plan, on which day, by which version."""
    return WORDS[known_language(language)]["title"].format(
        brand=plan.brand.name, day=day, age=(day - plan.brand.start_date).days, version=version
    )


def known_language(language: str) -> str:
    """The language that is spoken here."""
    return "en" if language == "en" else "zh-CN"


def _goal(goal: Goal, language: str) -> str:
    actual = "—" if goal.actual is None else amount(goal.actual, goal.unit, language)
    side = "≥" if goal.at_least else "≤"
    return f"{goal.name} {actual} / {side} {amount(goal.wanted, goal.unit, language)}"


def _readings(s: Standing) -> str:
    """The three readings of the lag; of a number ahead of its plan they are negative."""
    lags = (s.lag_progress, s.lag_level, s.lag_points)
    if all(lag is None for lag in lags):
        return "—"
    return " / ".join("—" if lag is None else f"{'-' * (lag < 0)}{gap(lag)}" for lag in lags)


def _late(s: Standing, more: str) -> str:
    if s.slippage_days is None:
        return "—"
    return more.format(days=s.slippage_days) if s.slips_more else str(s.slippage_days)


def _side(plan: Plan, metric: str) -> str:
    entry = plan.entries[metric]
    return "≤" if isinstance(entry, Gate) and entry.at_most is not None else "≥"


def _lag(lag: float | None, ahead: str) -> str:
    if lag is None:
        return "—"
    return ahead.format(gap=gap(lag)) if lag < 0 else gap(lag)
