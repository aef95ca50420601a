# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking what an Official Account published without a broadcast: pages of 20, for which there are 100 calls a day.

A long list takes days, and moves meanwhile: what is published pushes the rest down, what is removed pulls it up.

pages, gone on with where a reading was broken off -> the head again -> Fetch -> parse.py
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.calendars import Window, business_date
from tasks.errors import ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.official_account.calls import Calls
from tasks.sources.wechat_http.shapes import body_of, count, key_text, listed
from tasks.sources.wechat_http.spans import Gathering, whole

ENDPOINT = "oa.publications"
PAGE = 20


@dataclass(frozen=True)
class Page:
    """One page of the list."""

    raw: RawResponse
    names: tuple[str, ...]
    """Ids of its publications, in their order."""
    total: int
    """Publications that it announced."""

    @property
    def day(self) -> dt.date:
        """When it was read."""
        return business_date(self.raw.fetched_at)


class Publications(Calls):
    """The list of what was published without a broadcast."""

    async def publications(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Everything published without a broadcast, as of now; pages of 20, 100 calls a day.

        Without the whole list nothing lands; one that was broken off before is gone on with. Broadcasts (群发) are not
        listed; ``total_count`` counts publications, not articles. Of a list that took days, what was removed
        meanwhile is still in it, and is gone from the next one.

        Source: https://developers.weixin.qq.com/doc/service/api/public/api_freepublish_batchget (read
        2026-11-22)
        """

        async def read(_: Gathering) -> list[RawResponse]:
            pages = await self._down(window.last)
            seen = {name for page in pages for name in page.names}
            if len(seen) < pages[-1].total or pages[0].day != pages[-1].day:
                pages += await self._head(window.last, seen)
            if len(seen) < pages[-1].total:  # the list lost entries
                raise ShortAnswer(
                    f"{ENDPOINT}: {len(seen)} of {pages[-1].total} publications came; ask again later"
                )
            return list(_each_once(pages))

        return await whole(window.last, read)

    async def _down(self, day: dt.date) -> list[Page]:
        """The list from its head to its end; at least one page."""
        pages: list[Page] = []
        seen: set[str] = set()
        offset = 0
        while True:
            here = await self._page(day, offset)
            found = [here]
            if pages and pages[-1].day != here.day:
                # What was removed since has pulled others up, over the edge of the page before.
                back = offset
                while back > 0 and not seen & set(found[-1].names):
                    back = max(back - PAGE, 0)
                    found.append(await self._page(day, back))
            # The page that leads on is the last one.
            pages += [*found[1:], here]
            seen.update(name for page in found for name in page.names)
            offset += len(set(here.names))
            if not here.names or offset >= here.total:
                return pages

    async def _head(self, day: dt.date, seen: set[str]) -> list[Page]:
        """What was published while the list was read, down to a page without anything new; ``seen`` grows."""
        pages: list[Page] = []
        offset = 0
        while True:
            here = await self._page(day, offset, resume=False)
            pages.append(here)
            if seen.issuperset(here.names):
                return pages
            seen.update(here.names)
            offset += len(set(here.names))

    async def _page(self, day: dt.date, offset: int, *, resume: bool = True) -> Page:
        body = {"offset": offset, "count": PAGE, "no_content": 1}
        raw, data = await self._http.call(ENDPOINT, day=day, body=body, resume=resume)
        names = [key_text(item, "article_id", "item") for item in listed(data, "item", optional=True)]
        return Page(raw, tuple(names), count(data, "total_count", "body") or 0)


def _each_once(pages: list[Page]) -> Iterator[RawResponse]:
    """The answers, with what was told of a publication before its last word left out."""
    last = {name: number for number, page in enumerate(pages) for name in page.names}
    for number, page in enumerate(pages):
        if all(last[name] == number for name in page.names):
            yield page.raw
            continue
        data = body_of(page.raw)
        told = zip(page.names, data["item"], strict=True)
        left = [item for name, item in told if last[name] == number]
        yield replace(page.raw, body=json.dumps(data | {"item": left}, ensure_ascii=False))
