"""Platform tokens shared by all processes: fetched once, kept encrypted, renewed before they expire.

A platform that issues a new token soon refuses the old one, so two processes must never fetch side by side.
Whoever finds no usable token takes a short lease in the database; the others wait for what the holder stores.
A holder that is killed stops extending its lease, and the next one fetches.
"""

import asyncio
import datetime as dt
import random
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.fernet import InvalidToken

from tasks import calendars
from tasks.errors import OpsError, Timeout
from tasks.opsdb.schema import token as table
from tasks.opsdb.transactions import insert_missing, writing

RENEW_BEFORE_SECONDS = 300
PATIENCE_SECONDS = 180.0
"""Longest wait for another process's fetch."""

Fetch = Callable[[], Awaitable[tuple[str, int]]]


class Cipher(Protocol):
    """Encryption of texts at rest."""

    def encrypt(self, text: str) -> str:
        """Ciphertext of a text."""
        ...

    def decrypt(self, text: str) -> str:
        """The text again; raises when it was encrypted under another key."""
        ...


@dataclass(frozen=True)
class _State:
    """A key's row as read: what it holds and who is at it."""

    version: int
    token: str | None = field(repr=False)
    leased_until: dt.datetime | None


class DatabaseTokens:
    """A token store in the ops database; one for any number of processes.

    Args:
        engine: the database.
        cipher: tokens are never stored in clear. What another key encrypted counts as absent.
        lease_seconds: how long a killed fetcher keeps the others waiting.
    """

    def __init__(self, engine: sa.Engine, cipher: Cipher, *, lease_seconds: float = 30) -> None:
        self._engine = engine
        self._cipher = cipher
        self._lease = dt.timedelta(seconds=lease_seconds)

    def __repr__(self) -> str:
        return f"DatabaseTokens({self._engine.dialect.name})"

    async def get(self, key: str, fetch: Fetch) -> str:
        """The token of ``key``, fetched by exactly one process when there is none that lasts 5 minutes more.

        Args:
            key: ``<kind>:<app_id>``.
            fetch: asks the platform; returns the token and its life in seconds.

        Raises:
            OpsError: what ``fetch`` raised; the next caller tries again.
            Timeout: another process has been fetching for minutes.
        """
        return await self._usable(key, fetch, refused=None)

    async def renew(self, key: str, refused: str, fetch: Fetch) -> str:
        """A token other than ``refused``, which the platform no longer takes.

        Raises:
            OpsError: what ``fetch`` raised.
            Timeout: another process has been fetching for minutes.
        """
        return await self._usable(key, fetch, refused=refused)

    async def _usable(self, key: str, fetch: Fetch, refused: str | None) -> str:
        me, waited, wait = uuid.uuid4().hex, 0.0, 0.02
        while True:
            state = await asyncio.to_thread(self._read, key)
            if state.token is not None and state.token != refused:
                return state.token
            if await asyncio.to_thread(self._take, key, state, me):
                return await self._fetched(key, fetch, me)
            if waited > PATIENCE_SECONDS:
                raise Timeout(
                    f"another process has been fetching the token of {key} for {waited:.0f} s; try again"
                )
            pause = wait * random.uniform(0.5, 1.5)
            await asyncio.sleep(pause)
            waited, wait = waited + pause, min(wait * 1.5, 0.5)

    async def _fetched(self, key: str, fetch: Fetch, me: str) -> str:
        """Fetch under the lease, which is extended for as long as the platform takes."""
        asking = asyncio.ensure_future(fetch())
        try:
            while not (await asyncio.wait({asking}, timeout=self._lease.total_seconds() / 3))[0]:
                await asyncio.to_thread(self._change, key, me, leased_until=calendars.now() + self._lease)
            token, life = asking.result()
        except BaseException:
            asking.cancel()
            self._change(key, me, leased_by="", leased_until=None)
            raise
        # Tokens so short-lived that five minutes are most of their life are used for half of it.
        usable = max(life - RENEW_BEFORE_SECONDS, life / 2)
        await asyncio.to_thread(
            self._change,
            key,
            me,
            ciphertext=self._cipher.encrypt(token),
            renew_at=calendars.now() + dt.timedelta(seconds=usable),
            version=table.c.version + 1,
            leased_by="",
            leased_until=None,
        )
        return token

    def _read(self, key: str) -> _State:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(table).where(table.c.token_key == key)).first()
        if row is None:
            with writing(self._engine) as connection:
                insert_missing(
                    connection, table, {"token_key": key, "version": 0, "leased_by": ""}, ["token_key"]
                )
            return _State(0, None, None)
        token = None
        if row.ciphertext is not None and row.renew_at is not None and row.renew_at > calendars.now():
            try:
                token = self._cipher.decrypt(row.ciphertext)
            except (OpsError, InvalidToken, InvalidTag, ValueError):
                token = None
        return _State(row.version, token, row.leased_until)

    def _take(self, key: str, state: _State, me: str) -> bool:
        """Take the lease, unless somebody holds it or has stored a token since ``state`` was read."""
        now = calendars.now()
        if state.leased_until is not None and state.leased_until > now:
            return False
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.update(table)
                .where(
                    table.c.token_key == key,
                    table.c.version == state.version,
                    sa.or_(table.c.leased_until.is_(None), table.c.leased_until <= now),
                )
                .values(leased_by=me, leased_until=now + self._lease)
            )
        return done.rowcount == 1

    def _change(self, key: str, me: str, **values: Any) -> None:
        """Change the row as long as this call holds its lease."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(table).where(table.c.token_key == key, table.c.leased_by == me).values(**values)
            )


def recode(engine: sa.Engine, anew: Callable[[str], str | None]) -> int:
    """Encrypt every stored token anew; how many. One that cannot be opened stays: it counts as absent.

    Args:
        engine: the database.
        anew: ciphertext → the same token under the new key.
    """
    done = 0
    with writing(engine) as connection:
        for row in connection.execute(sa.select(table).where(table.c.ciphertext.is_not(None))).all():
            ciphertext = anew(row.ciphertext)
            if ciphertext is not None:
                key = table.c.token_key == row.token_key
                connection.execute(sa.update(table).where(key).values(ciphertext=ciphertext))
                done += 1
    return done
