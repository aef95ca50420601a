# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking what followers write to an Official Account, and how its own server takes the callbacks."""

from tasks.calendars import Window
from tasks.records import Fetch
from tasks.sources.official_account.calls import Calls


class Messages(Calls):
    """Statistics of messages and callbacks; a day on which nothing happened has no row, like one not computed."""

    async def messages(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Who wrote how much by kind of message, in persons and messages a day; at most 7 days a call.

        Ready at 08:00. A person who writes and sends a picture is in both kinds.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/message/api_getupstreammsg (read
        2026-11-22)
        """
        return await self.datacube("oa.messages", window)

    async def message_dist(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """How many persons wrote 1-5, 6-10 or more times a day; at most 15 days a call, ready at 08:00.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/message/api_getupstreammsgdist (read
        2026-11-22)
        """
        return await self.datacube("oa.message_dist", window)

    async def interface(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """Callbacks to the account's own server, failures and time taken (ms) a day; at most 30 days a call.

        Ready at 08:00. An account without a server of its own has none.

        Source: https://developers.weixin.qq.com/doc/service/api/wedata/interface/api_getinterfacesummary (read
        2026-11-22)
        """
        return await self.datacube("oa.interface", window)
