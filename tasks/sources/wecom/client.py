# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking qyapi.weixin.qq.com about one corp (企业微信): staff, their customers, group chats and service desks.

Its temper: days are unix seconds of 00:00 Asia/Shanghai and windows are closed; figures asked for before the
morning are zeros with errcode 0; several userids in one question give one sum, so each is asked for alone; an
empty list may be error 84061.

    window -> staff with 客户联系 -> one call per member and 30 days -> Fetch(answers, troubles) -> parse.py

Lists of group chats are read in groups.py, service desks in service.py.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from typing import TypeAlias

from tasks.calendars import ONE_DAY, Window
from tasks.errors import OpsError, ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.codes import NO_CUSTOMER, STAFF_GONE, UNLICENSED
from tasks.sources.wechat_http.shapes import Json, Keyed, block, count, listed, texts
from tasks.sources.wechat_http.spans import Gathering, gather, pages, whole
from tasks.sources.wecom import groups, service
from tasks.sources.wecom.service import epoch

STAFF = "/cgi-bin/externalcontact/get_follow_user_list"
GROUP = 100
"""Userids in one question at most."""
CUSTOMER_PAGE = 100
OWNER_PAGE = 1000
WEEK = 7
NAMED = 10
"""Userids of one code that a note names at most."""
REMEDY = (
    "Add them to the app's visible range and give them the 客户联系 right and a licence (接口许可) in "
    "企业微信管理后台, or take them out of 客户联系"
)
AskMembers: TypeAlias = Callable[[list[str], Window], Awaitable[tuple[list[RawResponse], bool]]]


