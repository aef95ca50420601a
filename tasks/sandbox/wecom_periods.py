"""The windows WeCom statistics may be asked for, and when a day's figures are there."""

import datetime as dt
from typing import Any

from tasks import calendars
from tasks.calendars import Window
from tasks.sandbox.routing import ApiError, Call

READY = dt.time(6)
"""Shanghai clock at which yesterday's figures are computed; before, they are zeros."""
HISTORY_DAYS = 180


def closed_window(call: Call, first: str, last: str, most: int) -> Window:
    """The business dates between two moments of the body, both days included.

    Args:
        call: moments are floored to 00:00 in Shanghai; ``last`` may be missing and then means ``first``.
        first: name of the first moment in the body.
        last: name of the second.
        most: days the window may have.

    Raises:
        ApiError: 40058 not moments, too long, turned round, in the future or before the last 180 days.
    """
    start, end = _day(call.body.get(first)), _day(call.body.get(last, call.body.get(first)))
    if start is None or end is None or end < start or (end - start).days >= most:
        raise ApiError(40058, f"invalid time range: at most {most} days between {first} and {last}")
    if end > call.today or start < call.today - dt.timedelta(days=HISTORY_DAYS):
        raise ApiError(40058, f"invalid time range: only the last {HISTORY_DAYS} days are stored")
    return Window(start, end + calendars.ONE_DAY)


def is_ready(call: Call, day: dt.date) -> bool:
    """Whether the figures of ``day`` are computed; until then they look like zeros."""
    if day in call.late_days:
        return False
    if call.late and not call.late_days and day >= call.today - calendars.ONE_DAY:
        return False
    return call.now >= calendars.moment_on(day + calendars.ONE_DAY, READY)


def stat_time(day: dt.date) -> int:
    """A business date as the platform writes it: unix seconds of 00:00 in Shanghai."""
    return int(calendars.start_of(day).timestamp())


def _day(value: Any) -> dt.date | None:
    try:
        return calendars.business_date(calendars.from_epoch(int(value)))
    except (TypeError, ValueError, OverflowError, OSError):
        return None
