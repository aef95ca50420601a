"""What a simulated API call is: the seam between the kernel (tokens, quotas, faults, clock) and the routes.

A route module exposes ``ROUTES: dict[str, Handler]`` (path → handler) of one platform. The kernel checks the
token, counts the quota, builds a :class:`Call` and turns the handler's answer, or its :class:`ApiError`, into
HTTP 200.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tasks.calendars import business_date
from tasks.records import SourceKind
from tasks.sandbox.paging import Short

if TYPE_CHECKING:
    from tasks.sandbox.world import World

Late: TypeAlias = Literal["empty", "61503", "is_delay"]
"""How a platform says "not ready": no rows, an error, or provisional figures."""

GET_PATHS = frozenset(
    {
        "/cgi-bin/user/get",
        "/cgi-bin/user/info",
        "/cgi-bin/tags/get",
        "/cgi-bin/draft/count",
        "/cgi-bin/externalcontact/get_follow_user_list",
        "/cgi-bin/externalcontact/list",
        "/cgi-bin/externalcontact/get",
    }
)
"""Data paths that are asked with GET; every other one is a POST with a JSON body."""


@dataclass(frozen=True)
class Call:
    """One authorised call, as a handler sees it."""

    app_id: str
    method: str
    path: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    now: dt.datetime
    """The sandbox's clock, UTC."""
    world: "World"
    late: Late | None = None
    """How days that are not ready answer; None: the platform's usual way, ``empty``."""
    zeros: bool = False
    """Fault: figures are all 0 though the call succeeds."""
    short: Short = False
    """Fault: half a page, or all of it, is missing and nothing says so."""
    late_days: frozenset[dt.date] = frozenset()
    """Fault: not ready whatever the clock says. Empty with ``late`` set: the newest day asked."""

    @property
    def today(self) -> dt.date:
        """The business date on the sandbox's clock."""
        return business_date(self.now)

    @property
    def epoch(self) -> int:
        """The sandbox's clock in unix seconds."""
        return int(self.now.timestamp())


@dataclass(frozen=True)
class Answer:
    """An HTTP answer that is not JSON of status 200."""

    body: str
    status: int = 200
    media_type: str = "text/plain; charset=utf-8"


class ApiError(Exception):
    """A business error: HTTP 200 with ``errcode`` and ``errmsg`` (the kernel adds the rid or hint)."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg


Handler: TypeAlias = Callable[[Call], "dict[str, Any] | Answer"]


@dataclass(frozen=True)
class Route:
    """One path of one platform."""

    path: str
    methods: tuple[str, ...]
    handler: Handler
    kind: SourceKind


def routes(kind: SourceKind, handlers: Mapping[str, Handler]) -> tuple[Route, ...]:
    """A route module's ``ROUTES`` with the methods each path accepts."""
    return tuple(
        Route(path, ("GET",) if path in GET_PATHS else ("POST",), handler, kind)
        for path, handler in handlers.items()
    )
