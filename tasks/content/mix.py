"""How content was mixed and made: parts of the planned mixes, originality, cycle, topics.

Parts are judged as everywhere else in the house: all is well up to the plan's tolerance; yellow, orange and red are
one, two and three times beyond it; too few items, or too many without the label, are grey.
"""

import datetime as dt
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.records import ContentItem, Level, MixShare, Production

LEAST = 20
"""Items below which one more or less moves a share by the whole tolerance."""
UNLABELLED = 0.05
"""Share of items without the label beyond which nobody knows the mix."""
TIMES = ((Level.red, 3), (Level.orange, 2), (Level.yellow, 1))
CLOSE = 1e-9
"""Floats that stand for the same decimal share differ by less."""
DAYS_OF_MONTH = 30.4375
QUICK = 7


@dataclass(frozen=True)
class Wanted:
    """One mix of the plan."""

    mix_id: str
    label: str
    shares: Mapping[str, float]
    tolerance: float
    at_least: bool = False
    """More than planned is fine: originality, users' own content."""


def mixes(items: Sequence[ContentItem], wanted: Iterable[Wanted]) -> list[MixShare]:
    """Every part of every mix, in the plan's order.

    Args:
        items: published in the weeks that count.
        wanted: the plan's mixes; an item labelled ``none`` is outside of a mix, not unlabelled.
    """
    return [share for mix in wanted for share in _parts(items, mix)]


def _parts(items: Sequence[ContentItem], mix: Wanted) -> list[MixShare]:
    labels = Counter(item.labels.get(mix.label, "") for item in items)
    total = sum(count for label, count in labels.items() if label not in ("", "none"))
    is_unknown = not items or labels[""] > UNLABELLED * len(items) or total < LEAST
    found = []
    for member, target in mix.shares.items():
        share = labels[member] / total if total else None
        level = Level.grey if is_unknown or share is None else _level(share - target, mix)
        found.append(MixShare(mix.mix_id, member, labels[member], total, share, target, mix.tolerance, level))
    return found


def _level(off: float, mix: Wanted) -> Level:
    if mix.at_least and off >= 0:
        return Level.green
    return next(
        (level for level, times in TIMES if abs(off) > times * mix.tolerance + CLOSE),
        Level.green,
    )


def production(items: Sequence[ContentItem], days: int) -> Production:
    """How content was made in a window of ``days`` days that holds ``items``."""
    known = [item.production_days for item in items if item.production_days is not None]
    unlabelled = sum("matrix_type" not in item.labels for item in items)
    topics = {
        (item.labels.get("matrix_type"), item.labels.get("template"), item.labels.get("scene"))
        for item in items
    }
    return Production(
        items=len(items),
        per_month=len(items) / days * DAYS_OF_MONTH if items else None,
        unlabelled=unlabelled / len(items) if items else None,
        cycle_days=float(statistics.median(known)) if known else None,
        cycle_known=len(known),
        within_7_days=sum(n <= QUICK for n in known) / len(known) if known else None,
        topics=len(topics),
    )


def months_before(day: dt.date, count: int) -> list[dt.date]:
    """First days of the ``count`` whole months before the month of ``day``, the oldest first."""
    found = [day.replace(day=1)]
    for _ in range(count):
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found[:0:-1]
