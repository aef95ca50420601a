"""The same thing again: months of one kind of content while the growth of followers falls (PB-02).

The seed of the rule: three months of "new arrivals + discount", and follower growth went from 5 % to 0.8 %.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from tasks.records import ContentItem, Sameness

MONTHS = 3
HALF = 0.5
"""One kind that makes up at least half of a month's content rules the month."""
LEAST = 6
"""Items a month needs to be ruled by anything."""
LABELS = ("template", "matrix_type", "scene")


def sameness(items: Sequence[ContentItem], growth: Mapping[str, float | None]) -> list[Sameness]:
    """Each label that ruled the last three months while growth fell from month to month.

    Args:
        items: published in those months.
        growth: month such as ``2026-07`` → net followers ÷ followers at its start, the oldest first; exactly the
            months that count. A month whose growth is unknown detects nothing.
    """
    months = list(growth)[-MONTHS:]
    known = [growth[month] for month in months]
    falls = len(months) == MONTHS and all(
        now is not None and before is not None and now < before
        for before, now in zip(known, known[1:], strict=False)
    )
    if not falls:
        return []
    found = []
    for label in LABELS:
        counts = [_members(items, label, month) for month in months]
        if any(sum(count.values()) < LEAST for count in counts):
            continue
        leaders = {count.most_common(1)[0] for count in counts if count}
        for member in {member for member, _ in leaders} - {""}:
            shares = [count[member] / sum(count.values()) for count in counts]
            if all(share >= HALF for share in shares):
                found.append(Sameness(label, member, tuple(months), sum(shares) / MONTHS, tuple(known)))
    return sorted(found, key=lambda one: (-one.share, one.dimension, one.member))


def _members(items: Sequence[ContentItem], label: str, month: str) -> Counter[str]:
    return Counter(item.labels.get(label, "") for item in items if f"{item.publish_date:%Y-%m}" == month)
