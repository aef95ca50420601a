"""Business dates and windows in Asia/Shanghai (floor 1).

The only module that may ask what day it is. Windows are half-open ``[start, end)``; moments are UTC.
China has had no daylight saving since 1991, so a business day is always 24 hours.
"""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from tasks.errors import ConfigurationError

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def business_date(moment: dt.datetime) -> dt.date:
    """The business date that a moment falls on."""
    if moment.tzinfo is None:
        raise ConfigurationError(f"the moment {moment} names no time zone; add one, e.g. +08:00")
    return moment.astimezone(SHANGHAI).date()


def start_of(day: dt.date) -> dt.datetime:
    """The moment a business date begins, in UTC."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)


def moment_on(day: dt.date, clock: dt.time) -> dt.datetime:
    """The moment a clock in Shanghai shows ``clock`` on ``day``, in UTC."""
    return dt.datetime.combine(day, clock, SHANGHAI).astimezone(dt.UTC)


def from_epoch(seconds: int) -> dt.datetime:
    """A platform's unix seconds as a UTC moment."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def resolve_date(text: str, scheduled: dt.datetime) -> dt.date:
    """The business date a person meant by ``text``, seen from the run's scheduled start.

    Args:
        text: ``yesterday``, ``today`` or an ISO date such as ``2026-07-25``.
        scheduled: when the run was due; a late or retried run so means the same day.

    Raises:
        ConfigurationError: ``text`` is none of these.
    """
    today = business_date(scheduled)
    if text == "yesterday":
        return today - ONE_DAY
    if text == "today":
        return today
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"'{text}' is not a date: write yesterday, today or a day such as 2026-07-25"
        ) from None


class Period(StrEnum):
    """What one figure stands for: a business day, or the week (Monday to Sunday) or month that ends on its date."""

    day = "day"
    week = "week"
    month = "month"

    def ends_on(self, day: dt.date) -> bool:
        """True when one of these periods ends on ``day``."""
        if self is Period.week:
            return day.weekday() == 6
        return self is Period.day or (day + ONE_DAY).day == 1

    def ending(self, day: dt.date) -> "Window":
        """The period that contains ``day``, as a window."""
        if self is Period.week:
            return Week.of(day).window
        if self is Period.day:
            return Window.of_day(day)
        first = day.replace(day=1)
        return Window(first, add_months(first, 1))

    def ends_in(self, window: "Window") -> int:
        """How many of these periods end inside ``window``."""
        if self is Period.day:
            return len(window)
        return sum(self.ends_on(day) for day in window.days())


@dataclass(frozen=True, order=True)
class Window:
    """Business dates from ``start`` (inclusive) to ``end`` (exclusive)."""

    start: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ConfigurationError(f"the window ends ({self.end}) before it starts ({self.start})")

    @classmethod
    def of_day(cls, day: dt.date) -> Self:
        """The window of one business date."""
        return cls(day, day + ONE_DAY)

    @classmethod
    def ending(cls, day: dt.date, days: int) -> Self:
        """The window of ``days`` business dates whose last is ``day``."""
        return cls(day - dt.timedelta(days=days - 1), day + ONE_DAY)

    @property
    def last(self) -> dt.date:
        """The last business date inside."""
        return self.end - ONE_DAY

    def __len__(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.start <= day < self.end

    def days(self) -> Iterator[dt.date]:
        """Every business date inside, oldest first."""
        for offset in range(len(self)):
            yield self.start + dt.timedelta(days=offset)

    def split(self, span: int) -> Iterator["Window"]:
        """The window cut into pieces of at most ``span`` days, oldest first."""
        start = self.start
        while start < self.end:
            end = min(start + dt.timedelta(days=span), self.end)
            yield Window(start, end)
            start = end

    def clip(self, start: dt.date) -> "Window":
        """The part on or after ``start`` (empty when there is none)."""
        begin = min(max(self.start, start), self.end)
        return Window(begin, self.end)

    def __str__(self) -> str:
        return f"{self.start} … {self.last}" if len(self) > 1 else str(self.start)


@dataclass(frozen=True, order=True)
class Week:
    """An ISO business week, Monday to Sunday, written ``2026-W30``."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The week a business date belongs to."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, text: str, scheduled: dt.datetime) -> Self:
        """The week a person meant: ``last`` or ``2026-W30``.

        Raises:
            ConfigurationError: ``text`` is none of these, or the year has no such week.
        """
        today = business_date(scheduled)
        if text == "last":
            return cls.of(today - dt.timedelta(days=7))
        found = re.fullmatch(r"(\d{4})-W(\d{2})", text)
        if found:
            week = cls(int(found[1]), int(found[2]))
            try:
                dt.date.fromisocalendar(week.year, week.number, 1)
            except ValueError:
                found = None
            else:
                return week
        raise ConfigurationError(f"'{text}' is not a week: write last or e.g. 2026-W30")

    @property
    def window(self) -> Window:
        """Monday to the Monday after, half-open."""
        monday = dt.date.fromisocalendar(self.year, self.number, 1)
        return Window(monday, monday + dt.timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02d}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month ``months`` later, or that month's last day when it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def require_past(window: Window, moment: dt.datetime) -> None:
    """Refuse business dates that are not over at ``moment``.

    Raises:
        ConfigurationError: the window reaches into today or the future.
    """
    if window.end > business_date(moment):
        raise ConfigurationError(
            f"{window.last} is not over yet: the platforms give a day's figures on the next morning, "
            f"so the newest possible date is {business_date(moment) - ONE_DAY}"
        )