class Wecom:
    """One corp's interfaces, one method each. The staff list is read once."""

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed
        self._members: list[str] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def staff(self, endpoint: str, day: dt.date) -> list[str]:
        """Userids of all members who may have customers (客户联系), asked for once per run.

        Source: https://developer.work.weixin.qq.com/document/path/92571 (read 2026-11-22)
        """
        async with self._one_at_a_time:
            if self._members is None:
                await self._read_staff(endpoint, day)
        return self._members or []

    async def _read_staff(self, endpoint: str, day: dt.date) -> RawResponse:
        raw, data = await self._http.call(endpoint, STAFF, day=day)
        self._members = list(dict.fromkeys(texts(data, "follow_user")))
        return raw

    async def members(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Who may have customers as of now: the whole of which figures per member are parts.

        Source: https://developer.work.weixin.qq.com/document/path/92571 (read 2026-11-22)
        """

        async def read(_: Gathering) -> list[RawResponse]:
            async with self._one_at_a_time:
                return [await self._read_staff("wecom.members", window.last)]

        return await whole(window.last, read)

    async def tags(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every corp tag (企业标签) with its group, as of now; one answer holds them all.

        Source: https://developer.work.weixin.qq.com/document/path/92117 (read 2026-11-22)
        """

        async def read(_: Gathering) -> list[RawResponse]:
            body: Json = {"tag_id": [], "group_id": []}
            return [(await self._http.call("wecom.tags", day=window.last, body=body))[0]]

        return await whole(window.last, read)

    async def groups(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every group chat and who is in it now, read completely or not at all; one call per chat.

        Source: https://developer.work.weixin.qq.com/document/path/92120 and /92122 (read 2026-11-22)
        """
        return await groups.read(self._http, partial(self.staff, groups.ENDPOINT, window.last), window, known)

    async def kf_corp(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What customers asked of each service desk a day; at most 31 days a call, ready at 06:00.

        A corp without a desk has nothing to tell, which is no failure.

        Source: https://developer.work.weixin.qq.com/document/path/95492 (read 2026-11-22)
        """
        return await self._of_desks("wecom.kf_corp", window, with_servicers=False)

    async def kf_servicer(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """How all servicers of each desk together, and each of them, answered a day; ready at 06:00.

        Source: https://developer.work.weixin.qq.com/document/path/95490 (read 2026-11-22)
        """
        return await self._of_desks("wecom.kf_servicer", window, with_servicers=True)

    async def _of_desks(self, endpoint: str, window: Window, *, with_servicers: bool) -> Fetch:
        try:
            known = await service.desks(self._http, endpoint, window)
            asked: list[Json] = [{"open_kfid": desk} for desk in known]
            for desk in known if with_servicers else ():
                people = await service.servicers(self._http, endpoint, window, desk)
                asked += [{"open_kfid": desk, "servicer_userid": person} for person in people]
        except OpsError as error:
            gathering = Gathering()
            gathering.mark(window.days(), error)
            return gathering.fetch
        fetch, left_out = await service.statistics(self._http, endpoint, window, asked, known)
        fetch.notes += _note(left_out)
        return fetch

    async def behaviour(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """What each member did with customers, in chats, messages and persons a day; at most 30 days a call.

        ``reply_percentage`` is 0-100, ``avg_reply_time`` minutes; both mean nothing without a chat. Zeros
        at 02:32 were right figures at 08:00, so it is ready at 08:00 and asked for again for 3 days.

        Source: https://developer.work.weixin.qq.com/document/path/96358 (read 2026-11-22)
        """

        async def ask(members: list[str], part: Window) -> tuple[list[RawResponse], bool]:
            body = {"userid": members, "start_time": epoch(part.start), "end_time": epoch(part.last)}
            raw, _ = await self._http.call(
                "wecom.behaviour",
                day=part.start,
                last=part.last,
                body=body,
                allow=NO_CUSTOMER | STAFF_GONE,
            )
            return [raw], False

        return await self._per_member("wecom.behaviour", window, ask)

    async def group_day(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Groups, members and messages of each owner a day; at most 30 days a call, ready at 08:00.

        Totals are levels at the end of the day, the rest are flows. The answer does not name the owner, so
        each is asked for alone.

        Source: https://developer.work.weixin.qq.com/document/path/96359 (read 2026-11-22)
        """

        async def ask(members: list[str], part: Window) -> tuple[list[RawResponse], bool]:
            body = {
                "day_begin_time": epoch(part.start),
                "day_end_time": epoch(part.last),
                "owner_filter": {"userid_list": members},
            }
            raw, _ = await self._http.call(
                "wecom.group_day", day=part.start, last=part.last, body=body, allow=STAFF_GONE
            )
            return [raw], False

        return await self._per_member("wecom.group_day", window, ask)

    async def group_week(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Groups, members and messages of each owner in the 7 days that end on each day of the window.

        Persons are de-duplicated over the week by the platform, which sums of days are not.

        Source: https://developer.work.weixin.qq.com/document/path/96359 (read 2026-11-22)
        """

        async def ask(members: list[str], part: Window) -> tuple[list[RawResponse], bool]:
            answers: list[RawResponse] = []
            offset = 0
            while True:
                body = {
                    "day_begin_time": epoch(part.last - (WEEK - 1) * ONE_DAY),
                    "day_end_time": epoch(part.last),
                    "owner_filter": {"userid_list": members},
                    "offset": offset,
                    "limit": OWNER_PAGE,
                }
                raw, data = await self._http.call(
                    "wecom.group_week", day=part.last, body=body, allow=STAFF_GONE
                )
                answers.append(raw)
                total = count(data, "total", "body") or 0
                here = len(listed(data, "items", optional=True))
                if offset + here >= total:
                    return answers, False
                if here == 0:
                    raise ShortAnswer(
                        f"wecom.group_week: {offset} of {total} group owners came; ask again later"
                    )
                offset = count(data, "next_offset", "body") or offset + here

        return await self._per_member("wecom.group_week", window, ask, at_once=GROUP)

    async def customers(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Every customer of every member as of now; 100 customers a page, read completely or not at all.

        A customer of several members appears once for each. Members without a customer (84061) have none;
        those without a licence (701008) are left out with a note.

        Source: https://developer.work.weixin.qq.com/document/path/92994 (read 2026-11-22)
        """
        day = window.last

        left_out: dict[str, str] = {}

        async def read(gathering: Gathering) -> list[RawResponse]:
            members = await self.staff("wecom.customers", day)
            found = await self._http.each(_grouped(members, GROUP), of_members)
            gathering.fetch.notes += _note(left_out)
            return [raw for answers in found for raw in answers]

        async def of_members(some: list[str]) -> list[RawResponse]:
            async def page(cursor: str) -> tuple[RawResponse, Json]:
                body = {"userid_list": some, "cursor": cursor, "limit": CUSTOMER_PAGE}
                raw, data = await self._http.call(
                    "wecom.customers", day=day, body=body, allow=NO_CUSTOMER | {UNLICENSED}
                )
                failed = block(data.get("fail_info"), "body.fail_info")
                nobody = texts(failed, "unlicensed_userid_list", "body.fail_info")
                left_out.update(dict.fromkeys(some if raw.errcode == UNLICENSED else nobody, UNLICENSED))
                return raw, data

            return [raw for raw, _ in await pages(page)]

        return await whole(day, read)

    async def _per_member(self, endpoint: str, window: Window, ask: AskMembers, *, at_once: int = 1) -> Fetch:
        """The window in pieces of the endpoint's span, for every ``at_once`` members of the staff list.

        Members the platform tells nothing about are left out with one note; a question refused for one of many
        is halved until that one stands alone.
        """
        try:
            members = await self.staff(endpoint, window.start)
        except OpsError as error:
            gathering = Gathering()
            gathering.mark(window.days(), error)
            return gathering.fetch
        span = self._http.endpoints[endpoint].span_days
        parts = list(window.split(span))
        left_out: dict[str, str] = {}

        async def ask_those(some: list[str], part: Window) -> tuple[list[RawResponse], bool]:
            answers, late = await ask(some, part)
            refusal = next((raw.errcode for raw in answers if raw.errcode in STAFF_GONE), "")
            if not refusal:
                return answers, late
            half = len(some) // 2
            if not half or refusal == UNLICENSED:
                left_out.update(dict.fromkeys(some, refusal))
                return answers, late
            first, first_late = await ask_those(some[:half], part)
            second, second_late = await ask_those(some[half:], part)
            return first + second, first_late or second_late

        fetch = await gather(
            self._http,
            ((part, partial(ask_those, some)) for some in _grouped(members, at_once) for part in parts),
        )
        fetch.notes += _note(left_out)
        return fetch


def _note(left_out: Mapping[str, str]) -> list[str]:
    """One sentence about all staff left out of a question (userid → code); none when nobody was."""
    if not left_out:
        return []
    told = []
    for code in sorted(set(left_out.values())):
        names = sorted(name for name, theirs in left_out.items() if theirs == code)
        told.append(f"{code}: {', '.join(names[:NAMED])}{', …' if len(names) > NAMED else ''}")
    return [f"{len(left_out)} staff left out ({'; '.join(told)}). {REMEDY}."]


def _grouped(members: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(members), size):
        yield members[start : start + size]
