"""How far behind: the three readings of "behind by 10 %", and the level that follows.

==========  =====================================================  ==========================================
basis       formula (rising KPI; for a falling one signs flip)      character
==========  =====================================================  ==========================================
progress    (expected - actual) / (expected - baseline)             literal; very sensitive early
level       (expected - actual) / expected                          easy to explain; blind on a high baseline
points      (expected - actual) / (target - baseline)               steady early; slow to alarm
gate        shortfall / limit                                       constant limits, no curve; yellow from 0 on
==========  =====================================================  ==========================================

Worked example: open rate 8 → 25 %, expected 16.5 %, actual 14.8 %: progress 20.0 % (orange), level 10.3 %
(yellow), points 10 (yellow).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tasks.alerts.curves import EXACT
from tasks.records import Level

PRECISION = Decimal("1e-12")
"""Lags are compared at 12 places: a lag of exactly one tenth is yellow even when a third was involved."""
WORST_FIRST = (Level.red, Level.orange, Level.yellow)


@dataclass(frozen=True)
class Lag:
    """The lag on the basis that decides, and on all three (null where the basis cannot tell). Shares, 0-1."""

    value: Decimal
    basis: str
    progress: Decimal | None = None
    level: Decimal | None = None
    points: Decimal | None = None


def lag_behind(
    sign: int, baseline: Decimal, expected: Decimal, target: Decimal, actual: Decimal, basis: str
) -> Lag:
    """The lag behind a pace curve; negative when ahead of it.

    Where ``basis`` would divide by zero, or by a piece that runs against the KPI's direction (a first
    measured value already beyond the first checkpoint), the ``level`` basis decides. Values are in the
    KPI's own unit.

    Args:
        sign: 1 for a KPI that should rise, -1 for one that should fall.
        baseline: value at the start of the plan.
        expected: value the plan expects today.
        target: value at the end of the plan.
        actual: value measured today.
        basis: ``progress``, ``level`` or ``points``.
    """
    with localcontext(EXACT):
        short = sign * (expected - actual)
        readings = {
            "progress": _ratio(short, sign * (expected - baseline)),
            "level": _ratio(short, abs(expected)),
            "points": _ratio(short, sign * (target - baseline)),
        }
        for choice in (basis, "level", "points"):
            value = readings[choice]
            if value is not None:
                return Lag(value, choice, **readings)
        # Nothing was planned and nothing was there: short of it at all means all of it.
        return Lag(Decimal(1 if short > 0 else 0), "level", **readings)


def lag_beyond(at_most: bool, limit: Decimal, actual: Decimal) -> Lag:
    """The lag behind a constant gate: shortfall ÷ limit, negative when inside it."""
    with localcontext(EXACT):
        value = ((actual - limit if at_most else limit - actual) / limit).quantize(PRECISION)
    return Lag(value, "gate", level=value)


def level_of(lag: Decimal, thresholds: Mapping[Level, Decimal]) -> Level:
    """The colour of a lag; a threshold itself already has its colour."""
    return next((level for level in WORST_FIRST if lag >= thresholds[level]), Level.green)


def level_beyond(lag: Decimal, thresholds: Mapping[Level, Decimal]) -> Level:
    """The colour of a lag behind a gate: a limit is a limit, so beyond it at all is a warning."""
    level = level_of(lag, thresholds)
    return Level.yellow if level is Level.green and lag > 0 else level


def _ratio(short: Decimal, whole: Decimal) -> Decimal | None:
    return (short / whole).quantize(PRECISION) if whole > 0 else None
