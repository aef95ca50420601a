"""One request over HTTP and what came back, within the platform's limits; no token logic, no repeats.

Wire.send(path, query, body) -> Reply(status, text, data, failure) -> Wire.trouble(...) -> error or None
"""

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple, Protocol

import httpx
from aiolimiter import AsyncLimiter

from tasks.errors import OpsError, RateLimited
from tasks.records import Account, SourceKind
from tasks.sources.wechat_http.shapes import Json, loads
from tasks.sources.wechat_http.translate import errcode_of, scrub, trouble

WECOM_PARALLEL = 5
"""WeCom answers 45033 to more parallel calls of one corp."""
FEISHU_PARALLEL = 1
"""A base is read one request after the other: side by side they block each other until 1254607."""
PARALLEL = {SourceKind.wecom: WECOM_PARALLEL, SourceKind.feishu: FEISHU_PARALLEL}
WECOM_LIMITS = ((9_000, 60.0), (135_000, 3_600.0))
"""Calls per seconds, per interface: 90 % of the documented 10,000/min and 150,000/h.

Source: https://developer.work.weixin.qq.com/document/path/90454 (read 2026-11-22)."""
FEISHU_LIMITS = ((5, 1 / 3),)
"""Together never more than the documented 20 in any second: 5 at once and 15 a second after them.

Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search (read 2026-11-22)."""
LIMITS = {SourceKind.wecom: WECOM_LIMITS, SourceKind.feishu: FEISHU_LIMITS}
RESET_HEADER = "x-ogw-ratelimit-reset"
"""Feishu's word for the seconds until it answers again, beside HTTP 429."""
LONGEST_WAIT = 120.0
"""More than this is not waited for in a run; our own pauses are tried instead."""
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
    wait_seconds: float | None = None
    """How long the platform asks to be left alone, where it says so in a header."""


class Translate(Protocol):
    """From an answer, or its absence, to the error it stands for; see :func:`.translate.trouble`."""

    def __call__(
        self,
        kind: SourceKind,
        asked: str,
        *,
        status: int = 200,
        data: Any = None,
        readable: bool = True,
        failure: Exception | None = None,
        attempt: int = 1,
        token_call: bool = False,
        hidden: Iterable[str] = (),
    ) -> OpsError | None:
        """An instance of the error tree, not raised; ``None`` for a success."""
        ...


class Wire:
    """Sends one account's requests, a bounded number at a time.

    Args:
        account: whose.
        http: the connection pool.
        secret: never shown in a message.
        concurrency: requests at one time; a platform that allows fewer gets fewer.
        translate: the platform's codes as errors.
        code_of: the platform's code in a body; empty for a success.
    """

    def __init__(
        self,
        account: Account,
        http: httpx.AsyncClient,
        secret: str,
        concurrency: int,
        *,
        translate: Translate = trouble,
        code_of: Callable[[Any], str] = errcode_of,
    ) -> None:
        self.account = account
        self.parallel = min(concurrency, PARALLEL.get(account.kind, concurrency))
        self._http = http
        self._secret = secret
        self._translate = translate
        self._code_of = code_of
        self._base = account.base_url.rstrip("/")
        self._slots = asyncio.Semaphore(self.parallel)
        self._limiters: dict[str, tuple[AsyncLimiter, ...]] = {}

    def asked(self, path: str, body: Json | None) -> str:
        """How messages call a request; never with its query, where the token is."""
        return f"{'GET' if body is None else 'POST'} {path} of {self.account.account_id}"

    async def send(
        self, path: str, query: Mapping[str, str], body: Json | None, *, bearer: str = ""
    ) -> Reply:
        """One request: POST with a ``body``, GET without. Transport failures come back in the reply."""
        for limiter in self._limits(path):
            await limiter.acquire()
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        async with self._slots:
            try:
                if body is None:
                    answer = await self._http.get(self._base + path, params=query, headers=headers)
                else:
                    # Unescaped Chinese: some interfaces refuse \uxxxx with 47002.
                    content = json.dumps(body, ensure_ascii=False).encode()
                    answer = await self._http.post(
                        self._base + path, params=query, content=content, headers=JSON_HEADERS | headers
                    )
            except (httpx.HTTPError, httpx.InvalidURL) as failure:
                return Reply(0, "", UNREADABLE, failure)
        text, wait = answer.content.decode("utf-8", "replace"), _wait_in(answer.headers)
        try:
            return Reply(answer.status_code, text, loads(text), wait_seconds=wait)
        except ValueError:
            return Reply(answer.status_code, text, UNREADABLE, wait_seconds=wait)

    def trouble(
        self, asked: str, reply: Reply, before: Sequence[str], token: str = "", *, token_call: bool = False
    ) -> OpsError | None:
        """The error a reply stands for, or ``None`` for a good one; ``before`` are the codes of earlier tries."""
        code = self._code_of(reply.data)
        in_a_row = list(takewhile(lambda earlier: earlier == code, reversed(before)))
        error = self._translate(
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
        if isinstance(error, RateLimited) and reply.wait_seconds is not None:
            error.wait_seconds = reply.wait_seconds
        return error

    def _limits(self, path: str) -> tuple[AsyncLimiter, ...]:
        # api.weixin.qq.com documents no frequency: 45009 tells when it was too fast.
        limits = LIMITS.get(self.account.kind, ())
        shared = "" if self.account.kind is SourceKind.feishu else path  # its paths name tables
        if shared not in self._limiters:
            self._limiters[shared] = tuple(AsyncLimiter(calls, seconds) for calls, seconds in limits)
        return self._limiters[shared]


def _wait_in(headers: httpx.Headers) -> float | None:
    """Seconds to wait that an answer's headers name; ``None`` when they name none that could be meant."""
    try:
        seconds = float(headers.get(RESET_HEADER, ""))
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_WAIT else None
