"""Answers as the platforms send them, written by hand or taken from the official samples."""

import asyncio
import datetime as dt
import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tasks.records import Account, Endpoint, RawResponse, SourceKind, endpoints
from tasks.sandbox.accounts import account_of
from tasks.sandbox.app import create_app
from tasks.sandbox.feishu_base import APP_TOKEN, BUDGET, REGISTER, TASKS
from tasks.sandbox.kernel import Sandbox
from tasks.sandbox.world import World
from tasks.settings import HOME
from tasks.sources.jobs import client_for, http_for
from tasks.sources.wechat_http.quota import QUOTA_PATH
from tasks.sources.wechat_http.tokens import MemoryTokens

FIXTURES = HOME.parent / "shared" / "fixtures"
ASKED_ON = dt.date(2026, 7, 20)
FETCHED_AT = dt.datetime(2026, 7, 21, 0, 40, tzinfo=dt.UTC)


def keyed_hash(plain: str) -> str:
    return "k" + hashlib.sha256(plain.encode()).hexdigest()[:12]


def make_answer(
    endpoint: str,
    body: Any,
    *,
    path: str = "",
    asked: Any = None,
    query: Any = None,
    day: dt.date = ASKED_ON,
    errcode: str = "",
) -> RawResponse:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    request = {"method": "POST", "path": path, "query": query or {}, "body": asked}
    return RawResponse(
        source=endpoint.split(".", maxsplit=1)[0],
        account_id="acct",
        endpoint=endpoint,
        business_date=day,
        last_date=day,
        request=json.dumps(request),
        body=text,
        status=200,
        errcode=errcode,
        fetched_at=FETCHED_AT,
    )


@pytest.fixture(scope="session")
def answer() -> Callable[..., RawResponse]:
    """Makes an answer: ``answer(endpoint, body, path=, asked=, day=, errcode=)``."""
    return make_answer


@pytest.fixture(scope="session")
def keyed() -> Callable[[str], str]:
    return keyed_hash


@pytest.fixture(scope="session")
def sample() -> Callable[[str], Any]:
    """Reads one official sample body; skips where the samples are not kept."""

    def read(name: str) -> Any:
        file = FIXTURES / f"{name}.json"
        if not file.exists():
            pytest.skip("the official samples are not here")
        return json.loads(file.read_text(encoding="utf-8-sig"))

    return read


@pytest.fixture(scope="session")
def columns_of() -> Callable[[str], list[str]]:
    """Columns that ``sql/lake/<dataset>.sql`` declares, in order."""

    def read(dataset: str) -> list[str]:
        text = (HOME / "sql" / "lake" / f"{dataset}.sql").read_text(encoding="utf-8")
        inside = text[text.index("(\n") : text.rindex(");")]
        return re.findall(r"^    (\w+)\s", inside, flags=re.MULTILINE)

    return read


@pytest.fixture(scope="session")
def registry() -> dict[str, Endpoint]:
    return endpoints(tomllib.loads((HOME / "sql/catalogue/endpoints.toml").read_text(encoding="utf-8")))


TODAY = dt.date(2026, 7, 21)
FEISHU_TABLES = {
    "content_register": f"{APP_TOKEN}/{REGISTER}",
    "project_tasks": f"{APP_TOKEN}/{TASKS}",
    "budget": f"{APP_TOKEN}/{BUDGET}",
}


@pytest.fixture(scope="session")
def world() -> World:
    return World.build(persons=300, seed=7, today=TODAY)


class Platform:
    """An ASGI application (the sandbox, or one made for a test) and what our clients saw of it."""

    def __init__(self, app: Any, registry: dict[str, Endpoint]) -> None:
        self.app = app
        self.registry = registry
        self.kept: list[RawResponse] = []
        self.slept: list[float] = []
        self.tokens: Any = MemoryTokens(self.now)

    @property
    def sandbox(self) -> Sandbox:
        found: Sandbox = self.app.state.sandbox
        return found

    def now(self) -> dt.datetime:
        return self.sandbox.clock.now() if hasattr(self.app.state, "sandbox") else FETCHED_AT

    def count(self, path: str) -> int:
        return sum(calls for (_, called), calls in self.sandbox.calls.items() if called == path)

    def ask(self, kind: SourceKind, question: Callable[[Any], Any], **options: Any) -> Any:
        """``question(client)`` in an event loop of its own; ``options`` go to WechatHttp, or to FeishuHttp."""
        return asyncio.run(self._ask(kind, question, options))

    async def _ask(self, kind: SourceKind, question: Callable[[Any], Any], options: dict[str, Any]) -> Any:
        known = account_of(kind)
        account = Account(
            account_id=f"{kind}_main",
            kind=kind,
            name="",
            app_id=known.app_id,
            secret="NAME",  # noqa: S106
            base_url=options.pop("base_url", "http://platform"),
            tables=options.pop("tables", FEISHU_TABLES if kind is SourceKind.feishu else {}),
        )

        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)

        transport = options.pop("transport", None) or httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, timeout=options.pop("timeout", 5)) as http:
            calls = http_for(
                account,
                http,
                options.pop("secret", known.secret),
                self.tokens,
                self.kept.append,
                **{"endpoints": self.registry, "retry_base": 0, "sleep": sleep, **options},
            )
            return await question(client_for(calls, keyed_hash))


@pytest.fixture
def platform(world: World, registry: dict[str, Endpoint]) -> Platform:
    """The sandbox in process, without any accident yet."""
    return Platform(create_app(world), registry)


@pytest.fixture
def acting(registry: dict[str, Endpoint]) -> Callable[..., Platform]:
    """A platform that behaves as one function says.

    It hands out the token ``t1``, and ``t2`` when forced, and does not tell how many calls are left.
    """

    unnamed = {"errcode": 76021, "errmsg": "cgi_path not found"}

    def make(behave: Callable[[Request, Any], Any], *, quota: Any = unnamed) -> Platform:
        async def serve(request: Request) -> Response:
            body = json.loads(await request.body() or b"null")
            if request.url.path in {"/cgi-bin/stable_token", "/cgi-bin/gettoken"}:
                token = "t2" if body and body["force_refresh"] else "t1"  # noqa: S105
                return JSONResponse({"access_token": token, "expires_in": 7200})
            if request.url.path == QUOTA_PATH:
                return JSONResponse(quota)
            found = behave(request, body)
            return found if isinstance(found, Response) else JSONResponse(found)

        routes = [Route("/{path:path}", serve, methods=["GET", "POST"])]
        return Platform(Starlette(routes=routes), registry)

    return make
