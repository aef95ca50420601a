"""The week's funnel: how far people came, which step broke against its own history, and what that cost.

Visits and orders are only as good as their credits: nobody tells them per article, so they are approximate.
"""

import statistics
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.content.levels import Colour
from tasks.records import Level, Step

STEPS = (
    ("delivered", "delivered", ""),
    ("read", "session_readers", "delivered"),
    ("readers", "readers", ""),
    ("mp_click", "mp_opens", "credited_readers"),
    ("visit", "mp_visitors", "mp_opens"),
    ("order", "orders", "mp_visitors"),
    ("repeat", "repeat_orders", "orders"),
)
"""Name of each step, what it counts, and what it is a share of. Pushes are opened from the session, articles are read
from everywhere: the second is no share of the first."""
KNOWN_ON = {
    "credited_readers": "open_days",
    "mp_opens": "open_days",
    "mp_visitors": "visitor_days",
    "orders": "order_days",
    "repeat_orders": "order_days",
    "revenue_cny": "order_days",
}
"""What is credited → how many of the week's days it is known on: the sources of the Mini Program may lack some."""
UNJUDGED = frozenset({"visit"})
"""Visitors per opening of the same source: who opens more often converts no worse."""
WITHIN_TYPE = frozenset({"delivered", "read"})
"""Steps whose rate a content type has of its own: all later ones are credited by its share of the readers, so that
every type would show the rate of the whole."""
ESTIMATED = frozenset({"mp_click", "visit", "order", "repeat"})
PUSHED = frozenset({"delivered", "read"})
"""Steps that count the persons a push reached, where no export tells them the followers."""
ORDERED = frozenset({"order", "repeat"})
"""Steps that count orders."""
LEAST_WEEKS = 4
"""Weeks with a rate below which nothing is usual."""
CHANCE = 2.0
"""Standard deviations of the usual weeks within which a rate moves by itself."""
LEAST_SPREAD = 0.02
"""Of the usual rate."""
BEHIND = frozenset({Level.yellow, Level.orange, Level.red})


@dataclass(frozen=True)
class _Week:
    figures: Mapping[str, float]

    def rate(self, top: str, base: str) -> float | None:
        """One over the other; null when they are not known on as many days."""
        if top not in self.figures or not self.figures.get(base):
            return None
        if self.unknown_days(top) != self.unknown_days(base):
            return None
        return self.figures[top] / self.figures[base]

    def unknown_days(self, *names: str) -> int:
        """Days with readers on which one of the counts is not known."""
        days = [self.figures[KNOWN_ON[name]] for name in names if name in KNOWN_ON]
        return int(self.figures["days"] - min(days)) if days else 0

    @property
    def orders(self) -> float | None:
        """Orders of the whole week; null when a day of it is missing."""
        return None if self.unknown_days("orders") else self.figures.get("orders")


def funnel(
    rows: Iterable[Mapping[str, Any]],
    week: Any,
    planned: Mapping[str, float],
    colour: Colour,
    accounts: Collection[str] = (),
) -> list[Step]:
    """Every step of every account and content type of one week, the whole accounts first.

    Args:
        rows: of ``retrospective/funnel``: the week and those before it.
        week: Monday of the week.
        planned: rate of a step that the plan expects by now, by the step's name.
        colour: level of a lag, as the plan has it.
        accounts: account ids that are told of; empty: all.
    """
    weeks: dict[tuple[str, str], dict[Any, _Week]] = defaultdict(dict)
    for row in rows:
        if accounts and row["account_id"] not in accounts:
            continue
        figures = {
            name: float(value)
            for name, value in row.items()
            if value is not None and name not in ("week", "account_id", "content_type")
        }
        weeks[row["account_id"], row["content_type"]][row["week"]] = _Week(figures)
    found = []
    for (account_id, content_type), told in sorted(weeks.items()):
        if week in told:
            before = [told[day] for day in sorted(told) if day < week]
            found += _steps(account_id, content_type, told[week], before, planned, colour)
    return found


def _steps(
    account_id: str,
    content_type: str,
    now: _Week,
    before: Sequence[_Week],
    planned: Mapping[str, float],
    colour: Colour,
) -> list[Step]:
    found = []
    for name, top, base in STEPS:
        has_rate = bool(base) and (not content_type or name in WITHIN_TYPE)
        rate = now.rate(top, base) if has_rate else None
        usual = None if rate is None else _usual(top, base, before)
        level = Level.grey
        unknown = now.unknown_days(top, base) if has_rate else now.unknown_days(top)
        if rate is not None and usual is not None and name not in UNJUDGED and not unknown:
            level = _level(rate, usual, [week.rate(top, base) for week in before], colour)
        lost = None
        if level in BEHIND and rate is not None and usual is not None:
            lost = (
                now.figures[base] * (usual - rate) if name in ORDERED else _missed(rate, usual, now, before)
            )
        price = _price(now, before)
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
                lost_cny=None if lost is None or price is None else lost * price,
                is_approx=name in ESTIMATED
                or (name in PUSHED and bool(now.figures.get("is_delivered_approx"))),
                unknown_days=unknown,
            )
        )
    return found


def _usual(top: str, base: str, before: Sequence[_Week]) -> float | None:
    """The rate of the weeks before taken together; null when too few are known."""
    known = [week for week in before if week.rate(top, base) is not None]
    if len(known) < LEAST_WEEKS:
        return None
    return sum(week.figures[top] for week in known) / sum(week.figures[base] for week in known)


def _level(rate: float, usual: float, rates: Iterable[float | None], colour: Colour) -> Level:
    """How far a rate fell below the usual one, beyond what it moves by itself."""
    if not usual:
        return Level.green
    spread = max(statistics.stdev(one for one in rates if one is not None) / usual, LEAST_SPREAD)
    fell = (usual - rate) / usual
    return colour(fell) if fell > CHANCE * spread else Level.green


def _missed(rate: float, usual: float, now: _Week, before: Sequence[_Week]) -> float | None:
    """Orders that the week would have had more at the usual rate of an earlier step, all later ones as they were."""
    if now.orders is None:
        return None
    if rate:
        return now.orders * (usual / rate - 1)
    # Nobody came this far, so the later steps have no rates: the orders of a usual week are missing.
    known = [week.orders for week in before if week.orders is not None]
    return max(statistics.fmean(known) - now.orders, 0.0) if known else None


def _price(now: _Week, before: Sequence[_Week]) -> float | None:
    """CNY of an order of the week, or of those before when it had none."""
    known = [week for week in before if week.rate("revenue_cny", "orders") is not None]
    for weeks in ([now], known):
        orders = sum(week.figures.get("orders", 0.0) for week in weeks)
        if orders:
            return sum(week.figures.get("revenue_cny", 0.0) for week in weeks) / orders
    return None
