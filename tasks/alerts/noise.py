"""What cannot be told from chance: a gap too small for the plan, or inside the metric's own interval.

Two intervals, and a gap inside either of them carries no colour:

* of a share, what its sample allows (Wilson);
* of any number, how much its own recent values move around their trend (:func:`wobble`). It also holds where a
  share scatters more than its sample says, because readers of one article are no independent draws.

A number of one day has 365 chances a year to look bad, one of a trailing week some fifty that are independent.
So the first is believed beyond three standard errors, the second beyond 2.6; two for everybody (95 %) would call
healthy numbers behind several times a year. The false-alarm simulation measures both.
"""

import math
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tasks.alerts.curves import EXACT
from tasks.records import MetricValue

Floats: TypeAlias = npt.NDArray[np.float64]

Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""
LOOK_BACK = 63
"""Days of values that tell how a metric moves: nine weeks, so that one bad week is a minority."""
_WEEK = 7


def certain(window_days: int) -> float:
    """Standard errors beyond which a gap is believed, by the days that feed one value."""
    return 3.0 if window_days < _WEEK else 2.6


@dataclass(frozen=True)
class Wobble:
    """How a metric's values move by themselves, in its own unit."""

    season: float
    """What today's weekday adds to the value."""
    spread: float
    """Standard deviation of a value around the trend and the weekday, both as far as they are known."""
    freedom: float
    """How many independent looks ``spread`` rests on."""

    def reach(self, z: float) -> float:
        """The shortfall up to which chance explains it: ``z`` errors, more where few looks tell them (Student's t)."""
        v = self.freedom
        return self.spread * (z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v * v))


def wobble(history: Floats, window_days: int) -> Wobble | None:
    """How a metric moves, from its values before today; null with less than two weeks of them.

    Week-on-week differences know neither the trend nor the weekday. A value that sums or averages the last W
    days changes less from week to week than it may be off: of its W days only 7 are new. For independent days
    its variance is that of the difference, halved, times W ÷ 7.

    Args:
        history: values day by day, the last being yesterday's; NaN where there is none.
        window_days: days that feed one value.
    """
    values = history[-LOOK_BACK:]
    steps = values[_WEEK:] - values[:-_WEEK]
    steps = steps[np.isfinite(steps)]
    if len(steps) < _WEEK:
        return None
    steps = steps - np.median(steps)
    typical = 1.4826 * float(np.median(np.abs(steps)))
    # A slump or a campaign of a few days is no wobble; it would hide the next one.
    calm = steps[np.abs(steps) <= 3 * typical] if typical > 0 else steps
    variance = float(np.mean(calm**2)) / 2 * max(window_days / _WEEK, 1.0)
    # Differences that overlap are no independent looks: 2 of 3 count, of a window of some days 2 of 9.
    freedom = max(len(calm) * 2 / 3 / min(window_days, 3), 2.0)
    season, seen = _season(values)
    return Wobble(season, math.sqrt(variance * (1 + 1 / max(seen, 1))), freedom)


def _season(values: Floats) -> tuple[float, int]:
    """What this weekday usually adds to the mean of the week around it, and how often it was seen.

    It grows with the number: 30 % fewer on Sundays stay 30 %.
    """
    extra = []
    for i in range(len(values) - _WEEK, 2, -_WEEK):
        week = float(np.mean(values[i - 3 : i + 4]))
        if math.isfinite(week) and week != 0:
            extra.append(float(values[i]) / week - 1)
    newest = values[-_WEEK:][np.isfinite(values[-_WEEK:])]
    return (float(np.median(extra) * np.mean(newest)), len(extra)) if extra and len(newest) else (0.0, 0)


def interval_of_share(share: float, sample: float, z: float = Z95) -> tuple[float, float]:
    """The interval (``z`` standard errors, 95 % unless told) of a share seen in ``sample`` cases.

    Wilson's interval up to 1. Above it (several interactions by one reader) the normal interval of a count.
    Both ends rise with ``share``, also across 1, so that a better figure is never judged more harshly.

    Source:
        Wilson 1927; Brown, Cai, DasGupta 2001, "Interval Estimation for a Binomial Proportion".
    """
    z2 = z * z
    if share > 1:
        half = z * math.sqrt(share / sample)
        return max(share - half, sample / (sample + z2)), share + half
    share = max(share, 0.0)
    centre = share + z2 / (2 * sample)
    half = z * math.sqrt(share * (1 - share) / sample + z2 / (4 * sample * sample))
    scale = 1 + z2 / sample
    return max((centre - half) / scale, 0.0), min((centre + half) / scale, 1.0)


def is_small(sign: int, expected: Decimal, actual: Decimal, planned_change: Decimal, floor: Decimal) -> bool:
    """Whether a shortfall is no more than ``floor`` (a share) of the whole planned change (either sign)."""
    with localcontext(EXACT):
        return sign * (expected - actual) <= floor * abs(planned_change)


def is_chance(
    sign: int,
    expected: Decimal,
    actual: Decimal,
    value: MetricValue,
    unit: str,
    window_days: int = 1,
    moves: Wobble | None = None,
    doubt: float = 1.0,
) -> bool:
    """Whether a shortfall may be chance.

    Args:
        sign: 1 for a KPI that should rise, -1 for one that should fall.
        expected: value the plan expects today, in the KPI's unit.
        actual: value measured today.
        value: the measurement; its denominator is the sample of a share.
        unit: the KPI's unit; only shares have a sampling interval.
        window_days: days that feed one value.
        moves: how the metric moves by itself, where that is known.
        doubt: how many times wider than today's own the intervals are, ≥ 1: a plan that starts at a measured
            value is itself uncertain.
    """
    asked, seen, z = float(expected), float(actual), certain(window_days)
    if moves is not None and sign * (asked - (seen - moves.season)) <= moves.reach(z) * doubt:
        return True
    if unit != "share" or not value.denominator or value.denominator < 0:
        return False
    low, high = interval_of_share(seen, value.denominator / doubt**2, z)
    return asked <= high if sign > 0 else asked >= low
