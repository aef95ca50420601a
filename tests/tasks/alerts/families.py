"""Series whose future is known: what the forecast's 80 % range has to hold four times out of five."""

import numpy as np

from tasks.alerts.forecast import LONGEST, outlooks

SEED = 20260901
AHEAD = (7, 30)
"""Days to the next checkpoint."""


def walk(rng: np.random.Generator, days: int) -> np.ndarray:
    """A random walk with drift: a total that grows by fits and starts."""
    return 1000 + np.cumsum(rng.normal(5, rng.uniform(3, 30), days))


def trend(rng: np.random.Generator, days: int) -> np.ndarray:
    """A straight line with noise that remembers six tenths of the day before."""
    # 0.6 to the power of 30 is nothing: what a day remembers is a sum over the 30 days before it.
    noise = np.convolve(rng.normal(0, 5, days + 29), 0.6 ** np.arange(30), "valid")
    return 100 + rng.uniform(-0.5, 0.5) * np.arange(days) + noise


def week(rng: np.random.Generator, days: int) -> np.ndarray:
    """A line with strong weekdays and white noise."""
    return 200 + 0.5 * np.arange(days) + rng.normal(0, 30, 7)[np.arange(days) % 7] + rng.normal(0, 8, days)


def level(rng: np.random.Generator, days: int) -> np.ndarray:
    """No trend at all: a level and noise."""
    return 50 + rng.normal(0, 4, days)


def wandering(rng: np.random.Generator, days: int) -> np.ndarray:
    """A level that wanders, seen through noise."""
    return 100 + np.cumsum(rng.normal(0, 2, days)) + rng.normal(0, 4, days)


FAMILIES = (walk, trend, week, level, wandering)


def coverage(family, runs: int = 400, ahead: int = 14, seed: int = SEED, known: int = LONGEST) -> float:
    """How often the value ``ahead`` days later lies inside the range told on the last of ``known`` days."""
    rng = np.random.default_rng([seed, ahead, FAMILIES.index(family)])
    series = [family(rng, known + ahead) for _ in range(runs)]
    told = outlooks([values[:known] for values in series], [ahead] * runs)
    inside = [t is not None and t.low <= s[-1] <= t.high for t, s in zip(told, series, strict=True)]
    return float(np.mean(inside))
