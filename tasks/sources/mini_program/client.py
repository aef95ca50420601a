# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one Mini Program (小程序).

Its temper: one day a call, dates as 20260725, ready after 08:00 of the next day; before that an empty list,
61503 or rows of zeros. Weeks run from Monday to Sunday; persons of a week or month are counted once.

    window -> days (or the weeks and months that end on them) -> POST /datacube/getweanalysisappid… -> Fetch

Source: https://developers.weixin.qq.com/miniprogram/dev/server/API/data-analysis (read 2026-11-22);
each method names its page below it.
"""

from collections.abc import Callable

from tasks.calendars import Window, start_of
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Keyed, is_delayed
from tasks.sources.wechat_http.spans import gather

START_UP = "10017"
"""启动各阶段耗时, one of the modules of the performance interface."""
EVERYWHERE = [{"field": field, "value": "-1"} for field in ("networktype", "device_level", "device")]
"""All networks, phones and systems together."""
PORTRAIT_DAYS = 30
"""The longest of the spans that a portrait may have: 1, 7 and 30 days."""


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

    async def visit_week(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The same as visit_trend for the weeks that end in the window, persons counted once a week.

        Ready at 08:00 of the Monday after.

        Source: …/data-analysis/visit-trend/api_getweeklyvisittrend
        """
        return await self._periods("mp.visit_week", window)

    async def visit_month(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The same for the calendar months that end in the window, persons counted once a month.

        Source: …/data-analysis/visit-trend/api_getmonthlyvisittrend
        """
        return await self._periods("mp.visit_month", window)

    async def retention_week(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Visitors of a week who came back 1-4 weeks later, in persons; known week by week.

        Source: …/data-analysis/visit-retain/api_getweeklyretain
        """
        return await self._periods("mp.retention_week", window)

    async def retention_month(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Visitors of a month who came back in the next, in persons; known a month later.

        Source: …/data-analysis/visit-retain/api_getmonthlyretain
        """
        return await self._periods("mp.retention_month", window)

    async def pages(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The 200 most viewed pages of each day: views, persons, seconds, entries, exits; 1 day a call.

        Source: …/data-analysis/others/api_getvisitpage
        """
        return await self._daily("mp.pages", window)

    async def portrait(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Who the visitors of the 30 days up to each month's end are, by place, gender, age and phone; persons.

        The interface allows 1, 7 or 30 days; 30 hide single persons best and tell the month.

        Source: …/data-analysis/others/api_getuserportrait
        """
        return await self._periods(
            "mp.portrait", window, lambda part: Window.ending(part.last, PORTRAIT_DAYS)
        )

    async def performance(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """How long starting up takes, by stage, mean ms a day; at most 30 days a call, begun and ended by moments.

        Zeros have been told while the console showed figures.

        Source: …/data-analysis/others/api_getperformancedata
        """

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            time = {
                "begin_timestamp": int(start_of(part.start).timestamp()),
                "end_timestamp": int(start_of(part.last).timestamp()),
            }
            body = {"module": START_UP, "time": time, "params": EVERYWHERE}
            raw, data = await self._http.call("mp.performance", day=part.start, last=part.last, body=body)
            return [raw], is_delayed(data)

        span = self._http.endpoints["mp.performance"].span_days
        return await gather(self._http, ((part, ask) for part in window.split(span)))

    async def _daily(self, endpoint: str, window: Window) -> Fetch:
        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            return await self._between(endpoint, part, part)

        span = self._http.endpoints[endpoint].span_days
        return await gather(self._http, ((part, ask) for part in window.split(span)))

    async def _periods(
        self, endpoint: str, window: Window, asked: Callable[[Window], Window] | None = None
    ) -> Fetch:
        """One question for each period that ends in the window; its cell is the period's last day.

        Args:
            endpoint: with a period in ``every``.
            window: days; those on which no period ends are not asked about.
            asked: the days to ask about, given the period; itself when left out.
        """
        every = self._http.endpoints[endpoint].every

        async def ask(cell: Window) -> tuple[list[RawResponse], bool]:
            period = every.ending(cell.last)
            return await self._between(endpoint, cell, asked(period) if asked else period)

        ends = [Window.of_day(day) for day in window.days() if every.ends_on(day)]
        return await gather(self._http, ((cell, ask) for cell in ends))

    async def _between(self, endpoint: str, cell: Window, asked: Window) -> tuple[list[RawResponse], bool]:
        """One call for the days ``asked``, kept under the business dates of its ``cell``."""
        body = {"begin_date": f"{asked.start:%Y%m%d}", "end_date": f"{asked.last:%Y%m%d}"}
        raw, data = await self._http.call(endpoint, day=cell.start, last=cell.last, body=body)
        return [raw], is_delayed(data)
