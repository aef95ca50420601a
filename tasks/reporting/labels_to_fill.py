"""The content whose labels are missing, as a file to fill in and import again.

An import replaces a register's row as a whole, so the list carries all that is known, not only what is missing.
Titles come from outside: what a spreadsheet would take for a formula is marked, and the importer takes the mark off.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence

from tasks.records import ContentItem
from tasks.reporting import content_words as words
from tasks.reporting.content_words import member, said

CSV = "text/csv"
TO_FILL = (
    "内容编号",
    "标题",
    "渠道",
    "账号",
    "内容类型",
    "金字塔层级",
    "是否原创",
    "来源",
    "模板",
    "场景",
    "形式",
    "发布时点",
    "所属活动",
    "立项日期",
    "发布日期",
    "作者",
    "成本",
    "内容链接",
    "图文ID",
)
"""Headers of the import template ``content_register``, whatever the reader's language."""
OUTSIDE = "无"
"""What the template calls content outside the matrix."""
RISKY = ("=", "+", "-", "@", "'")
"""What a spreadsheet takes for a formula at the beginning of a cell, and the mark itself."""
CONTROL = re.compile("[\x00-\x1f\x7f]+")


def labels_to_fill(items: Sequence[ContentItem]) -> bytes:
    """The items whose labels are missing, as a CSV in the shape of the import template ``content_register``."""
    target = io.StringIO()
    rows = csv.writer(target, lineterminator="\r\n")
    rows.writerow(TO_FILL)
    for item in items:
        rows.writerow(_harmless(text) for text in _cells(item))
    # Without the mark Excel takes Chinese for something else.
    return target.getvalue().encode("utf-8-sig", "ignore")


def _cells(item: ContentItem) -> tuple[str, ...]:
    def told(label: str) -> str:
        return member(label, item.labels[label], "zh-CN") if label in item.labels else ""

    matrix = OUTSIDE if item.labels.get("matrix_type") == "none" else told("matrix_type")
    began = None
    if item.production_days is not None:
        began = item.publish_date - dt.timedelta(days=item.production_days)
    return (
        # A row of its own id in the register is corrected; an item that stands in none gets its platform's id.
        item.content_id or item.item_id,
        item.title,
        said(words.CHANNELS, item.channel, "zh-CN"),
        item.account_id,
        matrix,
        told("pyramid_layer"),
        {"yes": "是", "no": "否"}.get(item.labels.get("is_original", ""), ""),
        told("origin"),
        told("template"),
        told("scene"),
        told("format"),
        "" if item.publish_hour is None else str(item.publish_hour),
        told("campaign"),
        "" if began is None else f"{began}",
        f"{item.publish_date}",
        told("author"),
        "" if item.cost_cny is None else f"{item.cost_cny:.2f}",
        item.url,
        item.item_id if item.channel in ("oa", "channels") and item.item_id != item.content_id else "",
    )


def _harmless(text: str) -> str:
    """A cell of one line that no spreadsheet takes for a formula; the importer takes the quote off again."""
    line = CONTROL.sub(" ", text).strip()
    return f"'{line}" if line.startswith(RISKY) else line
