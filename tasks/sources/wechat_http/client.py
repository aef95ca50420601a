"""One account's way to its platform: token, limits, repeats and translation around every call.

Speaks to api.weixin.qq.com and qyapi.weixin.qq.com (or the sandbox), which report failures inside HTTP 200,
count every call and now and then refuse a good token.

    call(endpoint, path, ...) -> token -> quota -> HTTP -> keep(raw) -> error, or (RawResponse, JSON object)
"""

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import httpx

from tasks import calendars, retries
from tasks.errors import BadCredential, OpsError, RateLimited
from tasks.records import Account, Endpoint, RawResponse, SourceKind
from tasks.sources.wechat_http.codes import TokenRefused
from tasks.sources.wechat_http.credential import ATTEMPTS, Credential
from tasks.sources.wechat_http.quota import (
    QUOTA_PATH,
    UNNAMED,
    Quota,
    QuotaBook,
    published,
    quota_in,
    spendable,
)
from tasks.sources.wechat_http.shapes import Json, loads
from tasks.sources.wechat_http.tokens import TokenStore
from tasks.sources.wechat_http.translate import errcode_of
from tasks.sources.wechat_http.wire import Wire

Item = TypeVar("Item")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class WechatHttp:
    """Calls one account's platform. Made per run and event loop; remembers which interfaces are used up.

    Args:
        account: whose platform.
        http: the connection pool, with its timeouts.
        secret: the account's AppSecret or corpsecret; never shown.
        tokens: where tokens live between calls and processes.
        keep: takes every data answer, good or bad, before anybody reads it.
        endpoints: the endpoint registry by name.
        concurrency: parallel calls at most (WeCom: never more than 5).
        quota_reserve: share of a daily quota that stays untouched, 0-1.
        retry_base: seconds before the first repeat.
        sleep: how to wait between repeats.
        earlier: answers of readings that were broken off, by endpoint and request.
        spent: calls of a path that the account made today before this run, for paths whose quota nobody tells.
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
        concurrency: int = 8,
        quota_reserve: float = 0.2,
        retry_base: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        earlier: Callable[[str, str], RawResponse | None] = lambda _endpoint, _request: None,
        spent: Callable[[str], int] = lambda _path: 0,
    ) -> None:
        self.account = account
        self.endpoints = endpoints
        self._wire = Wire(account, http, secret, concurrency)
        self._credential = Credential(self._wire, secret, tokens, retry_base=retry_base, sleep=sleep)
        self._keep = keep
        self._reserve = quota_reserve
        self._retry_base = retry_base
        self._sleep = sleep
        self._earlier = earlier
        self._spent = spent
        self._used_up: dict[str, RateLimited] = {}
        self.quotas: dict[str, Quota] = {}
        """What the platform said of each path when it was first asked in this run."""
        self._quota = QuotaBook()
        self._quota_locks: dict[str, asyncio.Lock] = {}

    def __repr__(self) -> str:
        return f"WechatHttp({self.account.account_id})"

    async def call(
        self,
        endpoint: str,
        path: str = "",
        *,
        day: dt.date,
        last: dt.date | None = None,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        shown: Json | None = None,
        allow: frozenset[str] = frozenset(),
        resume: bool = False,
    ) -> tuple[RawResponse, Json]:
        """One answer, asked for until it is good or hopeless: POST with a ``body``, GET without.

        Args:
            endpoint: name in the registry, on whose behalf.
            path: path to call; empty: the endpoint's own.
            day: first business date asked for.
            last: last business date asked for, when it is another.
            body: JSON object to send.
            query: query parameters beside the token.
            shown: what the record says instead of ``query`` and ``body``, when those hold ids of persons.
            allow: error codes that the caller reads as answers.
            resume: a page of a long list: one that an unfinished reading already got is not asked for again.

        Returns:
            The answer as it came, and its JSON object.

        Raises:
            OpsError: as told by :func:`tasks.sources.wechat_http.translate.trouble`, repeats included.
        """
        spec = self.endpoints[endpoint]
        path = path or spec.path
        asked = self._wire.asked(path, body)
        told = {"query": query or {}, "body": body} if shown is None else shown
        request = json.dumps(
            {"method": "GET" if body is None else "POST", "path": path, **told}, ensure_ascii=False
        )

        if resume:
            found = await asyncio.to_thread(self._earlier, endpoint, request)
            if found is not None:
                return found, loads(found.body)

        async def once(before: Sequence[str], token: str) -> tuple[RawResponse, Json]:
            reply = await self._wire.send(path, {"access_token": token, **(query or {})}, body)
            raw = RawResponse(
                source=self.account.kind.value,
                account_id=self.account.account_id,
                endpoint=endpoint,
                business_date=day,
                last_date=last or day,
                request=request,
                body=reply.text,
                status=reply.status,
                errcode=errcode_of(reply.data),
                fetched_at=calendars.now(),
                personal=spec.personal,
            )
            if reply.failure is None:
                self._keep(raw)
            error = self._wire.trouble(asked, reply, before, token)
            if error is not None and error.code not in allow:
                raise error
            return raw, reply.data

        # WeCom has no daily quota to ask for, only a pace.
        counted = self.account.kind is not SourceKind.wecom
        return await self._persist(path, asked, once, counted=counted)

    async def each(self, items: Iterable[Item], ask: Callable[[Item], Awaitable[Result]]) -> list[Result]:
        """``ask`` of every item, as many at a time as the account allows; results in the items' order.

        Raises:
            OpsError: the first that ``ask`` raised; no further item is begun after it.
        """
        todo = enumerate(items)
        done: dict[int, Result] = {}
        failed: list[OpsError] = []

        async def work() -> None:
            for index, item in todo:
                try:
                    done[index] = await ask(item)
                except OpsError as error:
                    failed.append(error)
                if failed:
                    return

        workers = [asyncio.ensure_future(work()) for _ in range(self._wire.parallel)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
        if failed:
            raise failed[0]
        return [done[index] for index in sorted(done)]

    async def quota_left(self, path: str) -> int | None:
        """Calls of ``path`` that may still be spent today; ``None`` for no known limit.

        The platform is asked once a run, however many callers want to know.
        """
        async with self._quota_locks.setdefault(path, asyncio.Lock()):
            if not self._quota.knows(path):
                self._quota.open(path, await self._ask_quota(path))
        return self._quota.left(path)

    async def _ask_quota(self, path: str) -> int | None:
        if self.account.kind is SourceKind.wecom:
            return None
        body: Json = {"cgi_path": path}
        asked = self._wire.asked(QUOTA_PATH, body)

        async def once(before: Sequence[str], token: str) -> Json:
            reply = await self._wire.send(QUOTA_PATH, {"access_token": token}, body)
            error = self._wire.trouble(asked, reply, before, token)
            if error is not None:
                raise error
            return dict(reply.data)

        try:
            known = quota_in(await self._persist(QUOTA_PATH, asked, once))
        except BadCredential:
            raise
        except OpsError as error:
            # The platform names a quota for most paths, not for all: that alone is nobody's trouble.
            level = logging.INFO if error.code in UNNAMED else logging.WARNING
            log.log(level, "the platform does not tell the quota of %s: %s", path, error)
            known = None
        if known is not None:
            self.quotas[path] = known
        else:
            known = await self._published(path)
        if known is None:
            log.info("%s: calls of %s go on without a known limit", self.account.account_id, path)
            return None
        left = spendable(known, self._held_back(path))
        log.info("%s: %s calls of %s may be spent today", self.account.account_id, left, path)
        return left

    async def _published(self, path: str) -> Quota | None:
        """What the registry says of a path, less what we spent of it today: others' calls are not known."""
        limit = published(self.endpoints.values(), path)
        if limit is None:
            return None
        return Quota(limit, limit - await asyncio.to_thread(self._spent, path))

    def _held_back(self, path: str) -> float:
        """The share of a path's quota that stays untouched."""
        whole = any(spec.whole_quota and spec.path == path for spec in self.endpoints.values())
        return 0.0 if whole else self._reserve

    async def _persist(
        self,
        path: str,
        asked: str,
        once: Callable[[Sequence[str], str], Awaitable[Result]],
        *,
        counted: bool = False,
    ) -> Result:
        """``once`` with a token, repeated while the error's type says that it helps.

        ``once`` is told the codes of the tries before. ``counted`` calls leave the reserve of the day's quota.
        """
        before: list[str] = []
        renewed = False
        while True:
            if path in self._used_up:
                known = self._used_up[path]
                raise RateLimited(str(known), code=known.code, until_tomorrow=True)
            token = await self._credential.token()
            if counted and not self._quota.knows(path):
                await self.quota_left(path)
                token = await self._credential.token()  # asking may have renewed it
            try:
                if counted:
                    self._quota.spend(path, asked)
                return await once(before, token)
            except TokenRefused as error:
                if renewed:
                    raise BadCredential(
                        f"{error}. The new one was refused too: {OTHERS}", code=error.code
                    ) from None
                renewed = True
                await self._credential.renew(token)
                continue  # the question itself has not failed
            except OpsError as error:
                if isinstance(error, RateLimited) and error.until_tomorrow:
                    self._used_up[path] = error
                before.append(error.code)
                if len(before) >= ATTEMPTS or not retries.helps(error):
                    raise
                pause = retries.wait_before(len(before) + 1, error, self._retry_base)
                log.warning("%s; again in %.1f s", error, pause)
            await self._sleep(pause)


OTHERS = "another system asks for tokens of this account, or base_url belongs to another platform"
"""What a twice refused token means."""
