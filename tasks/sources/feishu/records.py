"""Records of a Bitable table, held against the template that its rows are for; pure.

    columns of the table -> Layout (which column is read from which field) -> cells of a record -> row, or why not

Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search (read 2026-11-22).
"""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tasks.errors import ConfigurationError
from tasks.settings import DOCUMENTS, HOME
from tasks.sources.feishu import fits
from tasks.sources.feishu.values import LINKS, Unreadable, plain
from tasks.sources.files.templates import Template, mapped, templates
from tasks.sources.wechat_http.shapes import Json, block, key_text

RECORD_ID = "record_id"
"""Stands for a column that every table has: the id of the record, where a template calls a column so."""
TEXT, DATE = 1, 5
SHOWN = 20
"""Letters of a cell that a note shows at most."""
NAMED = 5
"""Records that a note names at most."""


@lru_cache(maxsize=1)
def _templates() -> Mapping[str, Template]:
    return templates(tomllib.loads((HOME / DOCUMENTS["templates"]).read_text(encoding="utf-8")))


def template_of(endpoint: str) -> Template:
    """The template that the rows of ``feishu.<template>`` are for."""
    return _templates()[endpoint.removeprefix("feishu.")]


@dataclass(frozen=True)
class Layout:
    """Which field each column of a template is read from.

    Attributes:
        reads: column → name of the field.
        kinds: name of the field → its type.
    """

    template: Template
    reads: Mapping[str, str]
    kinds: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, template: Template, fields: Mapping[str, int], where: str) -> "Layout":
        """The layout of a table.

        Args:
            template: what its rows are for.
            fields: name and type of every field of the table.
            where: how a message calls the table.

        Raises:
            ConfigurationError: a field that the template needs is not there; the message says what to do.
        """
        known = {RECORD_ID: TEXT, **fields}
        names = list(known)
        reads = {column: names[place] for column, place in mapped(template, names).items()}
        links = {column: name for column, name in reads.items() if known[name] in LINKS}
        reads = {column: name for column, name in reads.items() if column not in links}
        lacking = [column.header for column in template.required if column.name not in reads]
        if lacking:
            raise ConfigurationError(
                f"{where}缺少必填列：{'、'.join(lacking)}。现有列：{'、'.join(fields) or '无'}。请在多维表格中新增"
                f"或改名；若列存在，请检查应用的高级权限 (columns missing: {', '.join(lacking)})"
            )
        notes = []
        if links:
            named = ", ".join(_in_brackets(name) for name in links.values())
            notes = [f"{len(links)} columns that only link to records ({named}) were not read."]
        return cls(template, reads, {name: known[name] for name in reads.values()}, tuple(notes))

    @property
    def asked(self) -> list[str]:
        """Names of the fields to ask for: what the template does not know may be private."""
        return [name for name in self.kinds if name != RECORD_ID]


@dataclass(frozen=True)
class Left:
    """A record that was left out, and why."""

    record_id: str
    reason: str


def kinds_in(template: Template, items: Iterable[Json]) -> dict[str, int]:
    """Types of fields as far as the records themselves tell, where nobody has listed the columns."""
    values: dict[str, Any] = {}
    for item in items:
        values = {**block(item.get("fields"), "fields"), **values}
    names = list(values)
    columns = {names[place]: template.columns[column] for column, place in mapped(template, names).items()}
    days = {name for name, column in columns.items() if column.type in {"date", "moment"}}
    return {
        name: DATE if name in days and type(value) in {int, float} else TEXT for name, value in values.items()
    }


def fitting(
    layout: Layout, items: Iterable[Json], now: dt.datetime, before: Iterable[str] = ()
) -> tuple[list[dict[str, Any]], list[Left]]:
    """Records that fit, as rows with their ``record_id``; and those left out.

    A record that comes twice counts once, and so do records that say the same in every column. Of records with one
    key that say different things the first stays.

    Args:
        layout: of the records' table.
        items: records, of one page or of all.
        now: the moment of asking.
        before: ids of records that were left out already.

    Raises:
        UnexpectedShape: one is no record.
    """
    known: dict[str, tuple[dict[str, str | None], dict[str, str]]] = {}
    out = set(before)
    for index, item in enumerate(items):
        record_id = key_text(item, RECORD_ID, f"body.data.items[{index}]")
        if record_id not in out:
            known.setdefault(record_id, _texts(layout, item, record_id, f"body.data.items[{index}]"))
    judged = fits.judged(layout.template, [texts for texts, _ in known.values()], now)
    rows: list[dict[str, Any]] = []
    left: list[Left] = []
    owners: dict[tuple[Any, ...], dict[str, Any]] = {}
    for (record_id, (texts, unreadable)), (values, problems) in zip(known.items(), judged, strict=True):
        wrong = next(iter({**problems, **unreadable}.items()), None)
        if wrong is not None:
            left.append(Left(record_id, _said(layout, *wrong, texts.get(wrong[0]))))
            continue
        first = owners.setdefault(tuple(values[name] for name in layout.template.key), values)
        if first is values:
            rows.append({**values, RECORD_ID: record_id})
        elif first != values:
            headers = "、".join(layout.template.columns[name].header for name in layout.template.key)
            left.append(Left(record_id, f"{headers}：与另一条记录相同，其他列不同"))
    return rows, left


def _texts(
    layout: Layout, item: Json, record_id: str, where: str
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Written cells by column, and the columns whose cell is of no known shape."""
    fields = block(item.get("fields"), f"{where}.fields")
    texts: dict[str, str | None] = {}
    unreadable: dict[str, str] = {}
    for name, source in layout.reads.items():
        column = layout.template.columns[name]
        if source == RECORD_ID and RECORD_ID not in fields:
            texts[name] = record_id
            continue
        try:
            cell = plain(fields.get(source), layout.kinds[source], link=name.endswith("_url"))
        except Unreadable as why:
            unreadable[name] = f"无法读取（{why}）"
        else:
            texts[name] = fits.written(column, cell)
    return texts, unreadable


def _said(layout: Layout, name: str, problem: str, words: str | None) -> str:
    shown = f"“{words if len(words) <= SHOWN else words[:SHOWN] + '…'}”" if words else ""
    return f"{layout.template.columns[name].header}{shown}：{problem}"


def note(left: Sequence[Left], total: int) -> str:
    """One sentence about all records left out of a table."""
    named = "; ".join(f"{one.record_id} {_in_brackets(one.reason)}" for one in left[:NAMED])
    more = "; …" if len(left) > NAMED else ""
    return f"{len(left)} of {total} records left out ({named}{more})."


def _in_brackets(words: str) -> str:
    """Words that may stand between brackets: their own are wide ones."""
    return words.replace("(", "（").replace(")", "）")
