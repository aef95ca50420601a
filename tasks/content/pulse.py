"""How the communities were this week beside the one before: talk, activity, marketing, joins and exits."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tasks.content.levels import Colour
from tasks.records import Level, Pulse

RATES = (
    ("messages_per_group_day", "messages", "groups"),
    ("marketing_share", "marketing_messages", "labelled_messages"),
)
"""Name, numerator and denominator; both summed over the days that know both."""
ACTIVE = ("active_rate", "members_active", "members_week")
"""The same of the newest day alone: its figures are of seven days already, each person once."""
COUNTS = ("members_new", "members_gone")
GONE = "members_gone"
"""No plan says how many may leave: they are held against the week compared with."""
CHANCE = 2.0
"""Counts differ by chance by about the root of their sum: beyond twice that they differ."""


@dataclass(frozen=True)
class Limit:
    """What the plan wants of one of them."""

    value: float
    at_most: bool = False


def pulse(
    now: Iterable[Mapping[str, Any]],
    before: Iterable[Mapping[str, Any]],
    limits: Mapping[str, Limit],
    colour: Colour,
    days: int = 7,
) -> list[Pulse]:
    """Every figure of the communities, known or not.

    Args:
        now: rows of ``retrospective/communities`` of the week.
        before: of the week compared with.
        limits: what the plan wants by now, by name.
        colour: level of a lag, as the plan has it.
        days: how many either of them has; a day nobody told of has no row.
    """
    weeks = [list(now), list(before)]
    found = []
    for name, top, base in (RATES[0], ACTIVE, RATES[1]):
        told = [_newest(week, base) for week in weeks] if name == ACTIVE[0] else weeks
        values = [_rate(week, top, base) for week in told]
        found.append(_told(name, values[0], values[1], limits.get(name), colour))
    for name in COUNTS:
        values = [_sum(week, name, days) for week in weeks]
        found.append(_told(name, values[0], values[1], limits.get(name), colour))
    return [
        replace(one, level=_gone(one.now, one.before, colour)) if one.name == GONE else one for one in found
    ]


def _gone(now: float | None, before: float | None, colour: Colour) -> Level:
    """The colour of so many more exits, when chance does not explain them."""
    if now is None or before is None:
        return Level.grey
    more = now - before
    if more <= CHANCE * math.sqrt(now + before):
        return Level.green
    return colour(more / before) if before else Level.red


def _told(name: str, now: float | None, before: float | None, limit: Limit | None, colour: Colour) -> Pulse:
    level = Level.grey
    if now is not None and limit is not None and limit.value:
        lag = (now - limit.value if limit.at_most else limit.value - now) / limit.value
        level = colour(lag)
        if limit.at_most and lag > 0 and level is Level.green:
            level = Level.yellow
    return Pulse(name, now, before, limit.value if limit else None, level)


def _rate(rows: Sequence[Mapping[str, Any]], top: str, base: str) -> float | None:
    known = [row for row in rows if row[top] is not None and row[base]]
    return float(sum(row[top] for row in known)) / float(sum(row[base] for row in known)) if known else None


def _newest(rows: Sequence[Mapping[str, Any]], base: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row[base]][-1:]


def _sum(rows: Sequence[Mapping[str, Any]], name: str, days: int) -> float | None:
    """Null unless every day is known: days compared with fewer of them would tell of a change."""
    known = [row[name] for row in rows if row[name] is not None]
    return float(sum(known)) if len(known) == days else None
