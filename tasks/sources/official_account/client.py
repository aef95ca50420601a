# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking api.weixin.qq.com about one Official Account (公众号, 服务号).

Its temper: figures of a day are ready after 08:00 of the next, answers with an empty list or ``is_delay``
before that, restates the last days, and refuses windows longer than documented with 61501.

    window -> pieces of span_days -> POST /datacube/… -> Fetch(answers, troubles) -> parse.py
"""

import datetime as dt

from tasks.calendars import Window
from tasks.errors import OpsError, ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.codes import UNKNOWN_PERSON
from tasks.sources.wechat_http.shapes import Json, Keyed, block, count, is_delayed, listed, texts
from tasks.sources.wechat_http.spans import Gathering, gather, hopeless, pages, whole

DETAILS = "/cgi-bin/user/info/batchget"
GROUP = 100
PAGE = 20
SMALLEST_ROSTER = 0.98
"""Part of the announced total that a roster must reach; people come and go while it is read."""


class OfficialAccount:
    """One Official Account's interfaces, one method each.

    Args:
        http: the account's calls.
        keyed: plain id → keyed hash, to tell known followers from new ones.
    """

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed

    async def user_summary(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """New and lost followers by channel, in persons a day; at most 7 days a call, ready at 08:00.

        One row per channel that had any; yesterday asked for alone may be empty and be filled later.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/user/api_getusersummary (read
        2026-11-22)
        """
        return await self._datacube("oa.user_summary", window)

    async def user_cumulate(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Followers at the end of each day, in persons; at most 7 days a call, ready at 08:00.

        The difference of two days is only roughly new minus lost followers.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/user/api_getusercumulate (read
        2026-11-22)
        """
        return await self._datacube("oa.user_cumulate", window)

    async def biz_summary(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Readers and reactions of the whole account, in persons a day; at most 30 days, ready at 08:00.

        Exists from 2025-11-01; ``is_delay`` marks provisional figures.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getbizsummary (read
        2026-11-22)
        """
        return await self._datacube("oa.biz_summary", window)

    async def article_read(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Readers of every article read that day by scene, in persons; 1 day a call, ready at 08:00.

        Scenes overlap: only 全部 is a total.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getarticleread (read
        2026-11-22)
        """
        return await self._datacube("oa.article_read", window)

    async def article_share(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Sharers of every article shared that day, in persons; 1 day a call, ready at 08:00.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getarticleshare (read
        2026-11-22)
        """
        return await self._datacube("oa.article_share", window)

    async def article_total(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What became of each article up to 30 days after its publish day; 1 publish day a call.

        Ready at 08:00. Cumulative per stat date, in persons, minutes, shares and fen: never to be summed
        over days.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/news/api_getarticletotaldetail
        (read 2026-11-22)
        """
        return await self._datacube("oa.article_total", window)

    async def publications(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Everything published without a broadcast, as of now; pages of 20, 100 calls a day.

        Broadcasts (群发) are not listed; ``total_count`` counts publications, not articles.

        Source: https://developers.weixin.qq.com/doc/service/api/public/api_freepublish_batchget (read
        2026-11-22)
        """

        async def read(_: Gathering) -> list[RawResponse]:
            answers: list[RawResponse] = []
            offset = 0
            while True:
                raw, data = await self._http.call(
                    "oa.publications",
                    day=window.last,
                    body={"offset": offset, "count": PAGE, "no_content": 1},
                )
                answers.append(raw)
                here = len(listed(data, "item", optional=True))
                offset += here
                total = count(data, "total_count", "body") or 0
                if here == 0 and offset < total:
                    raise ShortAnswer(
                        f"oa.publications: {offset} of {total} publications came; ask again later"
                    )
                if offset >= total:
                    return answers

        return await whole(window.last, read)

    async def followers(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Everybody who follows now, and the details of those not ``known``; 500 calls a day for the list.

        Openids in pages of 10,000, details 100 at a time. Without the whole list there are no answers; failed
        details are a note, and their people are asked about again by the next run, which does not know them.

        Source: https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_getfans and
        api_batchuserinfo (read 2026-11-22)
        """
        day = window.last

        async def page(next_openid: str) -> tuple[RawResponse, Json]:
            query = {"next_openid": next_openid} if next_openid else {}
            # The record must not tell who the last person of the page before was.
            shown = {"query": {"next_openid": self._keyed(next_openid)} if next_openid else {}, "body": None}
            raw, data = await self._http.call("oa.followers", day=day, query=query, shown=shown)
            if not _openids(data):
                data = {**data, "next_openid": ""}  # count 0 is how the list ends
            return raw, data

        async def read(gathering: Gathering) -> list[RawResponse]:
            roster = await pages(page, cursor="next_openid")
            openids = [openid for _, data in roster for openid in _openids(data)]
            total = count(roster[0][1], "total", "body") or 0
            if len(set(openids)) < total * SMALLEST_ROSTER:
                raise ShortAnswer(
                    f"oa.followers: {len(openids)} of {total} followers came; the list is not believed"
                )
            new = [openid for openid in openids if self._keyed(openid) not in known]
            details = await self._details(new, day)
            gathering.fetch.notes += details.notes
            return [raw for raw, _ in roster] + details.answers

        return await whole(day, read)

    async def _details(self, openids: list[str], day: dt.date) -> Fetch:
        """Who these followers are, as far as the platform tells; the rest is a note.

        The platform refuses a question for one foreign openid in it, so such a question is halved until that
        openid stands alone.
        """
        fetch = Fetch()
        without = 0
        why: OpsError | None = None

        async def ask(some: list[str]) -> None:
            nonlocal without, why
            if why is not None and hopeless(why):
                without += len(some)
                return
            body = {"user_list": [{"openid": openid, "lang": "zh_CN"} for openid in some]}
            shown: Json = {"query": {}, "body": {"user_list": len(some)}}
            try:
                raw, _ = await self._http.call("oa.followers", DETAILS, day=day, body=body, shown=shown)
                fetch.answers.append(raw)
            except OpsError as error:
                half = len(some) // 2
                if error.code == UNKNOWN_PERSON and half:
                    await ask(some[:half])
                    await ask(some[half:])
                    return
                without += len(some)
                why = error if why is None or not hopeless(why) else why

        await self._http.each((openids[i : i + GROUP] for i in range(0, len(openids), GROUP)), ask)
        if why is not None:
            fetch.notes.append(
                f"{without} followers without details ({why.code or type(why).__name__}): the list itself is "
                f"whole, and the next run asks about them again. {why}."
            )
        return fetch

    async def _datacube(self, endpoint: str, window: Window) -> Fetch:
        """One of the daily statistics, in pieces of its span."""

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            body = {"begin_date": str(part.start), "end_date": str(part.last)}
            raw, data = await self._http.call(endpoint, day=part.start, last=part.last, body=body)
            return [raw], is_delayed(data)

        span = self._http.endpoints[endpoint].span_days
        return await gather(self._http, ((part, ask) for part in window.split(span)))


def _openids(data: Json) -> list[str]:
    return texts(block(data.get("data"), "body.data"), "openid", "body.data")
