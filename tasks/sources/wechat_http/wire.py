"""One request over HTTP and what came back, within the platform's limits; no token logic, no repeats.

Wire.send(path, query, body) -> Reply(status, text, data, failure) -> Wire.trouble(...) -> error or None
"""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

import httpx
from aiolimiter import AsyncLimiter

from tasks.errors import OpsError
from tasks.records import Account, SourceKind
from tasks.sources.wechat_http.shapes import Json, loads
from tasks.sources.wechat_http.translate import errcode_of, scrub, trouble

WECOM_PARALLEL = 5
"""WeCom answers 45033 to more parallel calls of one corp."""
WECOM_LIMITS = ((9_000, 60.0), (135_000, 3_600.0))
"""Calls per seconds, per interface: 90 % of the documented 10,000/min and 150,000/h.

Source: https://developer.work.weixin.qq.com/document/path/90454 (read 2026-11-22)."""
JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
UNREADABLE: Any = ...
"""Stands for the JSON value of a body that is no JSON."""


class HideSecrets(logging.Filter):
    """Takes tokens, secrets and ids of persons out of httpx's own log lines, which print the whole URL."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the record; it is always let through."""
        if isinstance(record.args, tuple):
            record.args = tuple(scrub(str(a)) if isinstance(a, httpx.URL) else a for a in record.args)
        return True


logging.getLogger("httpx").addFilter(HideSecrets())


class Reply(NamedTuple):
    """What came back: an answer, or the transport's ``failure`` and nothing else."""

    status: int
    text: str
    data: Any
    """JSON value of the body; ``UNREADABLE`` when it is none."""
    failure: Exception | None = None


class Wire:
    """Sends one account's requests, a bounded number at a time."""

    def __init__(self, account: Account, http: httpx.AsyncClient, secret: str, concurrency: int) -> None:
        self.account = account
        self.parallel = min(concurrency, WECOM_PARALLEL) if account.kind is SourceKind.wecom else concurrency
        self._http = http
        self._secret = secret
        self._base = account.base_url.rstrip("/")
        self._slots = asyncio.Semaphore(self.parallel)
        self._limiters: dict[str, tuple[AsyncLimiter, ...]] = {}

    def asked(self, path: str, body: Json | None) -> str:
        """How messages call a request; never with its query, where the token is."""
        return f"{'GET' if body is None else 'POST'} {path} of {self.account.account_id}"

    async def send(self, path: str, query: Mapping[str, str], body: Json | None) -> Reply:
        """One request: POST with a ``body``, GET without. Transport failures come back in the reply."""
        for limiter in self._limits(path):
            await limiter.acquire()
        async with self._slots:
            try:
                if body is None:
                    answer = await self._http.get(self._base + path, params=query)
                else:
                    # Unescaped Chinese: some interfaces refuse \uxxxx with 47002.
                    content = json.dumps(body, ensure_ascii=False).encode()
                    answer = await self._http.post(
                        self._base + path, params=query, content=content, headers=JSON_HEADERS
                    )
            except (httpx.HTTPError, httpx.InvalidURL) as failure:
                return Reply(0, "", UNREADABLE, failure)
        text = answer.content.decode("utf-8", "replace")
        try:
            return Reply(answer.status_code, text, loads(text))
        except ValueError:
            return Reply(answer.status_code, text, UNREADABLE)

    def trouble(
        self, asked: str, reply: Reply, before: Sequence[str], token: str = "", *, token_call: bool = False
    ) -> OpsError | None:
        """The error a reply stands for, or ``None`` for a good one; ``before`` are the codes of earlier tries."""
        code = errcode_of(reply.data)
        in_a_row = list(takewhile(lambda earlier: earlier == code, reversed(before)))
        return trouble(
            self.account.kind,
            asked,
            status=reply.status,
            data=reply.data,
            readable=reply.data is not UNREADABLE,
            failure=reply.failure,
            attempt=len(in_a_row) + 1,
            token_call=token_call,
            hidden=(token, self._secret),
        )

    def _limits(self, path: str) -> tuple[AsyncLimiter, ...]:
        if self.account.kind is not SourceKind.wecom:
            return ()  # no documented frequency; 45009 tells when it was too fast
        if path not in self._limiters:
            self._limiters[path] = tuple(AsyncLimiter(calls, seconds) for calls, seconds in WECOM_LIMITS)
        return self._limiters[path]
