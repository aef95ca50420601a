# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one Official Account (公众号, 服务号).

Its temper: figures of a day are ready after 08:00 of the next, answers with an empty list or ``is_delay``
before that, restates the last days, and refuses windows longer than documented with 61501.

    window -> pieces of span_days -> POST /datacube/… -> Fetch(answers, troubles) -> parse.py
"""

from tasks.calendars import Window
from tasks.records import Fetch, RawResponse
from tasks.sources.official_account.comments import Comments
from tasks.sources.official_account.followers import Followers
from tasks.sources.official_account.messages import Messages
from tasks.sources.official_account.publications import Publications
from tasks.sources.official_account.tags import Tags
from tasks.sources.wechat_http.shapes import is_delayed
from tasks.sources.wechat_http.spans import gather


class OfficialAccount(Messages, Comments, Publications, Tags, Followers):
    """One Official Account's interfaces, one method each."""

    async def user_summary(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """New and lost followers by channel, in persons a day; at most 7 days a call, ready at 08:00.

        One row per channel that had any; yesterday asked for alone may be empty and be filled later.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/user/api_getusersummary (read
        2026-11-22)
        """
        return await self.datacube("oa.user_summary", window)

    async def user_cumulate(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Followers at the end of each day, in persons; at most 7 days a call, ready at 08:00.

        The difference of two days is only roughly new minus lost followers.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/user/api_getusercumulate (read
        2026-11-22)
        """
        return await self.datacube("oa.user_cumulate", window)

    async def biz_summary(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Readers and reactions of the whole account, in persons a day; at most 30 days, ready at 08:00.

        Exists from 2025-11-01; ``is_delay`` marks provisional figures.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getbizsummary (read
        2026-11-22)
        """
        return await self.datacube("oa.biz_summary", window)

    async def article_read(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Readers of every article read that day by scene, in persons; 1 day a call, ready at 08:00.

        Scenes overlap: only 全部 is a total.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getarticleread (read
        2026-11-22)
        """
        return await self.datacube("oa.article_read", window)

    async def article_share(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Sharers of every article shared that day, in persons; 1 day a call, ready at 08:00.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getarticleshare (read
        2026-11-22)
        """
        return await self.datacube("oa.article_share", window)

    async def article_total(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What became of each article up to 30 days after its publish day; 1 publish day a call.

        Ready at 08:00. Cumulative per stat date, in persons, minutes, shares and fen: never to be summed
        over days.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getarticletotaldetail
        (read 2026-11-22)
        """

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            raw, data = await self.totals_of(part.start)
            return [raw], is_delayed(data)

        return await gather(self._http, ((part, ask) for part in window.split(1)))
