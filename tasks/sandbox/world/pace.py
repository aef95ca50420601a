"""How fast the brand really moves: the straight lines of its plan, bent by drift and by accidents.

With no drift every rate follows the line from the plan's baseline to its target (months counted from
``plan_start``; before it the baseline holds). ``drift`` multiplies the *progress made*: 0.5 is half of what
the plan expects at any time, 1.2 a fifth more.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

HISTORY_DAYS = 130
PLAN_DAYS = 100
FUTURE_DAYS = 60
LENGTH = HISTORY_DAYS + FUTURE_DAYS + 1
MONTH_DAYS = 365.25 / 12

LINES: dict[str, tuple[tuple[float, float], ...]] = {
    "private_users": ((0, 0.20), (6, 0.60), (36, 2.6)),
    "open_rate": ((0, 0.08), (36, 0.25)),
    "interaction_rate": ((0, 0.03), (36, 0.15)),
    "share_rate": ((0, 0.10), (36, 0.30)),
    "read_to_click": ((0, 0.08), (36, 0.20)),
    "browse_to_order": ((0, 0.05), (18, 0.10), (36, 0.12)),
    "d7_retention": ((0, 0.20), (36, 0.50)),
    "group_messages": ((0, 10.0), (36, 50.0)),
    "community_active": ((0, 0.10), (6, 0.25), (36, 0.25)),
    "exit_rate": ((0, 0.35), (36, 0.10)),
    "monthly_opens": ((0, 8.0), (36, 15.0)),
    "session_minutes": ((0, 1.0), (36, 15.0)),
    "reply_minutes": ((0, 4.0), (36, 4.0)),
}
"""KPI → (month, value) checkpoints. private_users is a share of all persons; reply_minutes is a gate, so its
drift multiplies the minutes themselves."""

AccidentKind: TypeAlias = Literal["checkout_broken", "service_slow", "content_flop", "pushy_message"]
STRENGTHS: dict[str, float] = {
    "checkout_broken": 0.9,
    "service_slow": 4.0,
    "content_flop": 0.5,
    "pushy_message": 0.04,
}


@dataclass(frozen=True)
class Accident:
    """Something that goes wrong from ``start`` (inclusive) to ``end`` (exclusive).

    ``strength``: ``checkout_broken`` the share of payments that fail (0.9); ``service_slow`` the factor on
    reply minutes (4); ``content_flop`` the share of opens lost (0.5); ``pushy_message`` the share of the groups'
    members who leave on the day of a hard sell (0.04). None takes the value in brackets.
    """

    kind: AccidentKind
    start: dt.date
    end: dt.date
    strength: float | None = None

    @property
    def force(self) -> float:
        """The strength in effect."""
        return STRENGTHS[self.kind] if self.strength is None else self.strength


class Pace:
    """Every rate of the world on every day. Days count from the world's first."""

    def __init__(self, start: dt.date, drift: Mapping[str, float], accidents: Iterable[Accident]) -> None:
        unknown = sorted(set(drift) - set(LINES))
        if unknown:
            raise ValueError(f"no such KPI to drift: {', '.join(unknown)}; there are {', '.join(LINES)}")
        self.start = start
        self.drift = dict(drift)
        self.accidents = tuple(accidents)

    def planned(self, key: str, day: float) -> float:
        """The plan's line, without drift."""
        month = max(0.0, (day - (HISTORY_DAYS - PLAN_DAYS)) / MONTH_DAYS)
        points = LINES[key]
        for (from_month, low), (to_month, high) in zip(points, points[1:], strict=False):
            if month <= to_month:
                return low + (high - low) * (month - from_month) / (to_month - from_month)
        return points[-1][1]

    def at(self, key: str, day: float) -> float:
        """The value aimed at on ``day``: the line bent by drift, without accidents."""
        baseline = LINES[key][0][1]
        drift = self.drift.get(key, 1.0)
        if key == "reply_minutes":
            return baseline * drift
        return max(0.0, baseline + drift * (self.planned(key, day) - baseline))

    def accident(self, kind: AccidentKind, day: int) -> float | None:
        """The strength of an accident on ``day``; None when there is none."""
        date = self.start + dt.timedelta(days=day)
        for accident in self.accidents:
            if accident.kind == kind and accident.start <= date < accident.end:
                return accident.force
        return None
