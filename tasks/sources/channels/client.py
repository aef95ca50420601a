# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one Channels account (视频号), with the token of its 视频号助手.

Its temper: every capability is a switch in 视频号助手 → 直播 → 直播管理 → 开放能力, and 48001 while it is off;
lives are found by when they ended, selling lives by the day they began; blocks of figures are JSON inside text.

    window -> pieces -> POST /channels/… -> Fetch(answers, troubles) -> parse.py

Source: https://developers.weixin.qq.com/doc/channels/api/channels/ (read 2026-11-22); each method names its page.
"""

from tasks.calendars import Window, start_of
from tasks.records import Fetch, RawResponse
from tasks.sources.channels.ec_lives import SellingLives
from tasks.sources.shop import compass
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Json, Keyed
from tasks.sources.wechat_http.spans import Gathering, gather, pages, whole


class Channels:
    """One Channels account's interfaces, one method each."""

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed

    async def followers(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """How many persons follow the account at this moment; the past cannot be asked for.

        Source: https://developers.weixin.qq.com/doc/channels/API/live/get_finder_attr_by_appid.html
        """

        async def read(_: Gathering) -> list[RawResponse]:
            raw, _data = await self._http.call("channels.followers", day=window.last, body={})
            return [raw]

        return await whole(window.last, read)

    async def lives(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every live that ended in the window, and who watched it; persons, times, seconds; 1 day a call.

        The platform compares the span with the moment a live ended.

        Source: https://developers.weixin.qq.com/doc/channels/API/live/get_finder_live_data_list.html
        """

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            span = {
                "start_time": int(start_of(part.start).timestamp()),
                "end_time": int(start_of(part.end).timestamp()) - 1,
            }

            async def page(last_buffer: str) -> tuple[RawResponse, Json]:
                body: Json = {**span, "last_buffer": last_buffer} if last_buffer else {**span}
                return await self._http.call("channels.lives", day=part.start, last=part.last, body=body)

            found = await pages(page, more="continue_flag", cursor="last_buffer")
            return [raw for raw, _ in found], False

        # A day a call, because the day that was asked for is the day a live is filed under.
        return await gather(self._http, ((part, ask) for part in window.split(1)))

    async def ec_lives(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every selling live that began in the window, with its figures so far; fen, persons; 1 day a list.

        One call more a live. The list is known to leave lives out, and gives no way to a second page.

        Source: https://developers.weixin.qq.com/doc/channels/API/livedashboard/getlivedata.html
        """
        return await SellingLives(self._http, self._keyed).read(window)

    async def compass(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What was paid through the account, by where it was seen; fen; 1 day a call, T+1.

        Source: https://developers.weixin.qq.com/doc/channels/API/compass/finder/getfinderoverall.html
        """
        return await compass.daily(self._http, "channels.compass", window)

    async def compass_products(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The same by product; 1 day a call, T+1.

        Source: https://developers.weixin.qq.com/doc/channels/API/compass/finder/getfinderproductlist.html
        """
        return await compass.daily(self._http, "channels.compass_products", window)
