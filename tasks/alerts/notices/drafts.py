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


def owner_of(plan: Plan, key: str, language: str, told: str | None = None) -> str:
    """Who answers for it: whoever is told, else the plan's owner of that key, else its first owner."""
    if told:
        return told
    owner = plan.owners.get(key) or next(iter(plan.owners.values()), None)
    return owner.name(language) if owner else ""


def dated(day: dt.date, language: str) -> str:
    """A date as a reader writes it."""
    return f"{day:%Y-%m-%d}" if language == "en" else f"{day.year} 年 {day.month} 月 {day.day} 日"
