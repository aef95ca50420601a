"""What the week's rates are made of, beside the week it is compared with, member by member.

Only figures of one age are held against each other: the largest that most items of both weeks have figures of; a few
young items are left out rather than pull both weeks down to their first day.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from tasks.content.rates import PARTS
from tasks.records import AGES, ContentItem

DIMENSIONS = ("matrix_type", "template", "account")
"""What a change is split by."""
UNLABELLED = "unlabelled"
MOST = Fraction(4, 5)
"""Of each week's items with figures that must have figures of an age for the weeks to be compared at it."""

Parts: TypeAlias = dict[str, tuple[Fraction, Fraction, Fraction, Fraction]]
"""Member → numerator before and now, denominator before and now."""


def common_age(*weeks: Sequence[ContentItem]) -> int:
    """The largest age that :data:`MOST` of each week's items with figures have figures of.

    Day 1 when no age has as many; 0 when no item has any figure.
    """
    told = [week for week in map(_told, weeks) if week]
    if not told:
        return 0
    reached = [
        age for age in AGES if all(sum(age in days for days in week) >= MOST * len(week) for week in told)
    ]
    return max(reached, default=AGES[0])


def left_out(age: int, *weeks: Sequence[ContentItem]) -> int:
    """How many items have figures, but none of the age at which the weeks are compared."""
    return sum(age not in days for week in weeks for days in _told(week))


def _told(week: Sequence[ContentItem]) -> list[set[int]]:
    """The ages that each item with figures has figures of."""
    ages = [{aged.day_n for aged in item.ages if aged.readers is not None} for item in week]
    return [days for days in ages if days]


def parts(
    before: Sequence[ContentItem], now: Sequence[ContentItem], metric_id: str, dimension: str, age: int
) -> Parts:
    """Numerators and denominators of a rate by the members of a dimension; empty when either week has none.

    Args:
        before: items of the week compared with.
        now: items of the week.
        metric_id: a key of ``rates.PARTS``.
        dimension: one of :data:`DIMENSIONS`.
        age: as :func:`common_age` tells it.
    """
    sums = [_sums(items, metric_id, dimension, age) for items in (before, now)]
    if not all(any(base for _, base in week.values()) for week in sums):
        return {}
    nothing = (Fraction(0), Fraction(0))
    found: Parts = {}
    for member in sorted({*sums[0], *sums[1]}):
        (top_before, base_before), (top_now, base_now) = (week.get(member, nothing) for week in sums)
        found[member] = (top_before, top_now, base_before, base_now)
    return found


def _sums(
    items: Sequence[ContentItem], metric_id: str, dimension: str, age: int
) -> dict[str, tuple[Fraction, Fraction]]:
    top, below = PARTS[metric_id]
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for item in items:
        aged = item.at(age)
        if aged is None or getattr(aged, top) is None or not getattr(aged, below):
            continue
        member = item.account_id if dimension == "account" else item.labels.get(dimension, UNLABELLED)
        hits, base = found.get(member, (Fraction(0), Fraction(0)))
        found[member] = (hits + Fraction(getattr(aged, top)), base + Fraction(getattr(aged, below)))
    return found
