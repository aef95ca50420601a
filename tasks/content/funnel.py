"""The week's funnel: how far people came, which step broke against its own history, and what that cost.

Two steps are only as good as their credits: nobody tells visits and orders per article, so they are approximate.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.content.levels import level_of
from tasks.records import Level, Step

STEPS = (
    ("delivered", "delivered", ""),
    ("read", "session_readers", "delivered"),
    ("mp_click", "mp_opens", "readers"),
    ("visit", "mp_visitors", "mp_opens"),
    ("order", "orders", "mp_visitors"),
    ("repeat", "repeat_orders", "orders"),
)
"""Name of each step, what it counts, and what it is a share of."""
ESTIMATED = frozenset({"mp_click", "visit", "order", "repeat"})
PUSHED = frozenset({"delivered", "read"})
"""Steps that count the persons a push reached, where no export tells them the followers."""
LEAST_WEEKS = 4
"""Weeks with a rate below which nothing is usual."""
CHANCE = 2.0
"""Standard deviations of the usual weeks within which a rate moves by itself."""
LEAST_SPREAD = 0.02


@dataclass(frozen=True)
class _Week:
    figures: Mapping[str, float]

    def rate(self, top: str, base: str) -> float | None:
        return (
            self.figures[top] / self.figures[base] if self.figures.get(base) and top in self.figures else None
        )


def funnel(rows: Iterable[Mapping[str, Any]], week: Any, planned: Mapping[str, float]) -> list[Step]:
    """Every step of every account and content type of one week, the whole accounts first.

    Args:
        rows: of ``retrospective/funnel``: the week and those before it.
        week: Monday of the week.
        planned: rate of a step that the plan expects by now, by the step's name.
    """
    weeks: dict[tuple[str, str], dict[Any, _Week]] = defaultdict(dict)
    for row in rows:
        figures = {
            name: float(value)
            for name, value in row.items()
            if value is not None and name not in ("week", "account_id", "content_type", "days")
        }
        weeks[row["account_id"], row["content_type"]][row["week"]] = _Week(figures)
    found = []
    for (account_id, content_type), told in sorted(weeks.items()):
        if week in told:
            before = [told[day] for day in sorted(told) if day < week]
            found += _steps(account_id, content_type, told[week], before, planned)
    return found


def broken(steps: Sequence[Step]) -> Step | None:
    """The step that broke: of those below their usual rate, the one that cost most."""
    behind = [step for step in steps if step.level in (Level.yellow, Level.orange, Level.red)]
    return max(behind, key=lambda step: (step.lost_cny or 0.0, step.lost_orders or 0.0), default=None)


def _steps(
    account_id: str, content_type: str, now: _Week, before: Sequence[_Week], planned: Mapping[str, float]
) -> list[Step]:
    orders, revenue = now.figures.get("orders", 0.0), now.figures.get("revenue_cny", 0.0)
    found = []
    for name, top, base in STEPS:
        rate = now.rate(top, base) if base else None
        usual, level = _held(rate, top, base, before) if base else (None, Level.grey)
        lost = None
        if level in (Level.yellow, Level.orange, Level.red) and rate and usual:
            lost = now.figures[base] * (usual - rate) if name == "repeat" else orders * (usual / rate - 1)
        found.append(
            Step(
                name=name,
                account_id=account_id,
                content_type=content_type,
                count=now.figures.get(top),
                rate=rate,
                usual=usual,
                planned=planned.get(name),
                level=level,
                lost_orders=lost,
                lost_cny=lost * revenue / orders if lost is not None and orders else None,
                is_approx=name in ESTIMATED
                or (name in PUSHED and bool(now.figures.get("is_delivered_approx"))),
            )
        )
    return found


def _held(rate: float | None, top: str, base: str, before: Sequence[_Week]) -> tuple[float | None, Level]:
    """The usual rate, and how far the week fell below it; grey when nothing is usual."""
    rates = [found for found in (week.rate(top, base) for week in before) if found]
    if rate is None or len(rates) < LEAST_WEEKS:
        return None, Level.grey
    known = [week for week in before if week.rate(top, base) is not None]
    usual = sum(week.figures[top] for week in known) / sum(week.figures[base] for week in known)
    spread = max(statistics.stdev(map(math.log, rates)), LEAST_SPREAD)
    fell = math.log(usual / rate) if rate else math.inf
    if fell <= CHANCE * spread:
        return usual, Level.green
    return usual, level_of((usual - rate) / usual)
