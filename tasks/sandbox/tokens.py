"""Access tokens of every simulated account: issuing, renewing, refusing.

Source:
    https://developers.weixin.qq.com/doc/subscription/api/base/api_getstableaccesstoken and
    https://developer.work.weixin.qq.com/document/path/91039, read 2026-11-22.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks import calendars
from tasks.records import SourceKind
from tasks.sandbox.accounts import ACCOUNTS, SandboxAccount
from tasks.sandbox.clock import Clock
from tasks.sandbox.routing import ApiError

LIFE_SECONDS = 7200
OVERLAP_SECONDS = 300
"""How long an old token still works after a new one was issued, and when a stable token is renewed."""
FORCED_A_DAY = 20
FORCED_APART_SECONDS = 30
REMEMBERED = 4096
SHORTEST = 16


@dataclass
class Token:
    """One issued token and how long it lives."""

    app_id: str
    expires_at: int
    killed_at: int | None = None
    """Moment from which it is refused as "not latest"."""


@dataclass
class _Shelf:
    """The newest tokens of one account."""

    classic: str = ""
    stable: str = ""
    forced_at: int = -FORCED_APART_SECONDS
    forced: dict[dt.date, int] = field(default_factory=dict)


class Tokens:
    """Every token the sandbox has issued."""

    def __init__(self, clock: Clock, accounts: Mapping[str, SandboxAccount] = ACCOUNTS) -> None:
        self._clock = clock
        self.accounts = accounts
        self._tokens: dict[str, Token] = {}
        self._shelves = {app_id: _Shelf() for app_id in accounts}

    def classic(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """GET /cgi-bin/token: a new token each time; the one before dies after 300 s."""
        shelf = self._shelves[self.credential(asked).app_id]
        old = self._tokens.get(shelf.classic)
        if old:
            old.killed_at = self._clock.epoch() + OVERLAP_SECONDS
        shelf.classic = self._issue(str(asked["appid"]))
        return {"access_token": shelf.classic, "expires_in": LIFE_SECONDS}

    def stable(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/stable_token: the same token until its last 300 s, unless a new one is forced."""
        account = self.credential(asked)
        shelf, now = self._shelves[account.app_id], self._clock.epoch()
        current = self._tokens.get(shelf.stable)
        if asked.get("force_refresh") is True:
            self._allow_force(shelf, now)
            if current:
                current.killed_at = now
            current = None
        left = 0 if current is None or current.killed_at is not None else current.expires_at - now
        if left <= OVERLAP_SECONDS:
            shelf.stable, left = self._issue(account.app_id), LIFE_SECONDS
        return {"access_token": shelf.stable, "expires_in": left}

    def wecom(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """GET /cgi-bin/gettoken: the same token while it is valid."""
        account = self.accounts.get(str(asked.get("corpid", "")))
        if account is None or account.kind is not SourceKind.wecom:
            raise ApiError(40013, "invalid corpid")
        if asked.get("corpsecret") != account.secret:
            raise ApiError(40001, "invalid credential")
        shelf, now = self._shelves[account.app_id], self._clock.epoch()
        current = self._tokens.get(shelf.stable)
        if current is None or current.killed_at is not None or current.expires_at <= now:
            shelf.stable = self._issue(account.app_id)
        left = self._tokens[shelf.stable].expires_at - now
        return {"errcode": 0, "errmsg": "ok", "access_token": shelf.stable, "expires_in": left}

    def credential(self, asked: Mapping[str, Any]) -> SandboxAccount:
        """The WeChat account that an app id and its secret name.

        Raises:
            ApiError: 40002 grant type, 40013 app id, 40125 secret.
        """
        if asked.get("grant_type") != "client_credential":
            raise ApiError(40002, "invalid grant_type")
        account = self.accounts.get(str(asked.get("appid", "")))
        if account is None or account.kind in {SourceKind.wecom, SourceKind.feishu}:
            raise ApiError(40013, "invalid appid")
        if asked.get("secret") != account.secret:
            raise ApiError(40125, "invalid appsecret")
        return account

    def owner(self, token: str) -> str:
        """App id the token was issued to, valid or not; empty when it is not ours."""
        known = self._tokens.get(token)
        return known.app_id if known else ""

    def expire(self, token: str) -> None:
        """Let a token run out now."""
        if token in self._tokens:
            self._tokens[token].expires_at = self._clock.epoch()

    def check(self, token: str, kind: SourceKind) -> SandboxAccount:
        """The account that ``token`` opens.

        Raises:
            ApiError: 41001 missing, 40014 not a token, 40001 unknown or replaced, 42001 expired, 48001 of an
                account of another kind; WeCom says 40014 for every token that is not its own.
        """
        if not token:
            raise ApiError(41001, "access_token missing")
        known, now = self._tokens.get(token), self._clock.epoch()
        account = self.accounts[known.app_id] if known else None
        at_wecom = kind is SourceKind.wecom
        if known is None or account is None or (account.kind is SourceKind.wecom) != at_wecom:
            if at_wecom or len(token) < SHORTEST:
                raise ApiError(40014, "invalid access_token")
            raise ApiError(40001, _NOT_LATEST)
        if known.expires_at <= now:
            raise ApiError(42001, "access_token expired")
        if known.killed_at is not None and known.killed_at <= now:
            raise ApiError(40014, "invalid access_token") if at_wecom else ApiError(40001, _NOT_LATEST)
        if account.kind is not kind:
            raise ApiError(48001, "api unauthorized")
        return account

    def _allow_force(self, shelf: _Shelf, now: int) -> None:
        day = calendars.business_date(calendars.from_epoch(now))
        used = shelf.forced.get(day, 0)
        if used >= FORCED_A_DAY:
            raise ApiError(45009, "reach max api daily quota limit")
        if now - shelf.forced_at < FORCED_APART_SECONDS:
            raise ApiError(45011, "api minute-quota reach limit, must slower, retry next minute")
        shelf.forced, shelf.forced_at = {day: used + 1}, now

    def _issue(self, app_id: str) -> str:
        while len(self._tokens) >= REMEMBERED:
            del self._tokens[next(iter(self._tokens))]
        token = f"98_{secrets.token_urlsafe(96)}"
        self._tokens[token] = Token(app_id, self._clock.epoch() + LIFE_SECONDS)
        return token


_NOT_LATEST = (
    "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
)
