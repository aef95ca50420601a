"""What the answers to one question say, read as they come (floor 5).

A list of five million followers is five hundred answers of 300 kB: each is read once, its facts are kept small, and
its body goes to the lake while the next is asked for.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

from tasks import calendars
from tasks.calendars import Window
from tasks.errors import UnexpectedShape
from tasks.lake.looks import Look
from tasks.lake.store import Lake
from tasks.records import Endpoint, RawResponse
from tasks.sources.jobs import JOBS
from tasks.sources.wechat_http.shapes import Keyed, Parsed


class Kept:
    """Raw answers on their way to the lake."""

    def __init__(self) -> None:
        self.letters = 0
        """How much text waits."""
        self.newest: dict[str, dt.datetime] = {}
        """Endpoint → when its last answer came."""
        self._waiting: list[RawResponse] = []

    def add(self, answer: RawResponse) -> None:
        """One more."""
        self._waiting.append(answer)
        self.newest[answer.endpoint] = answer.fetched_at
        self.letters += len(answer.body)

    def empty(self) -> list[RawResponse]:
        """All that wait, which then wait no longer."""
        waiting, self._waiting, self.letters = self._waiting, [], 0
        return waiting


class Taken:
    """The answers to one question, parsed.

    Args:
        lake: makes details small.
        keyed: plain id → our key.
        endpoint: what was asked about.
        between: awaited after each answer that is taken while more are coming.
    """

    def __init__(
        self,
        lake: Lake,
        keyed: Keyed,
        endpoint: Endpoint,
        between: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.look = Look(lake)
        """Members and their details, of an endpoint that lists members."""
        self.troubles: dict[dt.date, UnexpectedShape] = {}
        self._keyed = keyed
        self._endpoint = endpoint
        self._between = between
        self._parsed: list[Parsed] = []
        self._one_at_a_time = asyncio.Lock()

    async def take(self, answer: RawResponse) -> None:
        """Read one answer of those that are handed over one by one."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self.read, answer)
            if self._between is not None:
                await self._between()

    def read(self, answer: RawResponse) -> None:
        """Read one answer; one that cannot be read is a trouble of all its days."""
        try:
            parsed = JOBS[self._endpoint.name].parse(answer, self._keyed)
            if self._endpoint.landing == "snapshot":
                self.look.add(parsed.rows, parsed.present)
            else:
                self._parsed.append(parsed)
        except UnexpectedShape as error:
            for day in Window(answer.business_date, answer.last_date + calendars.ONE_DAY).days():
                self.troubles.setdefault(day, error)

    def parsed(self) -> list[Parsed]:
        """What was said; of a list of members, who was in it."""
        if self._endpoint.landing != "snapshot":
            return self._parsed
        names = self._endpoint.datasets
        return [
            Parsed({name: [] for name in names}, present={name: self.look.present(name) for name in names})
        ]
