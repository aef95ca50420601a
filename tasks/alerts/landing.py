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

FARTHEST = 180
"""Days from today to which a range is told, and after the due date to which a landing is, beyond the plan's end: three
months of values tell nothing of a day years ahead."""
WHOLE = {"persons", "items"}
"""Units that are counted: nobody is half a person."""


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
    """Null: not within the plan at this pace."""
    low: float | None = None
    """Null, as ``high``: nothing can be said that helps."""
    high: float | None = None


@dataclass(frozen=True)
class Question:
    """One metric on one day, and the point asked about."""

    metric: str
    day: dt.date
    actual: Decimal
    point: Point
    unit: str
    way: Decimal
    """What the plan wants to move in all; a range wider than that says nothing."""


class Points:
    """Every number the plan asks for by a date."""

    def __init__(self, plan: Plan) -> None:
        self._aims: dict[str, list[Point]] = {}
        for milestone in plan.milestones:
            for aim in milestone.aims:
                if aim.each:
                    continue
                value = plan.scaled(aim.limit, aim.unit)
                point = Point(plan.date_of(milestone.month), value, 1 if aim.at_most is None else -1)
                self._aims.setdefault(aim.metric, []).append(point)

    def after(self, metric: str, curve: Curve | None, day: dt.date) -> Point | None:
        """The next point of a metric; of a checkpoint and a milestone on one day the checkpoint."""
        checkpoint = curve.next_point(day) if curve else None
        points = [Point(*checkpoint, curve.sign)] if curve and checkpoint else []
        points += [aim for aim in self._aims.get(metric, ()) if aim.due > day]
        return min(points, key=lambda point: point.due, default=None)


def landings(series: Series, questions: Sequence[Question], end: dt.date) -> list[Landing | None]:
    """The landing of each question in a plan that ends on ``end``; null while too little is measured to tell."""
    tomorrow = dt.timedelta(days=1)
    told = outlooks(
        [series.before(q.metric, q.day + tomorrow, LONGEST) for q in questions],
        [(q.point.due - q.day).days for q in questions],
    )
    return [
        Landing(_reached(question, outlook, end), *(_range(question, outlook, series) or ()))
        if outlook
        else None
        for question, outlook in zip(questions, told, strict=True)
    ]


def _range(question: Question, outlook: Outlook, series: Series) -> tuple[float, float] | None:
    """The 80 % range on the day the point is due; null where it would say nothing, or what cannot be.

    That is: too far ahead, a number that has never moved, a trend that has left what is possible by then, and a range
    wider than all that the plan wants to move.
    """
    seen = series.before(question.metric, question.day + dt.timedelta(days=1), LONGEST)
    lowest, highest = float(np.nanmin(seen)), float(np.nanmax(seen))
    if (question.point.due - question.day).days > FARTHEST or lowest == highest:
        return None
    # Some shares exceed 1 (two interactions by one reader); one that never did will not.
    ceiling = max(1.0, highest) if question.unit == "share" else math.inf
    if outlook.high <= 0 or outlook.low >= ceiling:
        return None
    low, high = _rounded(max(outlook.low, 0.0)), _rounded(min(outlook.high, ceiling))
    if question.unit in WHOLE:
        low, high = float(math.floor(low)), float(math.ceil(high))
    return None if high - low > question.way else (low, high)


def _reached(question: Question, outlook: Outlook, end: dt.date) -> dt.date | None:
    point = question.point
    if point.sign * (question.actual - point.value) >= 0:
        return question.day
    pace, left = point.sign * outlook.pace, point.sign * (float(point.value) - outlook.now)
    last = max(end, point.due + dt.timedelta(days=FARTHEST))
    if pace <= 0 or left > pace * (last - question.day).days:
        return None
    # A millionth of a day is the dust of floats, no further day.
    return question.day + dt.timedelta(days=max(math.ceil(left / pace - 1e-6), 1))


def _rounded(number: float) -> float:
    """Nine digits: the last ones hang on how many series were told at once."""
    return float(f"{number:.9g}")
