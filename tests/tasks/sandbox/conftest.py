"""One small world for the sandbox's tests, and a caller who speaks HTTP with it in process."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tasks import calendars
from tasks.records import SourceKind
from tasks.sandbox.accounts import account_of
from tasks.sandbox.app import create_app
from tasks.sandbox.kernel import Sandbox
from tasks.sandbox.world import World

TODAY = dt.date(2026, 7, 21)


@pytest.fixture(scope="session")
def world() -> World:
    return World.build(persons=600, seed=7, today=TODAY)


def epoch(day: dt.date, hour: int = 0) -> int:
    """Unix seconds of an hour in Shanghai."""
    return int(calendars.moment_on(day, dt.time(hour)).timestamp())


class Caller:
    """A program that calls one sandbox; every platform's token is fetched when it is first needed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.app = create_app(sandbox)
        self._tokens: dict[SourceKind, str] = {}

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
                return await http.request(method, path, **options)

        return asyncio.run(call())

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self.raw("GET", path, params=params).json()

    def post(self, path: str, body: Any = None, **params: Any) -> dict[str, Any]:
        return self.raw("POST", path, json={} if body is None else body, params=params).json()

    def stable(self, kind: SourceKind, *, force: bool = False) -> dict[str, Any]:
        account = account_of(kind)
        body = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
        return self.post("/cgi-bin/stable_token", body | {"force_refresh": force})

    def token(self, kind: SourceKind) -> str:
        if kind not in self._tokens:
            if kind is SourceKind.wecom:
                account = account_of(kind)
                said = self.get("/cgi-bin/gettoken", corpid=account.app_id, corpsecret=account.secret)
            else:
                said = self.stable(kind)
            self._tokens[kind] = said["access_token"]
        return self._tokens[kind]

    def ask(self, kind: SourceKind, path: str, body: Any = None) -> dict[str, Any]:
        """A POST with the platform's token; a GET with the body as query when the path wants one."""
        return self.post(path, body, access_token=self.token(kind))

    def look(self, kind: SourceKind, path: str, **params: Any) -> dict[str, Any]:
        return self.get(path, access_token=self.token(kind), **params)


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(Sandbox(world))


@pytest.fixture
def calling(world: World) -> Callable[..., Caller]:
    """Makes a caller of a sandbox with options of its own."""
    return lambda **options: Caller(Sandbox(world, **options))


@pytest.fixture(scope="session")
def at() -> Callable[..., int]:
    """``at(day, hour)`` in Shanghai as unix seconds."""
    return epoch
