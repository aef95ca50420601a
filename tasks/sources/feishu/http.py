"""One account's way to Feishu: bearer token, pace, repeats and translation around every call.

call(endpoint, path, ...) -> token -> HTTP -> keep(raw) -> error, or (RawResponse, data)
"""

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

import httpx

from tasks import calendars, retries
from tasks.errors import BadCredential
from tasks.records import Account, Endpoint, RawResponse
from tasks.sources.feishu.translate import code_of, trouble
from tasks.sources.wechat_http.codes import TokenRefused
from tasks.sources.wechat_http.credential import ATTEMPTS, Credential
from tasks.sources.wechat_http.shapes import Json, block
from tasks.sources.wechat_http.tokens import TokenStore
from tasks.sources.wechat_http.wire import Wire

log = logging.getLogger(__name__)


class FeishuHttp:
    """Calls Feishu for one account (a self-built app, 企业自建应用). Made per run and event loop.

    Args:
        account: whose app.
        http: the connection pool, with its timeouts.
        secret: the app's secret; never shown.
        tokens: where tokens live between calls and processes.
        keep: takes every data answer, good or bad, before anybody reads it.
        endpoints: the endpoint registry by name.
        concurrency: not more than one request at a time is sent, whatever it says.
        retry_base: seconds before the first repeat.
        sleep: how to wait between repeats.
    """

    def __init__(
        self,
        account: Account,
        http: httpx.AsyncClient,
        secret: str,
        tokens: TokenStore,
        keep: Callable[[RawResponse], None],
        *,
        endpoints: Mapping[str, Endpoint],
        concurrency: int = 1,
        retry_base: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.account = account
        self.endpoints = endpoints
        self._wire = Wire(account, http, secret, concurrency, translate=trouble, code_of=code_of)
        self._credential = Credential(self._wire, secret, tokens, retry_base=retry_base, sleep=sleep)
        self._keep = keep
        self._retry_base = retry_base
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"FeishuHttp({self.account.account_id})"

    async def call(
        self,
        endpoint: str,
        path: str,
        *,
        day: dt.date,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        beside: Json | None = None,
    ) -> tuple[RawResponse, Json]:
        """One answer, asked for until it is good or hopeless: POST with a ``body``, GET without.

        Args:
            endpoint: name in the registry, on whose behalf.
            path: path to call.
            day: business date asked for.
            body: JSON object to send.
            query: query parameters.
            beside: what the record of the request says more, for whoever reads the answer later.

        Returns:
            The answer as it came, and its ``data``.

        Raises:
            OpsError: as told by :func:`tasks.sources.feishu.translate.trouble`, repeats included.
        """
        spec = self.endpoints[endpoint]
        asked = self._wire.asked(path, body)
        method = "GET" if body is None else "POST"
        told = {"method": method, "path": path, "query": query or {}, "body": body, **(beside or {})}
        before: list[str] = []
        renewed = False
        while True:
            token = await self._credential.token()
            reply = await self._wire.send(path, query or {}, body, bearer=token)
            raw = RawResponse(
                source=self.account.kind.value,
                account_id=self.account.account_id,
                endpoint=endpoint,
                business_date=day,
                last_date=day,
                request=json.dumps(told, ensure_ascii=False),
                body=reply.text,
                status=reply.status,
                errcode=code_of(reply.data),
                fetched_at=calendars.now(),
                personal=spec.personal,
            )
            if reply.failure is None:
                self._keep(raw)
            error = self._wire.trouble(asked, reply, before, token)
            if error is None:
                return raw, block(reply.data.get("data"), "body.data")
            if isinstance(error, TokenRefused):
                if renewed:
                    raise BadCredential(f"{error}. The new one was refused too: {OTHERS}", code=error.code)
                renewed = True
                await self._credential.renew(token)
                continue  # the question itself has not failed
            before.append(error.code)
            if len(before) >= ATTEMPTS or not retries.helps(error):
                raise error
            pause = retries.wait_before(len(before) + 1, error, self._retry_base)
            log.warning("%s; again in %.1f s", error, pause)
            await self._sleep(pause)


OTHERS = "base_url belongs to another platform, or the app was disabled"
"""What a twice refused token means."""
