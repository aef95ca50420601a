# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one shop (微信小店).

Its temper: lists hold ids only, by the time of the last change, so every order is asked for by itself; ids
are numbers beyond 2^53 in text; an order comes back whenever it is paid, shipped or settled.

    window -> list of changed ids (pages) -> one call per id -> Fetch(lists and details) -> parse.py
    window -> days -> compass.py -> compass_parse.py
"""

from collections.abc import Awaitable, Callable, Iterable

from tasks.calendars import Window, start_of
from tasks.records import Fetch, RawResponse
from tasks.sources.shop import compass
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Json, Keyed, texts
from tasks.sources.wechat_http.spans import Gathering, gather, pages

ORDER = "/channels/ec/order/get"
AFTERSALE = "/channels/ec/aftersale/getaftersaleorder"
OVERLAP_SECONDS = 3600
"""Changes may be listed late, so each window of orders begins an hour earlier."""
PAGE = 100


def seconds_of(part: Window) -> tuple[int, int]:
    """First and last unix second of a window."""
    return int(start_of(part.start).timestamp()), int(start_of(part.end).timestamp()) - 1


class Shop:
    """One shop's interfaces, one method each."""

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed

    async def orders(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every order changed in the window, in its newest state; money in fen, times in unix seconds.

        Lists of at most 7 days (6 and the overlap here), 100 ids a page; one call an order. A gift's openid
        is the receiver's.

        Source: https://developers.weixin.qq.com/doc/store/API/order/list_get.html (read 2026-11-22)
        """

        async def listed(part: Window) -> list[tuple[RawResponse, Json]]:
            first, last = seconds_of(part)

            async def page(next_key: str) -> tuple[RawResponse, Json]:
                body: Json = {
                    "update_time_range": {"start_time": first - OVERLAP_SECONDS, "end_time": last},
                    "page_size": PAGE,
                }
                return await self._ask("shop.orders", part, _with(body, next_key))

            return await pages(page, more="has_more", cursor="next_key")

        span = max(self._http.endpoints["shop.orders"].span_days - 1, 1)
        return await self._details(
            "shop.orders", window.split(span), listed, "order_id_list", ORDER, "order_id"
        )

    async def aftersales(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every refund and return changed in the window, in its newest state; money in fen.

        Lists of at most 24 hours; one call each.

        Source: https://developers.weixin.qq.com/doc/store/shop/API/aftersale/getaftersalelist.html
        (read 2026-11-22)
        """

        async def listed(part: Window) -> list[tuple[RawResponse, Json]]:
            first, last = seconds_of(part)

            async def page(next_key: str) -> tuple[RawResponse, Json]:
                body: Json = {"begin_update_time": first, "end_update_time": last}
                return await self._ask("shop.aftersales", part, _with(body, next_key))

            return await pages(page, more="has_more", cursor="next_key")

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

    async def _details(
        self,
        endpoint: str,
        parts: Iterable[Window],
        listed: Callable[[Window], Awaitable[list[tuple[RawResponse, Json]]]],
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


def _with(body: Json, next_key: str) -> Json:
    return {**body, "next_key": next_key} if next_key else body
