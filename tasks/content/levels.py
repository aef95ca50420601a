"""The three levels as everywhere in the house: 10, 20 and 30 % behind, thresholds inclusive."""

from tasks.records import Level

THRESHOLDS = ((Level.red, 0.30), (Level.orange, 0.20), (Level.yellow, 0.10))
CLOSE = 1e-9
"""Floats that stand for the same decimal differ by less."""


def level_of(behind: float) -> Level:
    """The level of a lag: a part of what was expected."""
    return next((level for level, least in THRESHOLDS if behind >= least - CLOSE), Level.green)
