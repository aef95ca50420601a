"""A metric's values on two dates as members of one breakdown: does it add up, and who is too small to be named?"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from tasks.alerts.curves import exact
from tasks.alerts.decompose import ZERO, Effect, Effects, Pair, of_count, of_rate, of_shared_base, whole_of
from tasks.alerts.noise import Z95
from tasks.records import Metric, MetricValue

ACCOUNT = "account"
"""The breakdown that needs no rows of its own: those of the accounts."""
DUST = Fraction(1, 10**6)
"""Published parts are rounded to 6 places, so every member may be off by this."""
POOL = ""
"""The member that stands for all who are too small to be told apart."""


@dataclass(frozen=True)
class Breakdown:
    """The members of one dimension on two dates, adding up to the whole."""

    pairs: Mapping[str, Pair]
    whole: Pair
    is_rate: bool
    shares_base: bool = False
    """Every member stands over the whole denominator: their rates add up, and none has a weight."""
    is_planned: bool = False
    """What stands for "before" is the plan's own number, which has no chance in it."""

    def effects(self) -> Effects:
        """What each member adds to the change of the whole."""
        if not self.is_rate:
            return of_count(self.pairs)
        if self.shares_base:
            return of_shared_base(self.pairs, self.whole.base_before, self.whole.base_now)
        return of_rate(self.pairs)

    def values(self, member: str) -> tuple[Fraction | None, Fraction | None]:
        """The member's own value then and now; null when it was not there."""
        pair = self.pairs[member]
        if not self.is_rate:
            return pair.top_before, pair.top_now
        return pair.rate_before, pair.rate_now

    def pooled(self, metric: Metric) -> "Breakdown":
        """The same with all members in one who cannot be told from chance, alone or by their sample."""
        effects = self.effects()
        small = {m for m in self.pairs if m == POOL or self._is_small(m, effects[m], metric)}
        kept = {m: pair for m, pair in self.pairs.items() if m not in small}
        if small:
            rest = whole_of({m: self.pairs[m] for m in small})
            kept[POOL] = self._based(rest) if self.shares_base else rest
        return replace(self, pairs=kept)

    def _based(self, pair: Pair) -> Pair:
        return replace(pair, base_before=self.whole.base_before, base_now=self.whole.base_now)

    def _is_small(self, member: str, effect: Effect, metric: Metric) -> bool:
        pair = self.pairs[member]
        sample = max(pair.base_before, pair.base_now)
        if self.is_rate and not self.shares_base and sample < exact_fraction(metric.min_sample):
            return True
        weight = 1.0
        if self.is_rate and not self.shares_base:
            bases = self.whole.base_before, self.whole.base_now
            weight = float(pair.base_before / bases[0] + pair.base_now / bases[1]) / 2
        moves = chance_beside_plan if self.is_planned else chance
        return abs(float(effect.whole)) <= weight * moves(pair, metric)


def chance(pair: Pair, metric: Metric) -> float:
    """How far a value moves by chance alone (half of the 95 % interval), in the metric's unit.

    Shares as two proportions, or two Poisson rates where one person may act twice; counts as Poisson counts; of a
    stock only those who came or went are counted. Money, times and ratios have no such law: 0.
    """
    top0, top1, base0, base1 = map(float, (pair.top_before, pair.top_now, pair.base_before, pair.base_now))
    if metric.unit == "share":
        if min(base0, base1) <= 0 or min(top0, top1) < 0:
            return 0.0
        if top0 > base0 or top1 > base1:
            return Z95 * math.sqrt(top0 / base0**2 + top1 / base1**2)
        seen = (top0 + top1) / (base0 + base1)
        return Z95 * math.sqrt(seen * (1 - seen) * (1 / base0 + 1 / base1))
    if metric.unit in {"persons", "times", "items"} and not metric.denominator:
        return Z95 * math.sqrt(abs(top1 - top0) if metric.stock else abs(top0) + abs(top1))
    return 0.0


def chance_beside_plan(pair: Pair, metric: Metric) -> float:
    """The same for a value beside a planned one (``before``), which does not move by chance itself."""
    planned, base = map(float, (pair.top_before, pair.base_now))
    if metric.unit == "share":
        if base <= 0 or planned < 0:
            return 0.0
        rate = planned / base
        return Z95 * math.sqrt((rate if rate > 1 else rate * (1 - rate)) / base)
    if metric.unit in {"persons", "times", "items"} and not metric.denominator and not metric.stock:
        return Z95 * math.sqrt(abs(planned))
    return 0.0


def exact_fraction(value: float | None) -> Fraction:
    """A published number as a person would have written it; nothing is 0."""
    return ZERO if value is None else Fraction(exact(value))


def pair_of(before: MetricValue | None, now: MetricValue | None) -> Pair:
    """One member's numerator and denominator on both dates."""
    return Pair(
        exact_fraction(before.numerator if before else None),
        exact_fraction(now.numerator if now else None),
        exact_fraction(before.denominator if before else None),
        exact_fraction(now.denominator if now else None),
    )


def members(values: Iterable[MetricValue], dimension: str, day: dt.date) -> dict[str, MetricValue]:
    """The rows of one breakdown of the brand on a day, by member."""
    if dimension == ACCOUNT:
        return {
            v.account_id: v
            for v in values
            if v.business_date == day and not v.dimension and v.account_id != "*"
        }
    return {
        v.member: v
        for v in values
        if v.business_date == day and v.dimension == dimension and v.account_id == "*"
    }


def adding_up(
    before: Mapping[str, MetricValue], now: Mapping[str, MetricValue], whole: Pair, is_rate: bool
) -> Breakdown | None:
    """The members as a breakdown of the whole, or None when they overlap or leave something out.

    What rounding lost is given to the largest member, so that the sum is exact.
    """
    pairs = {member: pair_of(before.get(member), now.get(member)) for member in sorted({*before, *now})}
    found = whole_of(pairs)
    slack = DUST * (len(pairs) + 1)
    tops = whole.top_before - found.top_before, whole.top_now - found.top_now
    if not pairs or max(map(abs, tops)) > slack:
        return None
    largest = max(pairs, key=lambda m: (abs(pairs[m].top_now), abs(pairs[m].top_before), m))
    if not is_rate:
        return Breakdown({**pairs, largest: pairs[largest] + Pair(*tops)}, whole, is_rate=False)
    bases = whole.base_before - found.base_before, whole.base_now - found.base_now
    if max(map(abs, bases)) <= slack:
        return Breakdown({**pairs, largest: pairs[largest] + Pair(*tops, *bases)}, whole, is_rate=True)
    told = [(v.denominator, base) for rows, base in ((before, whole.base_before), (now, whole.base_now))
            for v in rows.values()]  # fmt: skip
    if all(abs(exact_fraction(denominator) - base) <= DUST for denominator, base in told):
        pairs[largest] += Pair(*tops)
        over = {
            member: replace(pair, base_before=whole.base_before, base_now=whole.base_now)
            for member, pair in pairs.items()
        }
        return Breakdown(over, whole, is_rate=True, shares_base=True)
    return None
