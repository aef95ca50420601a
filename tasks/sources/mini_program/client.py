# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one Mini Program (小程序).

Its temper: one day a call, dates as 20260725, ready after 08:00 of the next day; before that an empty list,
61503 or rows of zeros.

    window -> days -> POST /datacube/getweanalysisappid… -> Fetch(answers, troubles) -> parse.py

Source: https://developers.weixin.qq.com/miniprogram/dev/server/API/data-analysis (read 2026-11-22);
each method names its page below it.
"""

from tasks.calendars import Window
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Keyed, is_delayed
from tasks.sources.wechat_http.spans import gather


class MiniProgram:
    """One Mini Program's interfaces, one method each."""

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed

    async def summary_trend(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Visitors since launch and sharing, in persons and times; 1 day a call, ready at 08:00.

        Source: …/data-analysis/others/api_getdailysummary
        """
        return await self._daily("mp.summary_trend", window)

    async def visit_trend(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Sessions, page views, visitors, stay (seconds) and depth (pages); 1 day a call, ready at 08:00.

        Source: …/data-analysis/visit-trend/api_getdailyvisittrend
        """
        return await self._daily("mp.visit_trend", window)

    async def retention(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Visitors of a day who came back 1-7, 14 and 30 days later, in persons; 1 day a call.

        Ready at 08:00. Only the days already known are there, so a day is asked for again for a week. All
        zeros have been seen while the weekly figures were right.

        Source: …/data-analysis/visit-retain/api_getdailyretain
        """
        return await self._daily("mp.retention", window)

    async def visit_sources(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Where sessions (and, undocumented, visitors) came from, by source key; 1 day a call.

        Ready at 08:00. Keys come in any order, and some have no documented name.

        Source: …/data-analysis/others/api_getvisitdistribution
        """
        return await self._daily("mp.visit_sources", window)

    async def _daily(self, endpoint: str, window: Window) -> Fetch:
        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            body = {"begin_date": f"{part.start:%Y%m%d}", "end_date": f"{part.last:%Y%m%d}"}
            raw, data = await self._http.call(endpoint, day=part.start, last=part.last, body=body)
            return [raw], is_delayed(data)

        span = self._http.endpoints[endpoint].span_days
        return await gather(self._http, ((part, ask) for part in window.split(span)))
