"""Where a number is going: its present pace, and the range in which it will be on a later day.

A straight trend and the days of the week, with what is left over being AR(1) plus white noise. Nobody knows
how strongly a number remembers yesterday, and the range hangs on it: noise around a line stays as wide as it
is, a random walk spreads for ever. So every strength of a small grid has its say, weighted by how well it
explains the series (restricted likelihood), and the ranges are those of the mixture. All rows are told at once.

Source:
    Harville 1974, restricted likelihood; Hoeting et al. 1999, "Bayesian Model Averaging"; Goldberger 1962, the
    best linear unbiased prediction with correlated noise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]

FEWEST = 28
"""Days of values without which nothing is foretold: four weeks, so that no weekday is seen less than four times."""
LONGEST = 90
"""Days of values looked at: what is older is another pace."""
GRID = (
    (0.0, 0.0),
    *((memory, white) for memory in (0.3, 0.6, 0.8) for white in (0.0, 0.5, 2.0)),
    *((1.0, white) for white in (0.0, 1.0, 6.0)),
)
"""Correlation of the remembered noise with the day before (1: a walk), and variance of the white noise beside it."""
_WALKS = sum(memory == 1.0 for memory, _ in GRID)


@dataclass(frozen=True)
class Outlook:
    """What a series says about one later day, in its own unit."""

    now: float
    """Today's value without noise and weekday."""
    pace: float
    """Change a day."""
    low: float
    """80 % range of the value that will be measured then."""
    high: float


@dataclass(frozen=True)
class _Model:
    """One strength of memory for series of one length; every figure is linear or quadratic in the series."""

    memory: float
    prior: float
    """Logarithm: before anything is seen, a walk is held half as likely again as noise around a line. Three months of a
    walk often look like a line, and to take it for one costs more than the other mistake."""
    trend: Floats
    """Rows of level today, change a day, weekdays: what each day of the series adds to them."""
    remembered: Floats
    """What each day adds to today's remembered noise."""
    rest: Floats
    """Matrix of the squared rest."""
    penalty: float
    """Logarithm of both determinants."""
    spread: Floats
    """Covariance of the rows of ``trend``, per unit of variance."""
    pull: Floats
    """What the rows of ``trend`` and the remembered noise have in common."""
    known: float
    """Variance of the remembered noise that the series tells away."""
    variance: float
    """Variance of the noise today."""


def outlooks(series: Sequence[Floats], ahead: Sequence[int]) -> list[Outlook | None]:
    """The outlook of each series on the day ``ahead`` days after its last; null where there is too little of it.

    Args:
        series: values day by day, oldest first, of which the last ``LONGEST`` count; NaN where there is none. A
            series must end with a number, hold ``FEWEST`` numbers and have two thirds of its days.
        ahead: days from the series' last day to the day asked about, ≥ 1.
    """
    found: list[Outlook | None] = [None] * len(series)
    by_length: dict[int, list[tuple[int, Floats]]] = {}
    for i, raw in enumerate(series):
        whole = _whole(raw)
        if whole is not None:
            by_length.setdefault(len(whole), []).append((i, whole))
    for length, members in by_length.items():
        rows = np.array([values for _, values in members])
        days = np.array([ahead[i] for i, _ in members])
        told = _told(rows, days, _models(length))
        for (i, _), numbers in zip(members, told, strict=True):
            found[i] = Outlook(*(float(number) for number in numbers))
    return found


def _whole(raw: Floats) -> Floats | None:
    """The series from its first number on with its gaps bridged; null when it is too short or too full of holes."""
    values = raw[-LONGEST:]
    there = np.flatnonzero(np.isfinite(values))
    if len(there) < FEWEST or there[-1] != len(values) - 1:
        return None
    values = values[there[0] :]
    if len(there) * 3 < len(values) * 2:
        return None
    days = np.arange(len(values))
    bridged: Floats = np.interp(days, there - there[0], values[there - there[0]])
    return bridged


