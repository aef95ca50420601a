"""The week as a workbook: one sheet per table.

Titles come from outside: every text is written as text, so a title that begins with ``=`` stays a title.
Map: ``content`` (calls, items, mix, production, labels), ``week`` (funnel, changes, communities, times), ``meeting``.
"""

import io
import math
import re
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from tasks.records import Metric, Retrospective
from tasks.reporting.retrospective_workbook import content, meeting, week
from tasks.reporting.retrospective_workbook.sheet import FORMATS, Cell, Sheet

__all__ = ["LONGEST", "XLSX", "workbook"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = {"bold": True, "bg_color": "#EEF0F3", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
WIDTHS = {"text": 18, "date": 12}
"""Characters; figures take 12."""
WIDE = (
    "标题",
    "Title",
    "理由",
    "Why",
    "出处",
    "Where",
    "决策",
    "Decision",
    "行动",
    "Action",
    "依据",
    "Evidence",
)
LONGEST = 32_000
"""Characters of a cell as Excel counts them, an emoji for two or more; it takes 32,767."""
FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def workbook(story: Retrospective, metrics: Mapping[str, Metric], language: str) -> bytes:
    """The week's tables as an XLSX file, one sheet each, headers frozen, filters on.

    Args:
        story: what the week's review is made of.
        metrics: the catalogue by metric_id, for names and units of the plan's KPIs.
        language: ``zh-CN`` or ``en``.
    """
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        formats = {name: book.add_format(form) for name, form in FORMATS.items()}
        header = book.add_format(HEADER)
        for sheet in sheets(story, metrics, language):
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for place, (title, kind) in enumerate(sheet.columns):
                page.write_string(0, place, title, header)
                page.set_column(place, place, 40 if title in WIDE else WIDTHS.get(kind, 12))
            rows = list(sheet.rows)
            for line, row in enumerate(rows, start=1):
                for place, (value, (_, kind)) in enumerate(zip(row, sheet.columns, strict=True)):
                    cell = value if isinstance(value, Cell) else Cell(value, kind)
                    _write(page, line, place, cell, formats[cell.kind])
            page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)
    return target.getvalue()


def sheets(story: Retrospective, metrics: Mapping[str, Metric], language: str) -> list[Sheet]:
    """Every table of the week, the verdicts first."""
    return [
        content.verdicts(story, language),
        content.items(story, language),
        content.lifts(story, language),
        content.mixes(story, language),
        content.production(story, metrics, language),
        week.funnel(story, language),
        week.changes(story, language),
        week.communities(story, language),
        week.sends(story, language),
        week.slots(story, language),
        week.topics(story, language),
        meeting.reds(story, metrics, language),
        meeting.decisions(story, language),
        meeting.actions(story, metrics, language),
        meeting.planned(story, language),
        content.to_label(story, language),
    ]


def _write(page: Any, line: int, place: int, cell: Cell, form: Any) -> None:
    value = cell.value
    if value in (None, "") or (isinstance(value, float) and not math.isfinite(value)):
        page.write_blank(line, place, None, form)
    elif cell.kind == "date":
        page.write_datetime(line, place, value, form)
    elif cell.kind == "text":
        page.write_string(line, place, _text(str(value)), form)
    else:
        page.write_number(line, place, value, form)


def _text(text: str) -> str:
    """A text as a cell can hold it: no characters that XML forbids, and no more than Excel takes."""
    text = FORBIDDEN.sub("", text)
    return text.encode("utf-16-le", "ignore")[: 2 * LONGEST].decode("utf-16-le", "ignore")
