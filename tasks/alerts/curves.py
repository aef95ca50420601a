"""The pace line of one KPI: straight, S-shaped or stepped pieces between dated points, in exact decimals.

========  =======================  ===================================================================
shape     progress at x = 0…1      character
========  =======================  ===================================================================
linear    x                        the same change every day
s_curve   x² (3 - 2x)              slow start, steep middle, soft landing on every checkpoint
step      0, and 1 at x = 1        nothing is asked before the checkpoint's own day, then all of it
========  =======================  ===================================================================

The S-curve runs between neighbouring checkpoints (smoothstep), so it hits each of them, never turns round,
and stays a fraction of whole numbers: no exponential, hence no rounding.
"""

import datetime as dt
import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import partial
from typing import TypeAlias

from tasks.alerts.quantities import Shape

EXACT = Context(prec=40)
"""Far finer than any threshold, and independent of the process-wide decimal context."""
_FLOAT = Context(prec=15)
"""A float carries 15 decimal digits; what follows (0.30000000000000004) is its own dust."""

Number: TypeAlias = Decimal | float | int


def exact(value: Number) -> Decimal:
    """The decimal a person would have written for ``value``: 0.1 + 0.2 is 0.3."""
    return value if isinstance(value, Decimal) else _FLOAT.create_decimal(repr(value))


def known(value: Number | None) -> Decimal | None:
    """``value`` as an exact decimal; null for null, NaN and infinity, which are no measurements."""
    return exact(value) if value is not None and math.isfinite(value) else None


@dataclass(frozen=True)
class Curve:
    """What the plan expects on every day.

    Attributes:
        days: dates of the points, strictly rising; the first is the plan's start.
        values: the value at each point, in the KPI's unit; the first is the baseline.
        sign: 1 for a KPI that should rise, -1 for one that should fall.
        shape: how two neighbouring points are joined.
    """

    days: tuple[dt.date, ...]
    values: tuple[Decimal, ...]
    sign: int = 1
    shape: Shape = "linear"

    @property
    def baseline(self) -> Decimal:
        """The value at the start."""
        return self.values[0]

    @property
    def target(self) -> Decimal:
        """The value at the end, which also holds for ever after."""
        return self.values[-1]

    def at(self, day: dt.date) -> Decimal:
        """The expected value on ``day``: flat before the first point and after the last."""
        right = bisect_right(self.days, day)
        if right == 0:
            return self.values[0]
        if right == len(self.days):
            return self.values[-1]
        low, high = self.values[right - 1], self.values[right]
        part, whole = self._progress((day - self.days[right - 1]).days, right)
        with localcontext(EXACT):
            # Multiplying first keeps every result exact that has a finite decimal form.
            return low + (high - low) * part / whole

    def _progress(self, passed: int, right: int) -> tuple[int, int]:
        """How much of the piece that ends at point ``right`` is due ``passed`` days into it: part and whole."""
        length = (self.days[right] - self.days[right - 1]).days
        if self.shape == "s_curve":
            return passed * passed * (3 * length - 2 * passed), length**3
        if self.shape == "step":
            return passed // length, 1
        return passed, length

    def reached(self, value: Decimal) -> dt.date | None:
        """The first day on which the plan expected ``value`` or better.

        Null when the plan never asks for it, and when it is worse than the start: the plan never was there.
        """
        with localcontext(EXACT):
            if self.sign * (value - self.baseline) < 0:
                return None
            if value == self.baseline:
                return self.days[0]
            for right in range(1, len(self.days)):
                if self.sign * (self.values[right] - value) >= 0:
                    length = (self.days[right] - self.days[right - 1]).days
                    asked = partial(self._asks, value, right)
                    return self.days[right - 1] + dt.timedelta(bisect_left(range(length), True, key=asked))
            return None

    def _asks(self, value: Decimal, right: int, passed: int) -> bool:
        """Whether the piece that ends at point ``right`` asks for ``value`` or better after ``passed`` days."""
        low, high = self.values[right - 1], self.values[right]
        part, whole = self._progress(passed, right)
        # Multiplied out: nothing is divided, so nothing is rounded.
        return self.sign * ((high - low) * part - (value - low) * whole) >= 0

    def next_point(self, day: dt.date) -> tuple[dt.date, Decimal] | None:
        """Date and value of the first checkpoint after ``day``; null after the last one."""
        # Before the start the first thing to reach is the first checkpoint, not the baseline.
        right = max(bisect_right(self.days, day), 1)
        return (self.days[right], self.values[right]) if right < len(self.days) else None

    def needed_per_day(self, day: dt.date, actual: Decimal) -> Decimal | None:
        """The change a day from ``actual`` that meets the next checkpoint in time, whatever the shape until then.

        Negative for a KPI that should fall, 0 when the checkpoint is already met, null after the last one.
        """
        point = self.next_point(day)
        if point is None:
            return None
        with localcontext(EXACT):
            gap = point[1] - actual
            return gap / (point[0] - day).days if self.sign * gap > 0 else Decimal(0)
