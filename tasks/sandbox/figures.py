"""What all ``/datacube`` calls share: dates they accept, figures not ready, zeros, odd orders.

Source:
    Date rules and the 08:00 readiness as on the official pages named in ``sql/catalogue/endpoints.toml``,
    read 2026-11-22. A reversed range and one that starts before the platform's history answer 61501 alike.
"""

import datetime as dt
import random
import zlib
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from tasks.calendars import ONE_DAY, moment_on
from tasks.sandbox.paging import lost
from tasks.sandbox.routing import ApiError, Call

READY = dt.time(8)
HISTORY_START = dt.date(2014, 12, 1)
STANDING = frozenset(
    {
        "key",
        "position",
        "user_source",
        "publish_type",
        "index",
        "id",
        "msg_type",
        "count_interval",
        "ref_hour",
    }
)
"""Numbers that say which row it is; the fault ``zeros`` leaves them."""

Item = TypeVar("Item")


def asked_days(call: Call, style: str, most: int | None) -> list[dt.date]:
    """The business dates of ``begin_date`` … ``end_date``, both included.

    Args:
        call: the call.
        style: strptime format of the two dates.
        most: longest span in days; None when the caller checks it.

    Raises:
        ApiError: 61500 a date in another format; 61501 too long, reversed, today, or before the history.
    """
    begin, end = (_date(call.body.get(name), style) for name in ("begin_date", "end_date"))
    span = (end - begin).days + 1
    if span < 1 or (most and span > most) or end >= call.today or begin < HISTORY_START:
        raise ApiError(61501, "date range error")
    return [begin + step * ONE_DAY for step in range(span)]


def _date(value: Any, style: str) -> dt.date:
    text = str(value or "")
    try:
        day = dt.datetime.strptime(text, style).date()  # noqa: DTZ007
    except ValueError:
        raise ApiError(61500, "date format error") from None
    # strptime forgives a missing zero; the platform does not.
    if day.strftime(style) != text:
        raise ApiError(61500, "date format error")
    return day


def late_days(call: Call, days: list[dt.date]) -> frozenset[dt.date]:
    """Which of ``days`` the platform has not computed by the clock, or a fault holds back.

    Raises:
        ApiError: 61503 when that is how not being ready shows.
    """
    late = {day for day in days if call.now < moment_on(day + ONE_DAY, READY)} | (call.late_days & {*days})
    if call.late and not late and not call.late_days:
        late = {days[-1]}
    if late and call.late == "61503":
        raise ApiError(61503, "data not ready, please try later")
    return frozenset(late)


def told(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer as the faults ``zeros`` and ``short`` leave it."""
    if call.short and isinstance(answer.get("list"), list):
        answer = {**answer, "list": lost(answer["list"], short=call.short)}
    return dict(_zeros(answer)) if call.zeros else answer


def _zeros(value: Any) -> Any:
    if isinstance(value, list):
        return [_zeros(item) for item in value]
    if isinstance(value, Mapping):
        return {name: item if name in STANDING else _zeros(item) for name, item in value.items()}
    return value if isinstance(value, str | bool) else 0


def dice(*about: Any) -> random.Random:
    """Chance that is the same whenever the same thing is asked about."""
    return random.Random(zlib.crc32(repr(about).encode()))  # noqa: S311


def shuffled(items: list[Item], *about: Any) -> list[Item]:
    """The items in an order that differs from question to question."""
    mark = zlib.crc32(repr(about).encode())
    turn = mark % max(len(items), 1)
    mixed = [*items[turn:], *items[:turn]]
    return mixed[::-1] if mark & 256 else mixed


def single(value: float) -> float:
    """A number with the noise of a 32-bit float, as the platform sends them."""
    return float(np.float32(value))
