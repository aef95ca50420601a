"""One question to each endpoint: does the platform let this account ask it?

The question is the first call of the endpoint's real fetch to its own path and to each path beside it (the details
of one listed order), so it is legal, read-only and always the one that the sync makes; what it answers is read for a
total and then forgotten. Nobody writes a probe for a new endpoint.

    endpoint -> JOBS[name].fetch over a caller that ends after those calls -> Probe(error, quota, calls a day)
"""

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias, TypeVar, cast

import httpx

from tasks import calendars
from tasks.calendars import ONE_DAY, Period, Window
from tasks.errors import NotReady, OpsError, RateLimited
from tasks.records import CellShape, Endpoint, RawResponse
from tasks.sources.jobs import JOBS, Http, client_for
from tasks.sources.wechat_http.codes import COMMENTS_CLOSED, STAFF_GONE, UNKNOWN_PERSON
from tasks.sources.wechat_http.quota import Quota
from tasks.sources.wechat_http.shapes import Json

Item = TypeVar("Item")
Result = TypeVar("Result")
Asked: TypeAlias = "asyncio.Future[tuple[RawResponse, Json]]"

SETTLED_DAYS = 2
"""Figures of a day so long ago are there at any hour of today."""
LONGEST_PAUSE = 3.0
"""Seconds; a platform that asks for more is told of, not waited for."""
BRIEF = 0.3
"""Seconds before the first repeat: the third and last is then not too long either."""
PER_PAGE = {"total_count": 20, "total": 10_000}
"""Totals that lists announce, and how many entries one call brings: publications and followers."""
ABOUT_ONE = STAFF_GONE | COMMENTS_CLOSED
"""Codes about one member of the staff or one article: the next one may well be answered."""
OTHERS_TRIED = 2
LOOK_BACK_DAYS = 7
"""How far before the settled day something to ask about is looked for, e.g. an article with comments."""


@dataclass(frozen=True)
class Probe:
    """What one endpoint answered one account."""

    endpoint: str
    error: OpsError | None = None
    """None when it answered as it should; "not ready yet" is such an answer."""
    reached: bool = True
    """False when there was nobody and nothing to ask about, so the endpoint itself was not called."""
    quota: Quota | None = None
    """Calls of today; None where the platform names no limit."""
    calls_a_day: int = 1
    """Calls that a day's sync makes of it, as far as a single answer tells."""
    path: str = ""
    """Where the error came from, when that is not the endpoint's own path."""
    untried: tuple[str, ...] = ()
    """Paths beside its own that were not called, since its answer held nothing to ask them about."""


class _Answered(Exception):  # noqa: N818 - it ends a fetch, and is no error
    """All of the endpoint's paths were called, or one of them in vain."""

    def __init__(self, error: OpsError | None = None) -> None:
        super().__init__()
        self.error = error


class _FirstCalls:
    """Stands in for an account's calls: the first to each of an endpoint's paths go through, then the fetch ends.

    Args:
        calls: the account's calls.
        endpoint: whose paths it waits for.
        led: answers that led to other endpoints of the account, e.g. the list of the staff.
    """

    def __init__(self, calls: Http, endpoint: Endpoint, led: dict[str, Asked]) -> None:
        self._calls = calls
        self._own = _pattern(endpoint.path)
        self._beside = {path: _pattern(path) for path in endpoint.also_paths}
        self._led = led
        self._passed = 0
        self.data: Json | None = None
        """What the endpoint's own path answered first; None before."""
        self._again: tuple[RawResponse, Json] | None = None
        """What it answers to every later question, without being called."""
        self._failed: tuple[OpsError, str] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._calls, name)

    @property
    def untried(self) -> tuple[str, ...]:
        """Paths beside the endpoint's own that were not called yet."""
        return tuple(self._beside)

    def failed_at(self, error: OpsError) -> str:
        """The path that the error came from; empty for the endpoint's own."""
        return self._failed[1] if self._failed and self._failed[0] is error else ""

    async def call(self, endpoint: str, path: str = "", **question: Any) -> tuple[RawResponse, Json]:
        """The call; once every path of the endpoint was called nothing more is asked.

        Raises:
            _Answered: all were called, or one of them in vain.
        """
        called = path or self._calls.endpoints[endpoint].path
        if self._own.fullmatch(called):
            return await self._ask_own(endpoint, path, question)
        try:
            answer = await self._ask_beside(endpoint, called, path, question)
        except OpsError as error:
            self._failed = error, called
            if self.data is None:
                raise  # on the way to the endpoint: the fetch may know another one
            if error.code != UNKNOWN_PERSON:  # one who has just left; others may be asked about
                raise _Answered(error) from None
            answer = None
        self._beside = {one: form for one, form in self._beside.items() if not form.fullmatch(called)}
        if answer is None or (self.data is not None and not self._beside):
            raise _Answered
        return answer

    async def _ask_own(self, endpoint: str, path: str, question: Any) -> tuple[RawResponse, Json]:
        if self._again is not None:
            return self._again
        try:
            raw, data = await self._calls.call(endpoint, path, **question)
        except OpsError as error:
            raise _Answered(error) from None
        if raw.errcode not in ABOUT_ONE:
            self.data = data
            if not self._beside:
                raise _Answered  # other codes that a fetch reads past are facts, e.g. "no customer"
            self._again = raw, one_of(data)
            return self._again
        self._passed += 1
        if self._passed > OTHERS_TRIED:
            raise _Answered(OpsError(f"{endpoint}: the platform answered {raw.errcode}", code=raw.errcode))
        return raw, data

    async def _ask_beside(
        self, endpoint: str, called: str, path: str, question: Any
    ) -> tuple[RawResponse, Json]:
        """A call to another path than the endpoint's own, shared by all endpoints it leads to."""
        asked = f"{called} {question.get('query')} {question.get('body')}"
        if asked not in self._led:
            self._led[asked] = asyncio.ensure_future(self._calls.call(endpoint, path, **question))
        return await asyncio.shield(self._led[asked])

    async def each(self, items: Iterable[Item], ask: Callable[[Item], Awaitable[Result]]) -> list[Result]:
        """One after the other: side by side, several would be on their way before the first is answered."""
        return [await ask(item) for item in items]


