"""What the platform kept of refused calls, to be asked for by the rid in their errmsg.

Source:
    https://developers.weixin.qq.com/doc/service/api/apimanage/api_getridinfo, read 2026-11-22. Seven days; only the
    account whose token made the call may look. The token in the address is shown by its beginning.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.sandbox.accounts import SandboxAccount
from tasks.sandbox.clock import Clock
from tasks.sandbox.exchange import Request
from tasks.sandbox.routing import ApiError

KEPT_SECONDS = 7 * 86_400
MOST = 2_000
"""Calls remembered at one time; the oldest are forgotten first."""
RID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


@dataclass(frozen=True)
class _Kept:
    app_id: str
    invoked_at: int
    url: str
    body: str
    answer: str


class Rids:
    """The refused calls of the last days by rid."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def keep(self, rid: str, app_id: str, request: Request, answer: bytes) -> None:
        """Remember one refused call."""
        query = "&".join(
            f"{name}={value[:8] + 'xxxx' if name == 'access_token' else value}"
            for name, value in request.query.items()
        )
        self._kept[rid] = _Kept(
            app_id, self._clock.epoch(), query, request.raw.decode("utf-8", "replace"), answer.decode()
        )
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def get(self, account: SandboxAccount, asked: Mapping[str, Any]) -> dict[str, Any]:
        """POST /cgi-bin/openapi/rid/get.

        Raises:
            ApiError: 76002 not a rid; 76001 unknown; 76003 another account's; 76004 older than seven days.
        """
        rid = asked.get("rid")
        if not isinstance(rid, str) or not RID.fullmatch(rid):
            raise ApiError(76002, "rid is error")
        kept = self._kept.get(rid)
        if kept is None:
            raise ApiError(76001, "rid not found")
        if kept.app_id != account.app_id:
            raise ApiError(76003, "could not query this rid with this appid")
        if self._clock.epoch() - kept.invoked_at > KEPT_SECONDS:
            raise ApiError(76004, "rid is time out")
        return {
            "errcode": 0,
            "errmsg": "ok",
            "request": {
                "invoke_time": kept.invoked_at,
                "cost_in_ms": 30,
                "request_url": kept.url,
                "request_body": kept.body,
                "response_body": kept.answer,
            },
        }
