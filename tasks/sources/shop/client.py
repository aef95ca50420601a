# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one shop (微信小店).

Its temper: lists hold ids only, so every order is asked for by itself; ids are numbers beyond 2^53 in text; an
order comes back whenever it is paid, shipped or settled. A list by change knows the *last* change alone: what
changed in a window and once more after it is in no list of that window. So a window is asked for twice:

    changed in it + changed since (the window ended within a day) or created in it (an older window)
    -> lists of ids (pages) -> one call per id -> Fetch(lists and details) -> parse.py
    window -> days -> compass.py -> compass_parse.py
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias

from tasks import calendars
from tasks.calendars import ONE_DAY, Window, start_of
from tasks.records import Fetch, RawResponse
from tasks.sources.shop import compass
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Json, Keyed, texts
from tasks.sources.wechat_http.spans import Gathering, gather, pages

ORDER = "/channels/ec/order/get"
AFTERSALE = "/channels/ec/aftersale/getaftersaleorder"
OVERLAP_SECONDS = 3600
"""Changes may be listed late and orders are paid after their creation, so each window of orders begins an hour
earlier."""
PAGE = 100
Listed: TypeAlias = list[tuple[RawResponse, Json]]
Asking: TypeAlias = Callable[[str, int, int], Awaitable[Listed]]
"""All pages of the list of what was ``update`` or ``create`` d from one second to another, both included."""


def seconds_of(part: Window) -> tuple[int, int]:
    """First and last unix second of a window."""
    return int(start_of(part.start).timestamp()), int(start_of(part.end).timestamp()) - 1


async def listed_twice(part: Window, ask: Asking) -> Listed:
    """What changed in a window, and what that list does not know because it has changed again since.

    Where the window ended within a day, that is what changed up to this moment: whatever was created in the window
    is among it. Later than that, too much has changed since, so it is what was created in the window.
    """
    first, last = seconds_of(part)
    found = await ask("update", first, last)
    # Read after the first list: a change in between is in the second.
    now = calendars.now()
    if start_of(part.end) <= now < start_of(part.end) + ONE_DAY:
        return found + await ask("update", last + 1, int(now.timestamp()))
    return found + await ask("create", first, last)


class Shop:
    """One shop's interfaces, one method each."""

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed

    async def orders(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every order created or changed in the window, in its newest state; money in fen, times in unix seconds.

        Lists of at most 7 days (6 and the overlap here), 100 ids a page; one call an order. A gift's openid
        is the receiver's.

        Source: https://developers.weixin.qq.com/doc/store/API/order/list_get.html (read 2026-11-22)
        """

        async def listed(part: Window) -> Listed:
            async def ask(moved: str, first: int, last: int) -> Listed:
                times = {"start_time": first - OVERLAP_SECONDS, "end_time": last}
                body: Json = {f"{moved}_time_range": times, "page_size": PAGE}
                return await self._pages("shop.orders", part, body)

            return await listed_twice(part, ask)

        span = max(self._http.endpoints["shop.orders"].span_days - 1, 1)
        return await self._details(
            "shop.orders", window.split(span), listed, "order_id_list", ORDER, "order_id"
        )

    async def aftersales(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every refund and return opened or changed in the window, in its newest state; money in fen.

        Lists of at most 24 hours; one call each.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/aftersale/getaftersalelist.html
        (read 2026-11-22)
        """

        async def listed(part: Window) -> Listed:
            async def ask(moved: str, first: int, last: int) -> Listed:
                body: Json = {f"begin_{moved}_time": first, f"end_{moved}_time": last}
                return await self._pages("shop.aftersales", part, body)

            return await listed_twice(part, ask)

        parts = window.split(self._http.endpoints["shop.aftersales"].span_days)
        key = "after_sale_order_id"
        return await self._details("shop.aftersales", parts, listed, f"{key}_list", AFTERSALE, key)

    async def compass(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The shop's day: paid, refunded, visitors; fen and counts as text; 1 day a call, T+1.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/compass/api_getshopoverall (read 2026-11-22)
        """
        return await compass.daily(self._http, "shop.compass", window)

    async def compass_products(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The same by product, those nobody wanted included; 1 day a call, T+1.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/compass/api_getshopproductlist
        (read 2026-11-22)
        """
        return await compass.daily(self._http, "shop.compass_products", window)

    async def compass_finders(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What each Channels account or partner sold; only those who sold something; 1 day a call, T+1.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/compass/api_getshopfinderlist
        (read 2026-11-22)
        """
        return await compass.daily(self._http, "shop.compass_finders", window)

    async def compass_finder_total(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What they sold together; the share is a fraction; 1 day a call, T+1.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/compass/api_getshopfinderoverall
        (read 2026-11-22)
        """
        return await compass.daily(self._http, "shop.compass_finder_total", window)

    async def compass_lives(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The lives of every authorised Channels account; 1 day and account a call, T+1.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/compass/api_getshoplivelist
        (read 2026-11-22)
        """
        return await compass.lives(self._http, "shop.compass_lives", window)

    async def _ask(self, endpoint: str, part: Window, body: Json, path: str = "") -> tuple[RawResponse, Json]:
        return await self._http.call(endpoint, path, day=part.start, last=part.last, body=body)

    async def _pages(self, endpoint: str, part: Window, body: Json) -> Listed:
        async def page(next_key: str) -> tuple[RawResponse, Json]:
            return await self._ask(endpoint, part, {**body, "next_key": next_key} if next_key else body)

        return await pages(page, more="has_more", cursor="next_key")

    async def _details(
        self,
        endpoint: str,
        parts: Iterable[Window],
        listed: Callable[[Window], Awaitable[Listed]],
        list_key: str,
        path: str,
        id_key: str,
    ) -> Fetch:
        """The lists of all parts, then each id once; an id that fails marks the days whose list named it."""
        found: dict[str, Window] = {}

        async def list_ids(part: Window) -> tuple[list[RawResponse], bool]:
            answers = await listed(part)
            for _, data in answers:
                for number in texts(data, list_key):
                    found.setdefault(number, part)
            return [raw for raw, _ in answers], False

        lists = await gather(self._http, ((part, list_ids) for part in parts))
        gathering = Gathering(lists)

        async def detail(named: tuple[str, Window]) -> None:
            number, part = named

            async def ask(days: Window) -> tuple[list[RawResponse], bool]:
                raw, _ = await self._ask(endpoint, days, {id_key: number}, path)
                return [raw], False

            await gathering.piece(part, ask)

        await self._http.each(found.items(), detail)
        return gathering.fetch
