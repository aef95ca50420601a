"""Posts with a rate that may be compared: mature, and with both its parts known."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.records import ContentItem

AGE = 7
"""Days of a post that count: before them its figures still grow."""
PARTS = {
    "interaction_rate": ("interactions", "readers"),
    "share_rate": ("sharers", "readers"),
    "open_rate": ("session_readers", "delivered"),
}


@dataclass(frozen=True)
class Rated:
    """Posts of one account and their rate: ``hits`` ÷ ``base``, each an array in the order of ``items``."""

    items: tuple[ContentItem, ...]
    hits: NDArray[np.float64]
    base: NDArray[np.float64]

    def without(self, left_out: Sequence[bool]) -> "Rated":
        """The posts without some of them."""
        kept = ~np.array(left_out, dtype=bool)
        items = tuple(item for item, is_kept in zip(self.items, kept, strict=True) if is_kept)
        return Rated(items, self.hits[kept], self.base[kept])

    @property
    def log(self) -> NDArray[np.float64]:
        """Logarithms of the rates; half a hit keeps a rate of 0 finite."""
        return np.log((self.hits + 0.5) / (self.base + 0.5))

    @property
    def by_chance(self) -> NDArray[np.float64]:
        """Variance of each logarithm that comes from the number of its readers alone."""
        usual = min((self.hits.sum() + 0.5) / (self.base.sum() + 0.5), 1 - 1e-9)
        return np.asarray((1 - usual) / (usual * self.base))


def rated(items: Iterable[ContentItem], metric_id: str) -> dict[str, Rated]:
    """The posts that can be compared, by account.

    Args:
        items: any; those not mature, or without these figures, are left out.
        metric_id: which rate: a key of :data:`PARTS`.
    """
    top, below = PARTS[metric_id]
    found: dict[str, list[tuple[ContentItem, float, float]]] = defaultdict(list)
    for item in items:
        aged = item.at(AGE)
        if aged is None or not aged.is_mature:
            continue
        hits, base = getattr(aged, top), getattr(aged, below)
        if hits is not None and base:
            # Interactions are counts, not persons: an article may have more of them than readers.
            found[item.account_id].append((item, float(min(hits, base)), float(base)))
    return {
        account_id: Rated(
            tuple(item for item, _, _ in posts),
            np.array([hits for _, hits, _ in posts]),
            np.array([base for _, _, base in posts]),
        )
        for account_id, posts in sorted(found.items())
    }
