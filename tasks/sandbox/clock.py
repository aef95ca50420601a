"""The sandbox's own time: what every token, quota, figure and order is judged by."""

import datetime as dt

from tasks import calendars

OPENS = dt.time(13)
"""Shanghai clock at which a new sandbox opens: yesterday's figures are ready, the day is not over."""


class Clock:
    """A clock that stands still or runs on, and can be set.

    Args:
        start: the moment it shows first, with a time zone.
        running: True: real seconds pass on it; False: it moves only when told to.
    """

    def __init__(self, start: dt.datetime, *, running: bool = False) -> None:
        self._shown = start.astimezone(dt.UTC)
        self._since = calendars.now()
        self.running = running

    @classmethod
    def on(cls, day: dt.date, *, running: bool = False) -> "Clock":
        """A clock that opens at 13:00 Shanghai on ``day``."""
        return cls(calendars.moment_on(day, OPENS), running=running)

    def now(self) -> dt.datetime:
        """The sandbox's present moment, in UTC."""
        return self._shown + (calendars.now() - self._since) if self.running else self._shown

    def epoch(self) -> int:
        """The same in unix seconds."""
        return int(self.now().timestamp())

    def today(self) -> dt.date:
        """The business date in Shanghai."""
        return calendars.business_date(self.now())

    def set(self, moment: dt.datetime) -> None:
        """Show ``moment`` from now on; backwards is allowed."""
        self._since = calendars.now()
        self._shown = moment.astimezone(dt.UTC)

    def advance(self, step: dt.timedelta) -> None:
        """Move on by ``step``."""
        self.set(self.now() + step)
