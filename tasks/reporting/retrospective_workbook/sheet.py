"""One sheet of the week's workbook: its columns, its rows, and the words that several sheets share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.records import Level, Metric, Retrospective
from tasks.reporting import content_words as words
from tasks.reporting.content_words import said

FORMATS = {
    "text": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "number": {"num_format": "#,##0.0", "valign": "top"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "points": {"num_format": "+0.00%;-0.00%;0.00%", "valign": "top"},
    "cny": {"num_format": "¥#,##0.00", "valign": "top"},
    "factor": {"num_format": "×0.00", "valign": "top"},
    "date": {"num_format": "yyyy-mm-dd", "valign": "top"},
}
COUNTED = frozenset({"persons", "times", "items"})
"""Units of metrics without decimals."""


@dataclass(frozen=True)
class Cell:
    """A value of another kind than its column: a column of figures holds rates beside counts."""

    value: Any
    kind: str


@dataclass(frozen=True)
class Sheet:
    """One table: its columns as (header, kind of :data:`FORMATS`), its rows in that order."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[Any]]


def sheet(
    language: str,
    name: tuple[str, str],
    columns: Sequence[tuple[str, str, str]],
    rows: Iterable[Sequence[Any]],
) -> Sheet:
    """A sheet in the reader's language.

    Args:
        language: ``zh-CN`` or ``en``.
        name: in Chinese, in English.
        columns: header in Chinese, in English, and kind of :data:`FORMATS`.
        rows: cells in the order of the columns.
    """
    en = language == "en"
    return Sheet(name[en], [(pair[en], kind) for *pair, kind in columns], rows)


def account(story: Retrospective, account_id: str) -> str:
    """An account's name; what has none is told as it is."""
    return story.accounts.get(account_id, account_id)


def level(one: Level, language: str) -> str:
    """A level in a word."""
    return said(words.LEVELS, one.value, language)


def yes(value: bool | None, language: str) -> str:
    """Yes or no; empty when nobody knows."""
    if value is None:
        return ""
    return ("yes" if value else "no") if language == "en" else ("是" if value else "否")


def metric_name(metric_id: str, metrics: Mapping[str, Metric], language: str) -> str:
    """A KPI's name; one the catalogue does not know is told by its id."""
    return metrics[metric_id].name(language) if metric_id in metrics else metric_id


def in_unit(value: float | None, metric: Metric | None) -> Cell:
    """A KPI's figure as its unit wants it shown."""
    unit = metric.unit if metric else ""
    kind = {"share": "share", "cny": "cny"}.get(unit, "count" if unit in COUNTED else "number")
    return Cell(value, kind)
