"""What really moved within a week: the largest changes that chance alone does not explain.

Shares are compared as two proportions, counts as Poisson counts, both at three standard errors: platform
counts are noisier than the textbook, and many metrics are looked at every day. Money, minutes, ratios and
counts per something have no such law here, so they must move by a tenth.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tasks.records import Metric, MetricValue

LIMIT = 6
STANDARD_ERRORS = 3.0
NEWS = 0.05
"""A change below a twentieth is no news, however certain."""
NEWS_WITHOUT_LAW = 0.10


@dataclass(frozen=True)
class Movement:
    """One metric's change against 7 days before."""

    metric: Metric
    now: float
    before: float
    size: float
    """|now − before| ÷ the larger of the two: 0.2 is a fall to 80 % or a rise to 125 %."""
    feeling: Literal["better", "worse", "changed"]

    @property
    def rising(self) -> bool:
        """True when the figure itself went up."""
        return self.now > self.before


def _enough(value: MetricValue, metric: Metric) -> bool:
    if value.status == "grey" or value.value is None:
        return False
    sample = value.denominator if metric.denominator else value.numerator
    return sample is None or sample >= metric.min_sample


def _beyond_chance(now: MetricValue, before: MetricValue, metric: Metric, size: float) -> bool:
    counts = (now.numerator, now.denominator, before.numerator, before.denominator)
    if metric.unit == "share":
        a, n, b, m = (c if c is not None else -1.0 for c in counts)
        if min(a, b) < 0 or min(n, m) <= 0:
            return False
        if a > n or b > m:  # interactions per reader may exceed 1: compare them as rates
            error = math.sqrt(a / n**2 + b / m**2)
        else:
            pooled = (a + b) / (n + m)
            error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
        return abs(a / n - b / m) > STANDARD_ERRORS * error
    if metric.unit in ("persons", "times", "items") and not metric.denominator:
        a, b = now.value or 0.0, before.value or 0.0
        return abs(a - b) > STANDARD_ERRORS * math.sqrt(abs(a) + abs(b))
    return size >= NEWS_WITHOUT_LAW


def movement(now: MetricValue, before: MetricValue, metric: Metric) -> Movement | None:
    """The change of one metric, or None when it is small, thin, grey or within chance."""
    if not (_enough(now, metric) and _enough(before, metric)) or now.value is None or before.value is None:
        return None
    largest = max(abs(now.value), abs(before.value))
    size = abs(now.value - before.value) / largest if largest else 0.0
    if size < NEWS or not _beyond_chance(now, before, metric, size):
        return None
    feeling: Literal["better", "worse", "changed"] = "changed"
    if metric.direction != "none":
        feeling = "better" if (now.value > before.value) == (metric.direction == "up") else "worse"
    return Movement(metric, now.value, before.value, size, feeling)


def movements(
    now: Mapping[str, MetricValue],
    before: Mapping[str, MetricValue],
    metrics: Mapping[str, Metric],
    limit: int = LIMIT,
) -> list[Movement]:
    """The largest real changes, worst news first; neither direction crowds the other out.

    Args:
        now: metric_id → its value on the day.
        before: metric_id → its value 7 days before.
        metrics: the catalogue.
        limit: how many at most; half is reserved for each direction while it has candidates.

    Returns:
        Worse, then merely changed, then better; within each the largest first. Equal input, equal order.
    """
    found = [
        moved
        for key, value in now.items()
        if key in before and key in metrics and (moved := movement(value, before[key], metrics[key]))
    ]
    found.sort(key=lambda m: (-m.size, m.metric.metric_id))
    good = [m for m in found if m.feeling == "better"]
    bad = [m for m in found if m.feeling != "better"]
    half = limit // 2
    kept_good = good[: max(half, limit - len(bad))]
    kept = bad[: limit - len(kept_good)] + kept_good
    order = {"worse": 0, "changed": 1, "better": 2}
    return sorted(kept, key=lambda m: (order[m.feeling], -m.size, m.metric.metric_id))
