"""Asking who follows an Official Account: millions of openids, for which there are 500 calls a day.

pages of 10,000 to the announced total -> details of those not known, 100 a call -> Fetch -> parse.py
"""

import asyncio
import datetime as dt
from collections.abc import Set

import numpy as np

from tasks.calendars import Window
from tasks.errors import OpsError, ShortAnswer, UnexpectedShape
from tasks.records import Fetch, RawResponse
from tasks.sources.official_account.calls import Calls
from tasks.sources.official_account.tags import openids_of
from tasks.sources.wechat_http.codes import UNKNOWN_PERSON
from tasks.sources.wechat_http.shapes import Json, Keyed, count, text
from tasks.sources.wechat_http.spans import Gathering, Take, hopeless, whole

ENDPOINT = "oa.followers"
DETAILS = "/cgi-bin/user/info/batchget"
GROUP = 100
DETAILS_A_RUN = 500_000
"""Persons whose details one run asks for; the first runs of a large account leave the rest to the next ones."""
SMALLEST_ROSTER = 0.98
"""Part of the announced total that a roster must reach; people come and go while it is read."""


class Roster:
    """What the pages of the list said so far; of five million openids it holds eight bytes each.

    Args:
        keyed: plain id → our key.
        known: keys of persons whose details are known.
    """

    def __init__(self, keyed: Keyed, known: Set[str]) -> None:
        self._keyed = keyed
        self._known = known
        self._hashes: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        self.new: list[str] = []
        """Openids to ask about, at most :data:`DETAILS_A_RUN`."""
        self.waiting = 0
        """Persons without details who are not asked about this time."""
        self.total = 0
        self.listed = 0

    def add(self, openids: list[str], total: int) -> None:
        """One more page, and the total that it announced."""
        self.total = total
        self.listed += len(openids)
        self._hashes.append(np.fromiter(map(hash, openids), np.int64, len(openids)))
        by_key = {self._keyed(openid): openid for openid in openids}
        lacking = set(by_key) - self._known
        unknown = [openid for key, openid in by_key.items() if key in lacking]
        room = max(DETAILS_A_RUN - len(self.new), 0)
        self.new += unknown[:room]
        self.waiting += len(unknown[room:])

    @property
    def complete(self) -> bool:
        """True when as many came as were announced: the page after that would be empty, and cost a call."""
        return 0 < self.total <= self.listed

    def believe(self) -> None:
        """Hold what came against what was announced.

        Raises:
            ShortAnswer: too many are missing, or came twice.
        """
        hashes = np.sort(np.concatenate(self._hashes))
        came = len(hashes) - int((hashes[1:] == hashes[:-1]).sum())
        if came < self.total * SMALLEST_ROSTER:
            raise ShortAnswer(f"{ENDPOINT}: {came} of {self.total} followers came; the list is not believed")


class Followers(Calls):
    """The list of followers and who they are."""

    async def followers(
        self, window: Window, known: Set[str] = frozenset(), take: Take | None = None
    ) -> Fetch:
        """Everybody who follows now, and the details of those not ``known``; 500 calls a day for the list.

        Openids in pages of 10,000, details 100 at a time. Without the whole list nothing lands; one that was
        broken off before is gone on with. Failed details are a note, and their people are asked about again by the
        next run, which does not know them.

        Args:
            window: its last day is the day of the answers.
            known: keys of followers whose details need not be asked for.
            take: is given every answer as it comes; the fetch then holds none.

        Source: https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_getfans and
        api_batchuserinfo (read 2026-11-22)
        """
        day = window.last

        async def read(gathering: Gathering) -> list[RawResponse]:
            answers: list[RawResponse] = []

            async def keep(answer: RawResponse) -> None:
                answers.append(answer)

            give = take or keep
            roster = await self._roster(day, known, give)
            await asyncio.to_thread(roster.believe)
            await self._details(roster, day, give, gathering.fetch.notes)
            return answers

        return await whole(day, read)

    async def _roster(self, day: dt.date, known: Set[str], give: Take) -> Roster:
        roster = Roster(self._keyed, known)
        here = ""
        while True:
            query = {"next_openid": here} if here else {}
            # The record must not tell who the last person of the page before was.
            shown: Json = {"query": {"next_openid": self._keyed(here)} if here else {}, "body": None}
            raw, data = await self._http.call(ENDPOINT, day=day, query=query, shown=shown, resume=True)
            openids = openids_of(data)
            await asyncio.to_thread(roster.add, openids, count(data, "total", "body") or 0)
            await give(raw)
            after = text(data, "next_openid", "body") or ""
            if not openids or not after or roster.complete:
                return roster
            if after == here:
                raise UnexpectedShape(
                    f"{ENDPOINT}: more pages are promised, but next_openid does not lead on"
                )
            here = after

    async def _details(self, roster: Roster, day: dt.date, give: Take, notes: list[str]) -> None:
        """Who the new followers are, as far as the platform tells; the rest is a note.

        The platform refuses a question for one foreign openid in it, so such a question is halved until that
        openid stands alone.
        """
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
                raw, _ = await self._http.call(ENDPOINT, DETAILS, day=day, body=body, shown=shown)
                await give(raw)
            except OpsError as error:
                half = len(some) // 2
                if error.code == UNKNOWN_PERSON and half:
                    await ask(some[:half])
                    await ask(some[half:])
                    return
                without += len(some)
                why = error if why is None or not hopeless(why) else why

        new = roster.new
        await self._http.each((new[i : i + GROUP] for i in range(0, len(new), GROUP)), ask)
        if why is not None:
            notes.append(
                f"{without} followers without details ({why.code or type(why).__name__}): the list itself is "
                f"whole, and the next run asks about them again. {why}."
            )
        if roster.waiting:
            notes.append(
                f"{roster.waiting} followers without details (in batches): the list itself is whole, and each "
                f"run asks about {DETAILS_A_RUN}."
            )
