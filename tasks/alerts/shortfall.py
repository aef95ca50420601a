"""What a number lacks of its plan, by the members of a breakdown: asked where its change over time names nobody.

A rate: every member is held against the planned rate at its own weight. A count: the plan is spread over the members
as they stood before. Either way the parts add up to value − plan, exactly.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from tasks.alerts.breakdowns import Breakdown
from tasks.alerts.decompose import ZERO, Pair
from tasks.records import Metric

SPREAD = 10
"""Cases of the earlier date from which their spread over the members says anything."""


def against_plan(breakdown: Breakdown, planned: Fraction) -> Breakdown | None:
    """The same members today, each beside what the plan asks of it; None when nobody can tell what it asks.

    Args:
        breakdown: the members on both dates; of a rate only today's are needed.
        planned: what the plan expects of the whole, in the metric's unit.
    """
    whole = breakdown.whole
    if not breakdown.is_rate:
        asked, base = planned, ZERO
    elif whole.base_now:
        asked, base = planned * whole.base_now, whole.base_now
    else:
        return None
    told = Pair(asked, whole.top_now, base, base)
    if breakdown.is_rate and not breakdown.shares_base:
        pairs: Mapping[str, Pair] = {
            member: Pair(planned * pair.base_now, pair.top_now, pair.base_now, pair.base_now)
            for member, pair in breakdown.pairs.items()
            if pair.base_now
        }
    elif whole.top_before < SPREAD or any(pair.top_before < 0 for pair in breakdown.pairs.values()):
        return None
    else:
        pairs = {
            member: Pair(asked * pair.top_before / whole.top_before, pair.top_now, base, base)
            for member, pair in breakdown.pairs.items()
        }
    return replace(breakdown, pairs=pairs, whole=told, is_planned=True)


def lacking(metric: Metric, value: Fraction, planned: Fraction) -> Fraction:
    """The value less the plan where it is behind the plan, else 0."""
    gap = value - planned
    return gap if (gap < 0 and metric.direction == "up") or (gap > 0 and metric.direction == "down") else ZERO