class Prober:
    """Probes one account's endpoints. Made per event loop.

    Args:
        calls: the account's calls; its tokens should not be stored ones, so that the secret is tried out.
        heard: the platform's clock, as its answers tell it.
    """

    def __init__(self, calls: Http, heard: "Heard") -> None:
        self._calls = calls
        self._heard = heard
        self._led: dict[str, Asked] = {}

    async def enter(self) -> None:
        """Get a token.

        Raises:
            OpsError: the platform gives none; its code says why.
        """
        await self._calls._credential.token()

    @property
    def skew_seconds(self) -> float | None:
        """How far the platform's clock is ahead of ours; None before it was heard."""
        return self._heard.skew_seconds

    async def probe(self, endpoint: Endpoint, today: dt.date) -> Probe:
        """The endpoint's first calls about something that must be answered by now; never raises an OpsError.

        A day on which there was nothing to ask about (no article, no desk) gives way to the ones before it.
        """
        newest = settled(endpoint.every, today)
        dated = endpoint.every is Period.day and endpoint.shape is not CellShape.snapshot
        answered: Probe | None = None
        for day in [newest - n * ONE_DAY for n in range(LOOK_BACK_DAYS if dated else 1)]:
            calls = _FirstCalls(self._calls, endpoint, self._led)
            error: OpsError | None = None
            try:
                client = client_for(cast("Http", calls), _nobody)
                fetch = await JOBS[endpoint.name].fetch(client, Window.of_day(day), frozenset())
                error = next((e for e in fetch.troubles.values() if not isinstance(e, NotReady)), None)
            except _Answered as answer:
                return self._probe(endpoint, calls, answer.error)
            except OpsError as failure:
                error = failure
            if error is not None:
                return self._probe(endpoint, calls, error)
            if calls.data is not None:
                answered = answered or self._probe(endpoint, calls, None)
        return answered or Probe(endpoint.name, reached=False)

    def _probe(self, endpoint: Endpoint, calls: _FirstCalls, error: OpsError | None) -> Probe:
        quotas: dict[str, Quota] = getattr(self._calls, "quotas", {})
        return Probe(
            endpoint.name,
            None if isinstance(error, NotReady) else error,
            quota=quotas.get(endpoint.path),
            calls_a_day=calls_a_day(endpoint, calls.data or {}),
            path=calls.failed_at(error) if error else "",
            untried=() if error else calls.untried,
        )


def _pattern(path: str) -> re.Pattern[str]:
    """Matches a path whose placeholders are filled in."""
    return re.compile(re.sub(r"\\?\{\w+\\?\}|:\w+", "[^/]+", re.escape(path)))


def one_of(data: Json) -> Json:
    """A list's answer as if the platform held one entry: one is enough to ask the next path about."""

    def cut(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: cut(key, part) for key, part in value.items()}
        if isinstance(value, list):
            return [cut(name, part) for part in value[:1]]
        if name in {"total", "count"} and isinstance(value, int):
            return min(value, 1)
        if name == "has_more":
            return False
        return "" if name in {"next_openid", "next_key"} else value

    return {key: cut(key, value) for key, value in data.items()}


def _nobody(_plain: str) -> str:
    """In place of the key of a person: nothing of an answer is kept."""
    return ""


def settled(every: Period, today: dt.date) -> dt.date:
    """The newest day, or last day of a week or month, whose figures are there at any hour of ``today``."""
    day = today - SETTLED_DAYS * ONE_DAY
    while not every.ends_on(day):
        day -= ONE_DAY
    return day


def calls_a_day(endpoint: Endpoint, data: Json) -> int:
    """Calls of the endpoint's path that one day's sync makes, at least."""
    if endpoint.shape is CellShape.snapshot:
        totals = [(data.get(name), size) for name, size in PER_PAGE.items()]
        return max([-(-total // size) for total, size in totals if isinstance(total, int)] + [1])
    if endpoint.every is not Period.day:
        return 1
    return -(-endpoint.revise_days // max(endpoint.span_days, 1))


class Heard:
    """The platform's clock beside ours, heard from the ``Date`` of its answers."""

    def __init__(self) -> None:
        self.skew_seconds: float | None = None

    async def __call__(self, response: httpx.Response) -> None:
        """Listen to one answer: an httpx event hook."""
        try:
            theirs = parsedate_to_datetime(response.headers.get("date", ""))
            skew = (theirs - calendars.now()).total_seconds()
        except (ValueError, TypeError):  # no date, or none with a time zone
            return
        # The header is cut to seconds and took its time to arrive; the smallest difference is the truest.
        if self.skew_seconds is None or abs(skew) < abs(self.skew_seconds):
            self.skew_seconds = skew


async def briefly(seconds: float) -> None:
    """Wait as long as a doctor may.

    Raises:
        RateLimited: the platform asks for a longer pause; it is told of instead.
    """
    if seconds > LONGEST_PAUSE:
        raise RateLimited(
            f"the platform asks for a pause of {seconds:.0f} s", code="45009", wait_seconds=seconds
        )
    await asyncio.sleep(seconds)
