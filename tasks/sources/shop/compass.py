"""Asking a compass (电商罗盘), of a shop or of a Channels account, about finished days.

Its temper: one day (``ds``, 20260725 as text) a call, T+1; no pages; what is not computed yet is "" or no list.

    window -> days -> POST /channels/ec/compass/… -> Fetch(answers, troubles) -> compass_parse.py

Source: https://developers.weixin.qq.com/doc/store/shop/guide/operation/analytics.md (read 2026-11-22)
"""

import itertools

from tasks.calendars import Window
from tasks.errors import OpsError
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import refused, text, texts
from tasks.sources.wechat_http.spans import Gathering, gather

AUTHORISED = "/channels/ec/compass/shop/finder/authorization/list/get"
NO_SUCH_FINDER = "10023001"


async def daily(http: WechatHttp, endpoint: str, window: Window) -> Fetch:
    """One answer a day of the window."""

    async def ask(part: Window) -> tuple[list[RawResponse], bool]:
        raw, _ = await http.call(endpoint, day=part.start, body={"ds": f"{part.start:%Y%m%d}"})
        return [raw], False

    return await gather(http, ((part, ask) for part in window.split(1)))


async def lives(http: WechatHttp, endpoint: str, window: Window) -> Fetch:
    """The lives of every authorised account, one account and day a call.

    An account whose authorisation has just ended is left out and told in a note.
    """
    gathering = Gathering()
    try:
        first, data = await http.call(endpoint, AUTHORISED, day=window.start, last=window.last, body={})
    except OpsError as error:
        gathering.mark(window.days(), error)
        return gathering.fetch
    gathering.fetch.answers.append(first)
    main = text(data, "main_finder_id", "body")
    finders = dict.fromkeys([*([main] if main else []), *texts(data, "authorized_finder_id_list")])
    unknown: set[str] = set()

    async def one(asked: tuple[Window, str]) -> None:
        day, finder_id = asked

        async def ask(part: Window) -> tuple[list[RawResponse], bool]:
            body = {"ds": f"{part.start:%Y%m%d}", "finder_id": finder_id}
            raw, _ = await http.call(endpoint, day=part.start, body=body, allow=frozenset({NO_SUCH_FINDER}))
            if refused(raw):
                unknown.add(finder_id)
                return [], False
            return [raw], False

        await gathering.piece(day, ask)

    await http.each(itertools.product(window.split(1), finders), one)
    if unknown:
        told = ", ".join(sorted(unknown))
        gathering.fetch.notes.append(
            f"{len(unknown)} Channels accounts left out ({NO_SUCH_FINDER}: {told}). The shop's compass does not "
            "know them any more; renew their authorisation in the shop's console, or leave it"
        )
    return gathering.fetch
