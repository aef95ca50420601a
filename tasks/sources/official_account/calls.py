"""What every question about an Official Account is asked with: windows in pieces, and answers that two need.

Comments are asked for article by article, and only the article totals tell which articles there are; a run that
reads both asks for the totals of a publish day once.
"""

import asyncio
import datetime as dt
from dataclasses import dataclass

from tasks.calendars import Window
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Json, Keyed, block, code, count, is_delayed, key_text, listed
from tasks.sources.wechat_http.spans import gather

TOTALS, ACCOUNT = "oa.article_total", "oa.biz_summary"


@dataclass(frozen=True)
class Article:
    """One article that the totals of its publish day told of."""

    article_id: str
    """msg_data_id _ index from 1."""
    publish_type: int | None
    """0 notified, 1 not notified, 2 undocumented."""


@dataclass(frozen=True)
class Published:
    """The articles of one publish day."""

    articles: tuple[Article, ...]
    delayed: bool
    """The platform may add to them."""


class Calls:
    """One Official Account's calls, before any interface.

    Args:
        http: the account's calls.
        keyed: plain id → keyed hash, to tell known followers from new ones.
    """

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed
        self._published: dict[dt.date, Published] = {}
        self._totals: dict[dt.date, tuple[RawResponse, Json]] = {}
        self._one_at_a_time: dict[dt.date, asyncio.Lock] = {}

    async def datacube(self, endpoint: str, window: Window) -> Fetch:
        """One of the daily statistics, in pieces of its span."""

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            raw, data = await self._statistics(endpoint, part)
            return [raw], is_delayed(data)

        span = self._http.endpoints[endpoint].span_days
        return await gather(self._http, ((part, ask) for part in window.split(span)))

    async def totals_of(self, day: dt.date) -> tuple[RawResponse, Json]:
        """The article totals of a publish day, asked for once however many want to know the articles.

        The answer is given out, and so held in memory, only once.
        """
        async with self._one_at_a_time.setdefault(day, asyncio.Lock()):
            if day not in self._totals:
                await self._ask_totals(day)
            return self._totals.pop(day)

    async def published_on(self, day: dt.date) -> Published:
        """The articles of a publish day.

        Raises:
            OpsError: the totals could not be read.
        """
        async with self._one_at_a_time.setdefault(day, asyncio.Lock()):
            if day not in self._published:
                await self._ask_totals(day)
            return self._published[day]

    async def sent_nothing(self, day: dt.date) -> bool:
        """Whether the account's own figures say that nothing was published on a day; an unknown day is no."""
        _, data = await self._statistics(ACCOUNT, Window.of_day(day))
        told = [block(row.get("detail"), "body.list.detail") for row in listed(data, "list")]
        return [count(detail, "send_page_count", "body.list.detail") for detail in told] == [0]

    async def _ask_totals(self, day: dt.date) -> None:
        raw, data = await self._statistics(TOTALS, Window.of_day(day))
        articles = [
            Article(key_text(row, "msgid", f"body.list[{index}]"), code(row, "publish_type", "body.list"))
            for index, row in enumerate(listed(data, "list"))
        ]
        # An article that the platform repeats is asked about once.
        self._published[day] = Published(tuple(dict.fromkeys(articles)), is_delayed(data))
        self._totals[day] = raw, data

    async def _statistics(self, endpoint: str, part: Window) -> tuple[RawResponse, Json]:
        body = {"begin_date": str(part.start), "end_date": str(part.last)}
        return await self._http.call(endpoint, day=part.start, last=part.last, body=body)
