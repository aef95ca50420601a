"""What the week's rates are made of, beside the week it is compared with, member by member.

Only figures of one age are held against each other: the largest that every item of both weeks has reached.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from tasks.content.rates import PARTS
from tasks.records import AGES, ContentItem

DIMENSIONS = ("matrix_type", "template", "account")
"""What a change is split by."""
UNLABELLED = "unlabelled"

Parts: TypeAlias = dict[str, tuple[Fraction, Fraction, Fraction, Fraction]]
"""Member → numerator before and now, denominator before and now."""


def common_age(*weeks: Sequence[ContentItem]) -> int:
    """The largest age that every item with figures has figures of, or of a later one; 0 when there is none."""
    told = [[aged.day_n for aged in item.ages if aged.readers is not None] for week in weeks for item in week]
    newest = min((max(days) for days in told if days), default=0)
    return max((age for age in AGES if age <= newest), default=0)


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
