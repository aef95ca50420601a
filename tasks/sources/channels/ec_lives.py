"""One reading of an account's selling lives: the lists of each day, then every live by itself.

    window -> list of ids a day -> one call a live -> Fetch(lists and figures, late days, notes) -> parse.py

Source: https://developers.weixin.qq.com/doc/channels/API/livedashboard/getlivedata.html (read 2026-11-22)
"""

from tasks.calendars import Window, business_date
from tasks.records import Fetch, RawResponse
from tasks.sources.channels import parse
from tasks.sources.wechat_http.client import WechatHttp
from tasks.sources.wechat_http.shapes import Json, Keyed, listed, text
from tasks.sources.wechat_http.spans import Gathering, gather

ENDPOINT = "channels.ec_lives"
SETTLED_DAYS = 3
"""A selling live without figures is not ready so long; after that the platform has none."""


class SellingLives:
    """Made per question; remembers which lives were listed and what the platform kept to itself."""

    def __init__(self, http: WechatHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed
        self._days: dict[str, Window] = {}
        self._cut: list[str] = []
        self._silent: list[str] = []

    async def read(self, window: Window) -> Fetch:
        """Lists and figures; a live that fails or is not ready marks its day, and costs no other."""
        gathering = Gathering(await gather(self._http, ((day, self._list) for day in window.split(1))))

        async def figures(listed_on: tuple[str, Window]) -> None:
            export_id, day = listed_on

            async def ask(part: Window) -> tuple[list[RawResponse], bool]:
                return await self._figures(export_id, part)

            await gathering.piece(day, ask)

        await self._http.each(self._days.items(), figures)
        gathering.fetch.notes += self._notes()
        return gathering.fetch

    async def _list(self, part: Window) -> tuple[list[RawResponse], bool]:
        body: Json = {"ds": int(f"{part.start:%Y%m%d}")}
        raw, data = await self._http.call(ENDPOINT, day=part.start, body=body)
        for item in listed(data, "live_items", optional=True):
            export_id = text(item, "export_id", "body.live_items")
            if export_id:
                self._days.setdefault(export_id, part)
            else:
                self._silent.append(str(part))
        if data.get("has_more"):
            self._cut.append(str(part))
        return [raw], False

    async def _figures(self, export_id: str, part: Window) -> tuple[list[RawResponse], bool]:
        body: Json = {"export_id": export_id}
        raw, _ = await self._http.call(ENDPOINT, parse.LIVE_DATA, day=part.start, body=body)
        if parse.ec_lives(raw, self._keyed).rows["land_channels_ec_live"]:
            return [raw], False
        # Late rather than empty while it is fresh, so that an earlier good reading of the day is not replaced.
        fresh = (business_date(raw.fetched_at) - part.start).days <= SETTLED_DAYS
        if not fresh:
            self._silent.append(str(part))
        return [raw], fresh

    def _notes(self) -> list[str]:
        notes = []
        if self._cut:
            notes.append(
                f"{len(self._cut)} days with more lives than the platform lists ({_days(self._cut)}). "
                "It gives no way to the others; compare with 视频号助手"
            )
        if self._silent:
            notes.append(
                f"{len(self._silent)} selling lives without figures ({_days(self._silent)}). "
                "The platform lists them and tells nothing about them; compare with 视频号助手"
            )
        return notes


def _days(days: list[str]) -> str:
    return ", ".join(sorted(set(days)))
