"""Where access tokens live between calls: one per app, asked for once, renewed before it expires.

WeChat kills the older of two tokens and counts the asking, so all processes of one installation share a
store. This file says what such a store does and has the one that lives in this process only.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from tasks import calendars

FetchToken: TypeAlias = Callable[[], Awaitable[tuple[str, int]]]
"""Asks the platform: token and the seconds it lives."""

RENEW_BEFORE = dt.timedelta(seconds=300)
"""In its last five minutes both the old and the new token work, so this is the time to change."""


class TokenStore(Protocol):
    """Keeps one token per key (``{kind}:{app_id}``), single flight however many ask."""

    async def get(self, key: str, fetch: FetchToken) -> str:
        """The valid token; fetched when there is none or it expires within 300 s."""
        ...

    async def renew(self, key: str, refused: str, fetch: FetchToken) -> str:
        """A token other than the ``refused`` one: the stored one if it differs by now, else fetched once."""
        ...


class MemoryTokens:
    """A token store of one process and one event loop; forgotten at its end."""

    def __init__(self, clock: Callable[[], dt.datetime] = calendars.now) -> None:
        self._clock = clock
        self._tokens: dict[str, tuple[str, dt.datetime]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, key: str, fetch: FetchToken) -> str:
        """See :meth:`TokenStore.get`."""
        async with self._locks.setdefault(key, asyncio.Lock()):
            token, expires_at = self._tokens.get(key, ("", self._clock()))
            if token and self._clock() < expires_at - RENEW_BEFORE:
                return token
            return await self._fetch(key, fetch)

    async def renew(self, key: str, refused: str, fetch: FetchToken) -> str:
        """See :meth:`TokenStore.renew`."""
        async with self._locks.setdefault(key, asyncio.Lock()):
            token, _ = self._tokens.get(key, ("", None))
            return token if token and token != refused else await self._fetch(key, fetch)

    async def _fetch(self, key: str, fetch: FetchToken) -> str:
        token, lives = await fetch()
        self._tokens[key] = (token, self._clock() + dt.timedelta(seconds=lives))
        return token
