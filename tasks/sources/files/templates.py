"""The import templates: what a file of each kind must hold, parsed from ``sql/catalogue/templates.toml``.

``templates(document)["events"].columns["event_at"].type`` is ``moment``. Feishu tables are read by the same templates.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from pydantic import Field, ValidationError

from tasks.errors import ConfigurationError
from tasks.records import Frozen, SourceKind

Type: TypeAlias = Literal[
    "text",
    "date",
    "moment",
    "integer",
    "number",
    "cny",
    "share",
    "minutes",
    "seconds",
    "yes_no",
    "person",
    "json",
]
UNITS = {
    "cny": ("元", "人民币", "rmb", "cny", "¥", "yuan"),
    "share": ("%", "占比"),
    "minutes": ("分钟", "min", "minutes"),
    "seconds": ("秒", "s", "sec", "seconds"),
    "integer": ("次", "人", "篇", "个", "件", "条", "单"),
}
"""Units a header may carry in brackets. Another one, say 万元 or 分, makes it a header that is not known."""
BRACKETED = re.compile(r"(.+)[(\[【](.+?)[)\]】]")
FILES = "files"
"""``account_id`` of rows that belong to the brand and to none of its accounts."""


class Column(Frozen):
    """One column of a template, named as the dataset names it."""

    name: str
    header: str
    aliases: tuple[str, ...] = ()
    type: Type
    unit: str = ""
    required: bool = False
    blank: bool = Field(default=False, description="required, but a cell of it may say nothing")
    choices: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="value to the labels that mean it; the first is shown"
    )
    open: bool = Field(default=False, description="other values than the choices are taken as they are")
    default: str = ""
    pattern: str = ""
    months: bool = Field(default=False, description="2026-07 is read as the first of July")
    future: bool = Field(default=False, description="may lie after today")
    signed: bool = Field(default=False, description="may be below zero")
    example: str = ""
    description: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        """Every header that means this column, as :func:`plain` writes it; the best one first."""
        return tuple(dict.fromkeys(plain(text) for text in (self.header, *self.aliases, self.name)))


class Template(Frozen):
    """One kind of file: where its rows land, what makes a row the same row, and its columns by name."""

    template_id: str
    title: str
    title_en: str
    dataset: str
    key: tuple[str, ...]
    date: str = Field(default="", description="moment whose Shanghai date becomes business_date")
    kind: SourceKind | None = Field(default=None, description="kind of account the rows belong to")
    landing: Literal["upsert"] = "upsert"
    snapshot: bool = Field(default=False, description="running totals, dated by the day they were taken")
    layout: Literal["table", "side_by_side"] = "table"
    stands_for: tuple[str, ...] = Field(default=(), description="endpoints whose missing days its rows tell")
    plan: tuple[str, ...] = ()
    description: str = ""
    columns: Mapping[str, Column]

    def called(self, language: str) -> str:
        """Its title in a language."""
        return self.title_en if language == "en" else self.title

    @property
    def required(self) -> tuple[Column, ...]:
        """Columns without which a file is refused."""
        return tuple(column for column in self.columns.values() if column.required)

    @property
    def persons(self) -> tuple[str, ...]:
        """Columns that hold ids of persons."""
        return tuple(name for name, column in self.columns.items() if column.type == "person")

    @property
    def has_example(self) -> bool:
        """True when people fill in our file of it: its example row, left in, is not data.

        What a console writes has no such row, and may well say the same.
        """
        return self.kind is None

    @property
    def is_dated(self) -> bool:
        """True when its rows have a business date."""
        return bool(self.date) or self.snapshot or "business_date" in self.columns


def templates(document: Mapping[str, Any]) -> dict[str, Template]:
    """Every template by id, from the parsed ``templates.toml``.

    Raises:
        ConfigurationError: an entry is malformed; the message names it.
    """
    found = {}
    for name, entry in document.items():
        try:
            columns = {key: Column(name=key, **given) for key, given in entry.get("columns", {}).items()}
            found[name] = Template(template_id=name, **{**entry, "columns": columns})
        except (ValidationError, TypeError) as error:
            raise ConfigurationError(f"templates.toml [{name}]: {error}") from None
    return found


@lru_cache(maxsize=8192)
def plain(text: str, kind: str = "") -> str:
    """A header or label without what people write differently: case, width, blanks, ``_`` and ``-``, a known unit."""
    text = unicodedata.normalize("NFKC", text).strip().lower().removeprefix("\ufeff")
    if kind and (found := BRACKETED.fullmatch(text)) and found[2].strip() in UNITS.get(kind, ()):
        text = found[1]
    return re.sub(r"[\s_\-*:]+", "", text)


def mapped(template: Template, headers: Iterable[str]) -> dict[str, int]:
    """Which position of ``headers`` each column of the template is read from.

    Where several headers mean a column, the one its template names first is taken; a header serves one column.
    """
    listed = list(headers)
    taken: dict[str, int] = {}
    for name, column in template.columns.items():
        ranks = {known: rank for rank, known in enumerate(column.known)}
        fits = [
            (ranks[said], place)
            for place, header in enumerate(listed)
            if (said := plain(header, column.type)) in ranks and place not in taken.values()
        ]
        if fits:
            taken[name] = min(fits)[1]
    return taken
