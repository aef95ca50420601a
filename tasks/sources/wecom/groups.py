"""Asking a corp which group chats (客户群) it has and who is in each of them now.

The platform never tells who left: leavers are only missing. So a chat that could not be read must not look as if
everybody had left it, and a short list not as if chats had been dissolved.

    list, page by page -> one call per chat, listed or known before -> Fetch(answers, notes) -> parse_groups.py

Source: https://developer.work.weixin.qq.com/document/path/92120 (list) and /92122 (one chat), read 2026-11-22.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from tasks.calendars import Window
from tasks.errors import BadRequest, ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.codes import CHAT_UNTOLD
from tasks.sources.wechat_http.shapes import Json, key_text, listed, request_of
from tasks.sources.wechat_http.spans import Gathering, pages, whole
from tasks.sources.wecom.parse_groups import LIST

ENDPOINT = "wecom.groups"
PAGE = 1000
OWNERS = 100
"""Owners in one question at most."""
REFUSING, FEW = 0.2, 2
"""Up to this share of the listed chats, or so many of a short list, may refuse while the others are believed."""
TOO_MANY = "81017"
"""More than 1,000 possible owners: they must be named."""


async def read(
    http: WechatHttp, staff: Callable[[], Awaitable[list[str]]], window: Window, known: Iterable[str]
) -> Fetch:
    """Every group chat and its members as of now, read completely or not at all.

    Args:
        http: the corp's connection.
        staff: tells the members who may own chats; only asked when there are over a thousand of them.
        window: its last day is the day of the answers.
        known: members believed present, as ``chat_id|member_key|stay``.

    A chat that is listed but refuses to tell its members keeps those it was known to have, with a note; one that is
    known but not listed is asked all the same and gone only when it refuses. Where many refuse, nothing is believed.
    """
    day = window.last

    async def everything(gathering: Gathering) -> list[RawResponse]:
        lists, chats = await _list(http, staff, day)
        unlisted = sorted({_chat_of(name) for name in known} - chats.keys())

        async def ask(chat_id: str) -> tuple[str, RawResponse]:
            body = {"chat_id": chat_id, "need_name": 0}
            raw, _ = await http.call(ENDPOINT, day=day, body=body, allow=CHAT_UNTOLD)
            return chat_id, raw

        asked = await http.each([*chats, *unlisted], ask)
        told = [(chat_id, raw) for chat_id, raw in asked if raw.errcode not in CHAT_UNTOLD]
        untold = {chat_id: raw for chat_id, raw in asked if raw.errcode in CHAT_UNTOLD and chat_id in chats}
        _hold(untold, len(chats))
        gathering.fetch.notes += _notes(untold.values(), sum(chat_id not in chats for chat_id, _ in told))
        return [*lists, *(raw for _, raw in told), *_believing(untold, known)]

    return await whole(day, everything)


async def _list(
    http: WechatHttp, staff: Callable[[], Awaitable[list[str]]], day: dt.date
) -> tuple[list[RawResponse], dict[str, None]]:
    """The pages of the list, and the chats in them in their order."""
    try:
        found = await _pages(http, day, [])
    except BadRequest as error:
        if error.code != TOO_MANY:
            raise
        owners = await staff()
        found = []
        for start in range(0, len(owners), OWNERS):
            found += await _pages(http, day, owners[start : start + OWNERS])
    chats = [
        key_text(chat, "chat_id", f"body.group_chat_list[{index}]")
        for _, data in found
        for index, chat in enumerate(listed(data, "group_chat_list", optional=True))
    ]
    return [raw for raw, _ in found], dict.fromkeys(chats)


async def _pages(http: WechatHttp, day: dt.date, owners: list[str]) -> list[tuple[RawResponse, Json]]:
    async def page(cursor: str) -> tuple[RawResponse, Json]:
        body: Json = {"status_filter": 0, "cursor": cursor, "limit": PAGE}
        if owners:
            body["owner_filter"] = {"userid_list": owners}
        return await http.call(ENDPOINT, LIST, day=day, body=body)

    return await pages(page)


def _hold(untold: Mapping[str, RawResponse], listed: int) -> None:
    """Hold the refusals against the list.

    Raises:
        ShortAnswer: so many chats refuse that it is the app which lacks a right, not the chats that are gone.
    """
    if untold and (len(untold) == listed or len(untold) > max(FEW, REFUSING * listed)):
        [(code, _)] = Counter(raw.errcode for raw in untold.values()).most_common(1)
        raise ShortAnswer(
            f"{ENDPOINT}: {len(untold)} of {listed} group chats refused to tell their members, mostly with {code}. "
            "Nothing was changed. See that their owners are in the app's visible range and have the 客户联系 right",
            code=code,
        )


def _believing(untold: Mapping[str, RawResponse], known: Iterable[str]) -> Iterator[RawResponse]:
    """Refusals that carry who was last known to be in the chat, so that they are still there after it."""
    members: dict[str, list[str]] = {chat_id: [] for chat_id in untold}
    for name in known if untold else ():
        if (chat_id := _chat_of(name)) in members:
            members[chat_id].append(name)
    for chat_id, raw in untold.items():
        request = request_of(raw) | {"believed": members[chat_id]}
        yield replace(raw, request=json.dumps(request, ensure_ascii=False))


def _notes(untold: Iterable[RawResponse], unlisted: int) -> Iterator[str]:
    """What a person should know about chats that were listed and did not answer, or the other way round."""
    codes = Counter(raw.errcode for raw in untold)
    if codes:
        told = ", ".join(f"{code}: {times}" for code, times in sorted(codes.items()))
        yield (
            f"{codes.total()} group chats without an answer ({told}): their members stay as they were last known, "
            "and the next run asks again."
        )
    if unlisted:
        yield f"{unlisted} group chats answered though the list left them out: they count."


def _chat_of(member: str) -> str:
    return member.partition("|")[0]
