"""Where a KPI lands: the next number the plan asks for, and when and how today's pace gets there."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from tasks.alerts.curves import Curve
from tasks.alerts.forecast import LONGEST, Outlook, outlooks
from tasks.alerts.plan import Plan
from tasks.alerts.series import Series

NEVER_DAYS = 50 * 366
"""A pace that takes half a century is none."""


@dataclass(frozen=True)
class Point:
    """A number that is due: the next checkpoint of a KPI, or the next milestone that names its metric."""

    due: dt.date
    value: Decimal
    sign: int
    """1 when the value should be at least this, -1 when at most."""


@dataclass(frozen=True)
class Landing:
    """When the point is reached at today's pace, and the 80 % range of the value on the day it is due."""

    date: dt.date | None
    """Null: never at this pace."""
    low: float
    high: float


@dataclass(frozen=True)
class Question:
    """One metric on one day, and the point asked about."""

    metric: str
    day: dt.date
    actual: Decimal
    point: Point
    unit: str


class Points:
    """Every number the plan asks for by a date."""

    def __init__(self, plan: Plan) -> None:
        self._aims: dict[str, list[Point]] = {}
        for milestone in plan.milestones:
            for aim in milestone.aims:
                value = plan.scaled(aim.limit, aim.unit)
                point = Point(plan.date_of(milestone.month), value, 1 if aim.at_most is None else -1)
                self._aims.setdefault(aim.metric, []).append(point)

    def after(self, metric: str, curve: Curve | None, day: dt.date) -> Point | None:
        """The next point of a metric; of a checkpoint and a milestone on one day the checkpoint."""
        checkpoint = curve.next_point(day) if curve else None
        points = [Point(*checkpoint, curve.sign)] if curve and checkpoint else []
        points += [aim for aim in self._aims.get(metric, ()) if aim.due > day]
        return min(points, key=lambda point: point.due, default=None)


def landings(series: Series, questions: Sequence[Question]) -> list[Landing | None]:
    """The landing of each question; null while too little is measured to tell."""
    tomorrow = dt.timedelta(days=1)
    told = outlooks(
        [series.before(q.metric, q.day + tomorrow, LONGEST) for q in questions],
        [(q.point.due - q.day).days for q in questions],
    )
    return [
        _landing(question, outlook, series) if outlook else None
        for question, outlook in zip(questions, told, strict=True)
    ]


def _landing(question: Question, outlook: Outlook, series: Series) -> Landing:
    low, high = max(outlook.low, 0.0), max(outlook.high, 0.0)
    if question.unit == "share":
        seen = series.before(question.metric, question.day + dt.timedelta(days=1), LONGEST)
        # Some shares exceed 1 (two interactions by one reader); one that never did will not.
        ceiling = max(1.0, float(np.nanmax(seen)))
        low, high = min(low, ceiling), min(high, ceiling)
    return Landing(_reached(question, outlook), _rounded(low), _rounded(high))


def _reached(question: Question, outlook: Outlook) -> dt.date | None:
    point = question.point
    if point.sign * (question.actual - point.value) >= 0:
        return question.day
    pace, left = point.sign * outlook.pace, point.sign * (float(point.value) - outlook.now)
    if pace <= 0 or left > pace * NEVER_DAYS:
        return None
    # A millionth of a day is the dust of floats, no further day.
    return question.day + dt.timedelta(days=max(math.ceil(left / pace - 1e-6), 1))


def _rounded(number: float) -> float:
    """Nine digits: the last ones hang on how many series were told at once."""
    return float(f"{number:.9g}")
