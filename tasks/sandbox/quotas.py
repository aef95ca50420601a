"""Daily and per-minute counters of every account and path, and the calls that read and reset them.

Source:
    https://developers.weixin.qq.com/doc/service/Message_Management/API_Call_Limits.html and
    https://developer.work.weixin.qq.com/document/path/90454, read 2026-11-22. The quota of /datacube is not
    published; 1,000 is what live collectors assume.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tasks import calendars
from tasks.records import SourceKind
from tasks.sandbox.accounts import SandboxAccount
from tasks.sandbox.clock import Clock
from tasks.sandbox.routing import ApiError

DAILY: Mapping[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/freepublish/": 100,
    "/cgi-bin/draft/add": 1_000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft/": 1_000,
    "/cgi-bin/message/mass/sendall": 100,
    "/datacube/": 1_000,
}
"""Calls a day by path; a key that ends in ``/`` holds for what is below it."""
DAILY_OTHERWISE = 500_000
MINUTE: Mapping[str, int] = {"/cgi-bin/stable_token": 10_000}
WECOM_MINUTE = 10_000
CLEARS_A_MONTH = {"/cgi-bin/clear_quota": 10, "/cgi-bin/openapi/quota/clear": 50}


class Quotas:
    """How often each account called each path.

    Args:
        daily: limits that replace or add to :data:`DAILY`.
        minute: the same for :data:`MINUTE`.
    """

    def __init__(
        self, clock: Clock, daily: Mapping[str, int] | None = None, minute: Mapping[str, int] | None = None
    ) -> None:
        self._clock = clock
        self._daily = {**DAILY, **(daily or {})}
        self._minute = {**MINUTE, **(minute or {})}
        self._used: Counter[tuple[str, str]] = Counter()
        self._day: dt.date | None = None
        self._this_minute: Counter[tuple[str, str]] = Counter()
        self._minute_at = -1
        self._cleared: Counter[tuple[str, str, int, int]] = Counter()

    def limit(self, path: str, kind: SourceKind) -> int:
        """Calls a day allowed on ``path``; 0 when there is no daily limit (WeCom)."""
        if path in self._daily:
            return self._daily[path]
        under = [key for key in self._daily if key.endswith("/") and path.startswith(key)]
        if under:
            return self._daily[max(under, key=len)]
        return 0 if kind is SourceKind.wecom else DAILY_OTHERWISE

    def used(self, app_id: str, path: str) -> int:
        """Calls counted today."""
        self._turn()
        return self._used[app_id, path]

    def count(self, app_id: str, path: str, kind: SourceKind) -> None:
        """Count one call.

        Raises:
            ApiError: 45009, in the words for the day or for the minute.
        """
        self._turn()
        key = app_id, path
        pace = self._minute.get(path, WECOM_MINUTE if kind is SourceKind.wecom else 0)
        if pace and self._this_minute[key] >= pace:
            raise ApiError(45009, "api freq out of limit")
        limit = self.limit(path, kind)
        if limit and self._used[key] >= limit:
            raise ApiError(45009, "reach max api daily quota limit")
        self._used[key] += 1
        self._this_minute[key] += 1

    def get(
        self, account: SandboxAccount, body: Mapping[str, Any], kinds: Mapping[str, SourceKind]
    ) -> dict[str, Any]:
        """POST /cgi-bin/openapi/quota/get.

        Args:
            account: whose token asked.
            body: ``{"cgi_path": "/…"}``.
            kinds: the platform of every known path.

        Raises:
            ApiError: 76003 malformed, 76021 unknown path, 76022 path of another kind of account.
        """
        path = _cgi_path(body, account, kinds)
        limit, used = self.limit(path, account.kind), self.used(account.app_id, path)
        quota = {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}
        answer: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "quota": quota}
        if path in self._minute:
            answer["rate_limit"] = {"call_count": self._minute[path], "refresh_second": 60}
        return answer

    def clear_path(
        self, account: SandboxAccount, body: Mapping[str, Any], kinds: Mapping[str, SourceKind]
    ) -> dict[str, Any]:
        """POST /cgi-bin/openapi/quota/clear: 50 a month."""
        path = _cgi_path(body, account, kinds)
        self._allow_clear(account.app_id, "/cgi-bin/openapi/quota/clear")
        self._used.pop((account.app_id, path), None)
        return {"errcode": 0, "errmsg": "ok"}

    def clear(self, account: SandboxAccount, body: Mapping[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/clear_quota, with or without /v2: 10 a month and account together."""
        if body.get("appid") != account.app_id:
            raise ApiError(40013, "invalid appid")
        self._allow_clear(account.app_id, "/cgi-bin/clear_quota")
        for key in [key for key in self._used if key[0] == account.app_id]:
            del self._used[key]
        return {"errcode": 0, "errmsg": "ok"}

    def _allow_clear(self, app_id: str, path: str) -> None:
        today = self._clock.today()
        key = app_id, path, today.year, today.month
        if self._cleared[key] >= CLEARS_A_MONTH[path]:
            raise ApiError(48006, "forbid to clear quota because of reaching the limit")
        self._cleared[key] += 1

    def _turn(self) -> None:
        """Forget the counts of a day or minute that has passed."""
        now = self._clock.now()
        minute = int(now.timestamp()) // 60
        if minute != self._minute_at:
            self._this_minute.clear()
            self._minute_at = minute
            day = calendars.business_date(now)
            if day != self._day:
                self._used.clear()
                self._day = day


def _cgi_path(body: Mapping[str, Any], account: SandboxAccount, kinds: Mapping[str, SourceKind]) -> str:
    path = body.get("cgi_path")
    if not isinstance(path, str) or not path.startswith("/"):
        raise ApiError(76003, "cgi_path is invalid, it must start with '/' and have no host")
    if path not in kinds:
        raise ApiError(76021, "cgi_path not found")
    if path not in COMMON_PATHS and kinds[path] is not account.kind:
        raise ApiError(76022, "could not use this cgi_path with this access_token")
    return path


COMMON_PATHS = frozenset({"/cgi-bin/token", "/cgi-bin/stable_token"})
"""Paths of every WeChat kind."""
