"""One account's right to ask: its access token, asked for through the store and renewed when refused.

Source: https://developers.weixin.qq.com/doc/subscription/api/base/api_getstableaccesstoken and
https://developer.work.weixin.qq.com/document/path/91039 (read 2026-11-22).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks import retries
from tasks.errors import PermanentError, UnexpectedShape
from tasks.records import SourceKind
from tasks.sources.wechat_http.shapes import Json
from tasks.sources.wechat_http.tokens import TokenStore
from tasks.sources.wechat_http.wire import Wire

ATTEMPTS = 4
"""One call and three repeats."""
FRESH_SECONDS = 60.0
"""How long a token is used without asking the store; far below the 5 min for which two tokens work."""


@dataclass(frozen=True)
class Grant:
    """How a platform is asked for a token, and where in its answer the token stands."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    token: str = "access_token"  # noqa: S105
    lives: str = "expires_in"
    """Name of the seconds the token lives."""
    force: str = ""
    """Field of the body that demands another token than the present one; empty: there is none."""


def grant_of(kind: SourceKind, app_id: str, secret: str) -> Grant:
    """The token call of a platform."""
    if kind is SourceKind.wecom:
        return Grant("/cgi-bin/gettoken", query={"corpid": app_id, "corpsecret": secret})
    if kind is SourceKind.feishu:
        return Grant(
            "/open-apis/auth/v3/tenant_access_token/internal",
            body={"app_id": app_id, "app_secret": secret},
            token="tenant_access_token",  # noqa: S106
            lives="expire",
        )
    body = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
    return Grant("/cgi-bin/stable_token", body=body, force="force_refresh")


class Credential:
    """The token of one account. A secret that the platform refused is not tried a second time in a run."""

    def __init__(
        self,
        wire: Wire,
        secret: str,
        tokens: TokenStore,
        *,
        retry_base: float,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._wire = wire
        self._grant = grant_of(wire.account.kind, wire.account.app_id, secret)
        self._tokens = tokens
        self._retry_base = retry_base
        self._sleep = sleep
        self._key = f"{wire.account.kind}:{wire.account.app_id}"
        self._token = ""
        self._read_at = 0.0
        self._refusal: PermanentError | None = None
        self._one_at_a_time = asyncio.Lock()

    async def token(self) -> str:
        """The token to use now.

        Raises:
            OpsError: the platform gives none.
        """
        clock = asyncio.get_running_loop().time()
        if self._token and clock - self._read_at < FRESH_SECONDS:
            return self._token
        async with self._one_at_a_time:
            if not self._token or clock - self._read_at >= FRESH_SECONDS:
                self._token = await self._from_store(self._tokens.get, self._fetch)
                self._read_at = clock
        return self._token

    async def renew(self, refused: str) -> None:
        """Change a refused token; forced only when the platform hands out the same one again.

        A forced refresh kills the old token at once and is limited to 20 a day.
        """
        async with self._one_at_a_time:
            if self._token != refused:
                return  # a parallel call has changed it already

            async def ask_store(key: str, fetch: Callable[[], Awaitable[tuple[str, int]]]) -> str:
                return await self._tokens.renew(key, refused, fetch)

            token = await self._from_store(ask_store, self._fetch)
            if token == refused and self._grant.force:
                token = await self._from_store(ask_store, self._force)
            self._token = token
            self._read_at = asyncio.get_running_loop().time()

    async def _from_store(
        self,
        ask: Callable[[str, Callable[[], Awaitable[tuple[str, int]]]], Awaitable[str]],
        fetch: Callable[[], Awaitable[tuple[str, int]]],
    ) -> str:
        if self._refusal is not None:
            raise type(self._refusal)(str(self._refusal), code=self._refusal.code)
        try:
            return await ask(self._key, fetch)
        except PermanentError as error:
            self._refusal = error
            raise

    async def _fetch(self) -> tuple[str, int]:
        return await self._ask(force=False)

    async def _force(self) -> tuple[str, int]:
        return await self._ask(force=True)

    async def _ask(self, *, force: bool) -> tuple[str, int]:
        """Token and lifetime in seconds, from the platform."""
        grant = self._grant
        body: Json | None = None
        if grant.body is not None:
            body = {**grant.body, **({grant.force: force} if grant.force else {})}
        asked = self._wire.asked(grant.path, body)
        before: list[str] = []
        while True:
            reply = await self._wire.send(grant.path, grant.query, body)
            error = self._wire.trouble(asked, reply, before, token_call=True)
            if error is None:
                return _token_in(reply.data, asked, grant)
            before.append(error.code)
            if len(before) == ATTEMPTS or not retries.helps(error):
                raise error
            await self._sleep(retries.wait_before(len(before) + 1, error, self._retry_base))


def _token_in(data: Json, asked: str, grant: Grant) -> tuple[str, int]:
    token, lives = data.get(grant.token), data.get(grant.lives)
    if not isinstance(token, str) or not token or not isinstance(lives, int):
        raise UnexpectedShape(f"{asked}: the answer holds no {grant.token} with its {grant.lives}")
    return token, lives
