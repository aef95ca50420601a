# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking which tags an Official Account has given its followers, and who carries them."""

import datetime as dt

from tasks.calendars import Window
from tasks.errors import ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.official_account.calls import Calls
from tasks.sources.wechat_http.codes import NO_SUCH_TAG
from tasks.sources.wechat_http.shapes import Json, block, count, key_code, listed, texts
from tasks.sources.wechat_http.spans import Gathering, pages, whole

LIST = "/cgi-bin/tags/get"
SMALLEST_SHARE = 0.98
"""Part of a tag's announced followers that its list must reach."""
SLACK = 3
"""Followers who may have come or gone while the lists were read."""


class Tags(Calls):
    """Tags and their members; at most 100 tags an account and 20 a follower."""

    async def tags(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every tag with its number of followers, as of now.

        Source: https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettags (read 2026-11-22)
        """

        async def read(_: Gathering) -> list[RawResponse]:
            raw, data = await self._http.call("oa.tags", day=window.last)
            listed(data, "tags")
            return [raw]

        return await whole(window.last, read)

    async def tag_members(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Who carries each tag, as of now: the list of tags, then each tag's openids in pages of 10,000.

        All lists come whole or none does: half of one would look like people losing their tags.

        Source: https://developers.weixin.qq.com/doc/service/api/usermanage/tag/api_gettagfans (read 2026-11-22)
        """
        day = window.last

        async def members(tag: Json) -> list[RawResponse]:
            return await self._of_tag(
                key_code(tag, "id", "body.tags"), count(tag, "count", "body.tags") or 0, day
            )

        async def read(_: Gathering) -> list[RawResponse]:
            data = (await self._http.call("oa.tag_members", LIST, day=day))[1]
            tags = {key_code(tag, "id", "body.tags"): tag for tag in listed(data, "tags")}
            lists = await self._http.each(tags.values(), members)
            return [raw for answers in lists for raw in answers]

        return await whole(day, read)

    async def _of_tag(self, tag_id: int, announced: int, day: dt.date) -> list[RawResponse]:
        async def page(next_openid: str) -> tuple[RawResponse, Json]:
            body: Json = {"tagid": tag_id, "next_openid": next_openid}
            # The record must not tell who the last person of the page before was.
            keyed = self._keyed(next_openid) if next_openid else ""
            shown: Json = {"query": {}, "body": {"tagid": tag_id, "next_openid": keyed}}
            raw, data = await self._http.call(
                "oa.tag_members", day=day, body=body, shown=shown, allow=NO_SUCH_TAG
            )
            if not openids_of(data):
                data = {**data, "next_openid": ""}  # count 0 is how the list ends
            return raw, data

        answers = await pages(page, cursor="next_openid")
        if answers[-1][0].errcode in NO_SUCH_TAG:
            return []  # deleted since the list of tags was read
        found = {openid for _, data in answers for openid in openids_of(data)}
        if len(found) + SLACK < announced * SMALLEST_SHARE:
            raise ShortAnswer(
                f"oa.tag_members: {len(found)} of {announced} followers with tag {tag_id} came; the lists are not "
                "believed"
            )
        return [raw for raw, _ in answers]


def openids_of(data: Json) -> list[str]:
    """The openids of one page; the page after the last has no ``data``."""
    return texts(block(data.get("data"), "body.data"), "openid", "body.data")