def _told(rows: Floats, days: npt.NDArray[np.int64], models: Sequence[_Model]) -> Floats:
    """Columns now, pace, low, high of every row."""
    middle = rows.mean(axis=1, keepdims=True)
    scale = np.maximum(rows.std(axis=1, keepdims=True), np.abs(middle) * 1e-9 + 1e-300)
    rows = (rows - middle) / scale
    asked = _design(days)
    freedom = rows.shape[1] - asked.shape[1]
    likelihoods, levels, paces, centres, variances = [], [], [], [], []
    for model in models:
        rest = np.maximum(np.einsum("ij,ij->i", rows @ model.rest, rows), 1e-18)
        trend, noise = rows @ model.trend.T, rows @ model.remembered
        fades = model.memory**days
        unsure = asked - fades[:, None] * model.pull
        grown = days if model.memory == 1.0 else 0
        variance = model.variance + grown - fades**2 * model.known
        variance += np.einsum("ij,jk,ik->i", unsure, model.spread, unsure)
        likelihoods.append(model.prior - 0.5 * (model.penalty + freedom * np.log(rest)))
        levels.append(trend[:, 0] + noise)
        paces.append(trend[:, 1])
        centres.append(np.einsum("ij,ij->i", asked, trend) + fades * noise)
        variances.append(variance * rest / freedom)
    weights = np.exp(np.array(likelihoods) - np.max(likelihoods, axis=0))
    weights /= weights.sum(axis=0)
    now, pace = ((weights * np.array(part)).sum(axis=0) for part in (levels, paces))
    low, high = (_quantile(part, weights, np.array(centres), np.sqrt(variances)) for part in (0.1, 0.9))
    back, lift = scale[:, 0], middle[:, 0]
    return np.stack((now * back + lift, pace * back, low * back + lift, high * back + lift), 1)


def _quantile(part: float, weights: Floats, centres: Floats, spreads: Floats) -> Floats:
    """The value that ``part`` of a mixture of normals (rows) stays below, for each series (columns)."""
    low, high = (centres - 6 * spreads).min(axis=0), (centres + 6 * spreads).max(axis=0)
    for _ in range(26):
        middle = (low + high) / 2
        z = np.clip((middle - centres) / spreads, -8, 8)
        # The normal distribution to 1.4e-4 (Page 1977); the standard library's error function takes no arrays.
        below = (weights / (1 + np.exp(-1.5976 * z - 0.070565992 * z**3))).sum(axis=0) < part
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found: Floats = (low + high) / 2
    return found


def _design(days: npt.NDArray[np.int64]) -> Floats:
    """Columns level, days from today, and six weekdays that sum to nothing with the seventh.

    Weekdays count from today, so that no date is needed.
    """
    weekdays = np.concatenate((np.eye(6), -np.ones((1, 6))))[np.mod(days, 7)]
    return np.column_stack((np.ones(len(days)), days, weekdays))


@lru_cache(maxsize=8)
def _models(length: int) -> tuple[_Model, ...]:
    return tuple(_model(length, memory, white) for memory, white in GRID)


def _model(length: int, memory: float, white: float) -> _Model:
    days = np.arange(length)
    design = _design(days - (length - 1))
    if memory == 1.0:
        remembered = np.minimum.outer(days, days) + 1.0
    else:
        remembered = memory ** np.abs(np.subtract.outer(days, days)).astype(np.float64)
    covariance = remembered + white * np.eye(length)
    weight = np.linalg.inv(covariance)
    information = design.T @ weight @ design
    spread: Floats = np.linalg.inv(information).astype(np.float64)
    trend = spread @ design.T @ weight
    today = remembered[-1]
    gain = weight @ today
    return _Model(
        memory,
        math.log(1.5 / _WALKS) if memory == 1.0 else -math.log(len(GRID) - _WALKS),
        trend,
        gain - gain @ design @ trend,
        weight - weight @ design @ trend,
        float(np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(information)[1]),
        spread,
        gain @ design,
        float(today @ gain),
        float(covariance[-1, -1]),
    )
