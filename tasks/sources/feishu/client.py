# ruff: noqa: ARG002 - every method takes the same arguments, because JOBS calls them alike
"""Asking Feishu for the tables of a Bitable base (多维表格) that an account names.

Its temper: a table is told as it stands, in pages that may shift while somebody types; empty cells are absent, so
only the list of columns tells a renamed column from an empty one; calls side by side on one base block each other;
an app without advanced permissions is told of no record and no error.

    account.tables -> columns of the table -> template -> pages of records -> Fetch(pages, notes) -> parse.py
"""

import asyncio
import datetime as dt
import json
import re
from dataclasses import replace
from typing import NamedTuple

from tasks.calendars import Window
from tasks.errors import Busy, ConfigurationError, ShortAnswer
from tasks.records import Fetch, RawResponse
from tasks.sources.feishu import records
from tasks.sources.feishu.http import FeishuHttp
from tasks.sources.wechat_http.shapes import Json, Keyed, count, key_code, key_text, listed
from tasks.sources.wechat_http.spans import Gathering, pages, whole

PAGE = 500
FIELD_PAGE = 100
READINGS = 3
"""How often a table is read that somebody changes meanwhile."""
_ADDRESS = re.compile(r"(?:https?://[^/\s]+/base/)?(\w+)(?:/|\?(?:[^#]*&)?table=)(tbl\w+)(?:[&#].*)?")


class Place(NamedTuple):
    """Where a table is."""

    app_token: str
    table_id: str

    @property
    def path(self) -> str:
        """What its paths begin with."""
        return f"/open-apis/bitable/v1/apps/{self.app_token}/tables/{self.table_id}"


class Bitable:
    """One account's tables, one method each."""

    def __init__(self, http: FeishuHttp, keyed: Keyed) -> None:
        self._http = http
        self._keyed = keyed
        self._one_table_at_a_time = asyncio.Lock()

    async def content_register(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The content register (内容登记表) as it stands: what was made or is planned, and its labels."""
        return await self._whole("feishu.content_register", window.last)

    async def project_tasks(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The tasks of the project (项目任务) as they stand."""
        return await self._whole("feishu.project_tasks", window.last)

    async def budget(self, window: Window, known: frozenset[str] = frozenset()) -> Fetch:
        """The budget's lines (预算) as they stand; CNY."""
        return await self._whole("feishu.budget", window.last)

    def place(self, template: str) -> Place:
        """The table an account keeps for a template.

        Raises:
            ConfigurationError: it names none, or not as one is named.
        """
        account = self._http.account
        written = account.tables.get(template, "")
        if not written:
            raise ConfigurationError(
                f"飞书账号 {account.account_id} 未指定 {template} 对应的表：请在 deployments/accounts.toml 的 "
                f'[{account.account_id}.tables] 中写 {template} = "app_token/table_id"，或在该账号写 '
                f'skip = ["feishu.{template}"] ([{account.account_id}.tables] names no table for {template}; name one, '
                "or skip the endpoint)"
            )
        found = _ADDRESS.fullmatch(written.strip())
        if found is None:
            raise ConfigurationError(
                f"{account.account_id}.tables.{template} 应为 app_token/table_id 或多维表格的网址 "
                "(…feishu.cn/base/…?table=tbl…)；/wiki/ 开头的请先在浏览器中作为多维表格打开 "
                "(it is no 'app_token/table_id', nor the address of a table of a base)"
            )
        return Place(found[1], found[2])

    async def _whole(self, endpoint: str, day: dt.date) -> Fetch:
        """One table, read completely or not at all; what does not fit its template is left out with a note.

        Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search and
        https://open.feishu.cn/document/server-docs/docs/bitable-v1/app-table-field/list (read 2026-11-22)
        """
        template = records.template_of(endpoint)

        async def read(gathering: Gathering) -> list[RawResponse]:
            place = self.place(template.template_id)
            layout = records.Layout.of(
                template,
                await self._columns(endpoint, place, day),
                f"飞书表“{template.title}”（{place.table_id}）",
            )
            gathering.fetch.notes += layout.notes
            found = await self._records(endpoint, place, day, layout)
            items = [item for _, data in found for item in listed(data, "items", optional=True)]
            _, left = records.fitting(layout, items, found[0][0].fetched_at)
            if left:
                gathering.fetch.notes.append(records.note(left, len(items)))
            # Two records with one key may stand on different pages; each page is parsed for itself.
            return [_told(raw, {"left_out": [one.record_id for one in left]}) for raw, _ in found]

        async with self._one_table_at_a_time:
            return await whole(day, read)

    async def _columns(self, endpoint: str, place: Place, day: dt.date) -> dict[str, int]:
        """Name and type of every column of a table."""

        async def page(token: str) -> tuple[RawResponse, Json]:
            query = {"page_size": str(FIELD_PAGE), **({"page_token": token} if token else {})}
            return await self._http.call(endpoint, f"{place.path}/fields", day=day, query=query)

        found = await pages(page, more="has_more", cursor="page_token")
        items = [item for _, data in found for item in listed(data, "items", optional=True)]
        return {key_text(item, "field_name", "items"): key_code(item, "type", "items") for item in items}

    async def _records(
        self, endpoint: str, place: Place, day: dt.date, layout: records.Layout
    ) -> list[tuple[RawResponse, Json]]:
        """Every record of a table, in pages; read again when somebody changed it meanwhile.

        Raises:
            ShortAnswer: fewer records came than the platform counts, each time.
            Busy: the table changed at every reading.
        """

        async def page(token: str) -> tuple[RawResponse, Json]:
            query = {"page_size": str(PAGE), "user_id_type": "open_id"}
            return await self._http.call(
                endpoint,
                f"{place.path}/records/search",
                day=day,
                query={**query, **({"page_token": token} if token else {})},
                body={"field_names": layout.asked},
                beside={"kinds": dict(layout.kinds)},
            )

        came, total = 0, 0
        for _ in range(READINGS):
            found = await pages(page, more="has_more", cursor="page_token")
            items = [item for _, data in found for item in listed(data, "items", optional=True)]
            came = len({key_text(item, records.RECORD_ID, "items") for item in items})
            totals = [count(data, "total", "body.data") for _, data in found]
            total = totals[-1] if totals[-1] is not None else came
            if came == total:
                return found
        if came < total:
            raise ShortAnswer(f"{endpoint}: {came} of {total} records came; the list is not believed")
        raise Busy(f"{endpoint}: the table is being changed while it is read; asked again later")


def _told(raw: RawResponse, more: Json) -> RawResponse:
    """The answer with something added to the record of its request."""
    return replace(raw, request=json.dumps(json.loads(raw.request) | more, ensure_ascii=False))
