"""The calls that are left today per interface, and the share of them we never touch.

The daily quota belongs to the account, not to us: a person or another tool may need calls in the afternoon.
So the platform is asked once per run and interface how many are left, before its first call, and the last
``reserve`` share stays untouched. Where it does not tell, the registry's ``daily_quota`` less the calls that we made
today takes its place.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tasks.errors import RateLimited
from tasks.records import Endpoint
from tasks.sources.wechat_http.shapes import block, count

QUOTA_PATH = "/cgi-bin/openapi/quota/get"
"""Source: https://developers.weixin.qq.com/doc/service/api/apimanage/api_getapiquota (read 2026-11-22)."""
UNNAMED = frozenset({"76021", "76022"})
"""The platform keeps no quota under this path, or not for this kind of account: no limit is known."""


class Quota(NamedTuple):
    """What the platform says of one interface today, in calls."""

    limit: int
    remain: int


def quota_in(answer: Mapping[str, Any]) -> Quota | None:
    """The quota in an answer of quota/get; ``None`` when the platform names no limit.

    Args:
        answer: ``{"quota": {"daily_limit", "used", "remain"}}``; a daily_limit of 0 means unknown.
    """
    quota = block(answer.get("quota"), "quota")
    limit = count(quota, "daily_limit", "quota")
    remain = count(quota, "remain", "quota")
    return Quota(limit, remain) if limit and remain is not None else None


def spendable(quota: Quota, reserve: float) -> int:
    """Calls we may still make today.

    Args:
        quota: what is left of the day's calls.
        reserve: share of the daily limit that stays untouched, 0-1.
    """
    return max(quota.remain - round(quota.limit * reserve), 0)


def published(endpoints: Iterable[Endpoint], path: str) -> int | None:
    """Calls a day of a new account that the registry knows for ``path``; ``None`` when it knows none."""
    named = (spec.daily_quota for spec in endpoints if spec.path == path)
    return next((quota for quota in named if isinstance(quota, int)), None)


class QuotaBook:
    """Counts one account's calls against what was spendable when the run first asked."""

    def __init__(self) -> None:
        self._left: dict[str, int | None] = {}

    def knows(self, path: str) -> bool:
        """True once the platform was asked about ``path``."""
        return path in self._left

    def open(self, path: str, left: int | None) -> None:
        """Remember what is spendable on ``path``; ``None`` for no limit."""
        self._left[path] = left

    def left(self, path: str) -> int | None:
        """Calls still spendable on ``path``; ``None`` when there is no limit or nobody asked."""
        return self._left.get(path)

    def spend(self, path: str, asked: str) -> None:
        """Count one call, before it is made.

        Raises:
            RateLimited: only the reserve is left (``until_tomorrow``).
        """
        left = self._left.get(path)
        if left is None:
            return
        if left <= 0:
            raise RateLimited(
                f"{asked}: not asked, because only the reserve of today's quota is left "
                "(WECHAT_OPS_QUOTA_RESERVE); it is free again after midnight",
                code="quota reserve",
                until_tomorrow=True,
            )
        self._left[path] = left - 1
