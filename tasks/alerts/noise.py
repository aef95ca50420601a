"""What cannot be told from chance: a gap too small for the plan, or inside the sampling interval."""

import math
from decimal import Decimal, localcontext

from tasks.alerts.curves import EXACT
from tasks.records import MetricValue

Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


def interval_of_share(share: float, sample: float) -> tuple[float, float]:
    """The 95 % interval of a share seen in ``sample`` cases.

    Wilson's interval up to 1. Above it (several interactions by one reader) the normal interval of a count.
    Both ends rise with ``share``, also across 1, so that a better figure is never judged more harshly.

    Source:
        Wilson 1927; Brown, Cai, DasGupta 2001, "Interval Estimation for a Binomial Proportion".
    """
    z2 = Z95 * Z95
    if share > 1:
        half = Z95 * math.sqrt(share / sample)
        return max(share - half, sample / (sample + z2)), share + half
    share = max(share, 0.0)
    centre = share + z2 / (2 * sample)
    half = Z95 * math.sqrt(share * (1 - share) / sample + z2 / (4 * sample * sample))
    scale = 1 + z2 / sample
    return max((centre - half) / scale, 0.0), min((centre + half) / scale, 1.0)


def is_noise(
    sign: int,
    expected: Decimal,
    actual: Decimal,
    planned_change: Decimal,
    floor: Decimal,
    value: MetricValue,
    unit: str,
) -> bool:
    """Whether a shortfall is too small, or too uncertain, to carry a colour.

    Args:
        sign: 1 for a KPI that should rise, -1 for one that should fall.
        expected: value the plan expects today, in the KPI's unit.
        actual: value measured today.
        planned_change: target - baseline, either sign.
        floor: share of the planned change that a shortfall must exceed.
        value: the measurement; its denominator is the sample of a share.
        unit: the KPI's unit; only shares have a sampling interval.
    """
    with localcontext(EXACT):
        if sign * (expected - actual) <= floor * abs(planned_change):
            return True
    if unit != "share" or not value.denominator or value.denominator < 0:
        return False
    low, high = interval_of_share(float(actual), value.denominator)
    return float(expected) <= high if sign > 0 else float(expected) >= low
