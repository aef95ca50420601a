"""What one day's figures alone say about something that may need a person."""

import datetime as dt
from dataclasses import dataclass

from tasks.alerts.plan import Plan
from tasks.records import Level


@dataclass(frozen=True)
class Draft:
    """A notice before it is held against the days before."""

    key: str
    kind: str
    level: Level
    title: str
    reason: str
    owner: str
    action: str = ""
    """Empty: what the plan says about the level."""
    days_to_act: int | None = None
    """Null: what the plan says about the level."""


MANAGEMENT = "management"
"""The plan's owner of what is nobody's in particular, when it names one."""


def owner_of(plan: Plan, key: str, told: str | None = None) -> str:
    """Who answers for it: the plan's key of whoever is told, that name itself, or the plan's owner of ``key``.

    Without either it is the plan's management, and without one its first owner.
    """
    if told:
        names = {name: own for own, owner in plan.owners.items() for name in (owner.name_zh, owner.name_en)}
        return names.get(told, told)
    return next((own for own in (key, MANAGEMENT, *plan.owners) if own in plan.owners), "")


def dated(day: dt.date, language: str) -> str:
    """A date as a reader writes it."""
    return f"{day:%Y-%m-%d}" if language == "en" else f"{day.year} 年 {day.month} 月 {day.day} 日"
