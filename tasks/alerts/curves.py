"""The pace line of one KPI: straight pieces between dated points, in exact decimals."""

import datetime as dt
import math
from bisect import bisect_right
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from typing import TypeAlias

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
    """

    days: tuple[dt.date, ...]
    values: tuple[Decimal, ...]
    sign: int = 1

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
        passed = (day - self.days[right - 1]).days
        whole = (self.days[right] - self.days[right - 1]).days
        with localcontext(EXACT):
            # Multiplying first keeps every result exact that has a finite decimal form.
            return low + (high - low) * passed / whole

    def reached(self, value: Decimal) -> dt.date | None:
        """The first day on which the plan expected ``value`` or better.

        Null when the plan never asks for it, and when it is worse than the start: the plan never was there.
        """
        with localcontext(EXACT):
            if self.sign * (value - self.baseline) < 0:
                return None
            if value == self.baseline:
                return self.days[0]
            for i in range(1, len(self.days)):
                low, high = self.values[i - 1], self.values[i]
                if self.sign * (high - value) >= 0:
                    whole = (self.days[i] - self.days[i - 1]).days
                    passed = (whole * (value - low) / (high - low)).to_integral_value(ROUND_CEILING)
                    return self.days[i - 1] + dt.timedelta(days=int(passed))
            return None

    def needed_per_day(self, day: dt.date, actual: Decimal) -> Decimal | None:
        """The change a day from ``actual`` that meets the next checkpoint in time.

        Negative for a KPI that should fall, 0 when the checkpoint is already met, null after the last one.
        """
        right = bisect_right(self.days, day)
        # Before the start the first thing to reach is the first checkpoint, not the baseline.
        right = max(right, 1)
        if right == len(self.days):
            return None
        with localcontext(EXACT):
            gap = self.values[right] - actual
            return gap / (self.days[right] - day).days if self.sign * gap > 0 else Decimal(0)
