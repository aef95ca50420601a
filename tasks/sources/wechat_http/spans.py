"""Windows cut into the pieces an interface allows, and what became of each piece.

An interface answers for 1, 7 or 30 days at most. The pieces are asked for side by side; one that fails
marks its own days and stops nobody else, unless the reason (wrong secret, missing permission, used-up
quota, withdrawn interface) holds for all of them.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from tasks.calendars import Window
from tasks.errors import (
    ApiRetired,
    BadCredential,
    NotAuthorised,
    NotReady,
    OpsError,
    RateLimited,
    UnexpectedShape,
)
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Json, text

Ask: TypeAlias = Callable[[Window], Awaitable[tuple[list[RawResponse], bool]]]
"""Asks for one piece: its answers (one, or the pages), and whether the platform calls them provisional."""

Take: TypeAlias = Callable[[RawResponse], Awaitable[None]]
"""Is given each answer as it comes, where all of them would be too many to hold."""

LONGEST_READ = 100_000
"""Pages after which a reading without end is believed to be one."""


def hopeless(error: OpsError) -> bool:
    """True when every other piece of the same question would meet the same error."""
    if isinstance(error, RateLimited):
        return error.until_tomorrow
    return isinstance(error, BadCredential | NotAuthorised | ApiRetired)


class Gathering:
    """A fetch while it is being collected, on top of what was collected ``before``."""

    def __init__(self, before: Fetch | None = None) -> None:
        self.fetch = before or Fetch()
        self._end: OpsError | None = None

    def mark(self, days: Iterable[dt.date], error: OpsError) -> None:
        """Note the trouble of some days; a failure weighs more than "not ready yet"."""
        for day in days:
            before = self.fetch.troubles.get(day)
            if before is None or isinstance(before, NotReady):
                self.fetch.troubles[day] = error
        if hopeless(error):
            self._end = error

    async def piece(self, part: Window, ask: Ask) -> None:
        """Collect one piece.

        One late day must not make the others late: a piece of several days that is not ready (or
        provisional) is asked for again without its last day, and if that does not help, day by day.
        """
        if not await self._late(part, ask):
            return
        if await self._late(Window(part.start, part.last), ask):
            for day in part.days():
                await self._late(Window.of_day(day), ask)
        else:
            await self._late(Window.of_day(part.last), ask)

    async def _late(self, part: Window, ask: Ask) -> bool:
        """Ask once; True when several days were asked for and some are late, so nothing was collected."""
        if self._end is not None:
            self.mark(part.days(), self._end)
            return False
        try:
            answers, delayed = await ask(part)
        except NotReady as error:
            if len(part) > 1:
                return True
            self.mark(part.days(), error)
        except OpsError as error:
            self.mark(part.days(), error)
        else:
            if delayed and len(part) > 1:
                return True
            self.fetch.answers += answers
            if delayed:
                late = (
                    f"{answers[0].endpoint}: the figures of {part} are provisional; they are asked for again"
                )
                self.mark(part.days(), NotReady(late, code="is_delay"))
        return False


async def gather(http: WechatHttp, pieces: Iterable[tuple[Window, Ask]]) -> Fetch:
    """All pieces, as many at a time as the account allows; failures are in ``troubles``, never raised."""
    gathering = Gathering()

    async def one(piece: tuple[Window, Ask]) -> None:
        await gathering.piece(*piece)

    await http.each(pieces, one)
    return gathering.fetch


async def whole(day: dt.date, read: Callable[[Gathering], Awaitable[list[RawResponse]]]) -> Fetch:
    """A snapshot of ``day``, read completely or not at all: half a roster would look like people leaving."""
    gathering = Gathering()
    try:
        gathering.fetch.answers += await read(gathering)
    except OpsError as error:
        gathering.mark([day], error)
    return gathering.fetch


async def pages(
    ask: Callable[[str], Awaitable[tuple[RawResponse, Json]]], *, more: str = "", cursor: str = "next_cursor"
) -> list[tuple[RawResponse, Json]]:
    """All pages of a list that is read with a cursor.

    Args:
        ask: one page, given the cursor of the page before ("" for the first).
        more: name of the field that says whether there is another page; empty: the cursor itself says it.
        cursor: name of the field that leads to the next page.

    Raises:
        UnexpectedShape: the cursor is missing or stands still although more is promised.
    """
    found: list[tuple[RawResponse, Json]] = []
    here = ""
    while len(found) < LONGEST_READ:
        raw, data = await ask(here)
        found.append((raw, data))
        after = text(data, cursor, "body") or ""
        if not (data.get(more) if more else after):
            return found
        if not after or after == here:
            raise UnexpectedShape(f"{raw.endpoint}: more pages are promised, but {cursor} does not lead on")
        here = after
    raise UnexpectedShape(f"a list without end: {LONGEST_READ} pages were read")
