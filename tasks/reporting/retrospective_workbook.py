"""The week as a workbook: one sheet per table.

Titles come from outside: every text is written as text, so a title that begins with ``=`` stays a title.
"""

import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from tasks.calendars import SHANGHAI
from tasks.records import AGES, LABELS, Aged, Retrospective
from tasks.reporting import content_words as words
from tasks.reporting.content_words import member, said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
HEADER = {"bold": True, "bg_color": "#EEF0F3", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
WIDTHS = {"text": 18, "date": 12}
"""Characters; figures take 12."""
WIDE = ("标题", "Title", "理由", "Why", "出处", "Where")
LONGEST = 32_000
"""Characters of a cell as Excel counts them, an emoji for two or more; it takes 32,767."""
FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Sheet:
    """One table: its columns as (header, kind of :data:`FORMATS`), its rows in that order."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[Any]]


def workbook(story: Retrospective, language: str) -> bytes:
    """The week's tables as an XLSX file, one sheet each, headers frozen, filters on."""
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
        for sheet in sheets(story, language):
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for place, (title, kind) in enumerate(sheet.columns):
                page.write_string(0, place, title, header)
                page.set_column(place, place, 40 if title in WIDE else WIDTHS.get(kind, 12))
            rows = list(sheet.rows)
            for line, row in enumerate(rows, start=1):
                for place, (value, (_, kind)) in enumerate(zip(row, sheet.columns, strict=True)):
                    _write(page, line, place, value, kind, formats[kind])
            page.autofilter(0, 0, max(len(rows), 1), len(sheet.columns) - 1)
    return target.getvalue()


def sheets(story: Retrospective, language: str) -> list[Sheet]:
    """Every table of the week, the verdicts first."""
    en = language == "en"

    def head(*columns: tuple[str, str, str]) -> list[tuple[str, str]]:
        return [(english if en else chinese, kind) for chinese, english, kind in columns]

    return [
        Sheet(
            "Verdicts" if en else "保留停止再测",
            head(
                ("结论", "Call", "text"), ("账号", "Account", "text"), ("标签", "Label", "text"),
                ("取值", "Member", "text"), ("理由", "Why", "text"), ("篇数", "Posts", "count"),
                ("阅读人数", "Readers", "count"), ("典型比率", "Typical rate", "share"), ("下限", "Low", "share"),
                ("上限", "High", "share"), ("基线", "Baseline", "share"),
                ("每篇多（少）几人次", "Won or lost a post", "number"), ("还需几篇", "More posts", "count"),
            ),
            (
                (
                    said(words.CALLS, v.call, language), story.accounts.get(v.account_id, v.account_id),
                    said(words.LABELS, v.dimension, language), member(v.dimension, v.member, language),
                    said(words.REASONS, v.reason, language), v.posts, v.readers, v.rate, v.low, v.high, v.baseline,
                    v.effect, v.more_posts,
                )
                for v in story.verdicts
            ),
        ),
        Sheet(
            "Items" if en else "内容明细",
            head(
                ("标题", "Title", "text"), ("渠道", "Channel", "text"), ("账号", "Account", "text"),
                ("发布日期", "Published", "date"),
                *((*words.LABELS[label], "text") for label in LABELS),
                *(
                    (f"第 {age} 天{zh}", f"Day {age} {name}", kind)
                    for age in AGES
                    for zh, name, kind in AGED
                ),
                ("链接", "Address", "text"),
            ),
            (
                (
                    item.title, said(words.CHANNELS, item.channel, language),
                    story.accounts.get(item.account_id, item.account_id), item.publish_date,
                    *(member(label, item.labels.get(label, ""), language) for label in LABELS),
                    *(value for age in AGES for value in _aged(item.at(age))),
                    item.url,
                )
                for item in story.items
            ),
        ),
        Sheet(
            "Lifts" if en else "有效特征",
            head(
                ("账号", "Account", "text"), ("标签", "Label", "text"), ("取值", "Member", "text"),
                ("倍数", "Factor", "factor"), ("下限", "Low", "factor"), ("上限", "High", "factor"),
                ("篇数", "Posts", "count"),
            ),
            (
                (
                    story.accounts.get(x.account_id, x.account_id), said(words.LABELS, x.dimension, language),
                    member(x.dimension, x.member, language), x.factor, x.low, x.high, x.posts,
                )
                for x in story.lifts
            ),
        ),
        Sheet(
            "Mix" if en else "内容结构",
            head(
                ("结构", "Mix", "text"), ("部分", "Part", "text"), ("篇数", "Items", "count"), ("共", "Of", "count"),
                ("占比", "Share", "share"), ("计划", "Planned", "share"), ("容差", "Tolerance", "share"),
                ("等级", "Level", "text"),
            ),
            (
                (
                    said(words.MIXES, m.mix_id, language), _part(m.mix_id, m.member, language), m.items, m.total,
                    m.share, m.target, m.tolerance, said(words.LEVELS, m.level.value, language),
                )
                for m in story.mixes
            ),
        ),
        Sheet(
            "Funnel" if en else "漏斗",
            head(
                ("账号", "Account", "text"), ("内容类型", "Content type", "text"), ("环节", "Step", "text"),
                ("人次", "Count", "number"), ("转化率", "Rate", "share"), ("八周常态", "Usual", "share"),
                ("计划", "Planned", "share"), ("等级", "Level", "text"), ("少了多少单", "Orders lost", "number"),
                ("少了多少钱", "CNY lost", "cny"),
            ),
            (
                (
                    story.accounts.get(s.account_id, s.account_id),
                    member("matrix_type", s.content_type, language) if s.content_type else ("All" if en else "全部"),
                    said(words.STEPS, s.name, language), s.count, s.rate, s.usual, s.planned,
                    said(words.LEVELS, s.level.value, language), s.lost_orders, s.lost_cny,
                )
                for s in story.funnel
            ),
        ),
        Sheet(
            "Changes" if en else "变化原因",
            head(
                ("指标", "Rate", "text"), ("标签", "Label", "text"), ("取值", "Member", "text"),
                ("对比周", "Before", "share"), ("本周", "Now", "share"), ("结构变化", "Mix", "points"),
                ("自身变化", "Own", "points"),
            ),
            (
                (
                    said(words.RATES, x.metric_id, language),
                    said(words.LABELS, x.dimension, language) if x.dimension else "",
                    (story.accounts.get(x.member, x.member) if x.dimension == "account"
                     else member(x.dimension, x.member, language)) if x.dimension else ("All" if en else "整体"),
                    x.before, x.now, x.mix, x.within,
                )
                for x in story.shifts
            ),
        ),
        Sheet(
            "Communities" if en else "社群脉搏",
            head(
                ("指标", "Figure", "text"), ("本周", "Now", "number"), ("对比周", "Before", "number"),
                ("计划或上限", "Limit", "number"), ("等级", "Level", "text"),
            ),
            (
                (
                    said(words.PULSE, p.name, language), p.now, p.before, p.limit,
                    said(words.LEVELS, p.level.value, language),
                )
                for p in story.pulse
            ),
        ),
        Sheet(
            "Sends" if en else "群发代价",
            head(
                ("发送时间（北京）", "Sent at (Beijing)", "text"), ("话题", "Topic", "text"),
                ("营销", "Marketing", "text"), ("群数", "Groups", "count"),
                ("24 小时内退群", "Left within 24 h", "number"),
                ("平常退群", "Usually leave", "number"), ("代价", "Cost in members", "number"),
            ),
            (
                (
                    _moment(s.sent_at), s.topic, _yes(s.is_marketing, en), s.chats, s.exits, s.usual, s.cost,
                )
                for s in story.sends
            ),
        ),
        Sheet(
            "Slots" if en else "发布时段",
            head(
                ("星期", "Weekday", "text"), ("时", "Hour", "count"), ("篇数", "Posts", "count"),
                ("送达", "Delivered", "count"), ("打开人数", "Opened", "count"), ("阅读人数", "Readers", "count"),
                ("打开率", "Open rate", "share"),
            ),
            (
                (
                    WEEKDAYS[en][s.weekday - 1], s.hour, s.posts, s.delivered, s.session_readers, s.readers,
                    s.open_rate,
                )
                for s in story.slots
            ),
        ),
        Sheet(
            "Topics" if en else "选题",
            head(
                ("选题", "Topic", "text"), ("来源", "Source", "text"), ("次数", "Mentions", "count"),
                ("人数", "Persons", "count"), ("出处", "Where", "text"),
            ),
            (
                (t.topic, said(words.SOURCES, t.source, language), t.mentions, t.persons, t.reading)
                for t in story.topics
            ),
        ),
    ]  # fmt: skip


AGED = (
    ("送达", "delivered", "count"),
    ("阅读", "readers", "count"),
    ("互动", "interactions", "count"),
    ("分享", "sharers", "count"),
    ("完读率", "finished", "share"),
    ("阅读后关注", "followers won", "count"),
    ("进小程序", "Mini Program", "number"),
    ("订单", "orders", "number"),
)
WEEKDAYS = (
    ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
)


def _aged(aged: Aged | None) -> tuple[float | None, ...]:
    """Figures in the order of :data:`AGED`; an age not reached leaves its cells empty."""
    if aged is None or not aged.is_mature:
        return (None,) * len(AGED)
    return (
        aged.delivered,
        aged.readers,
        aged.interactions,
        aged.sharers,
        aged.finish_share,
        aged.followers_won,
        aged.mp_clicks,
        aged.orders,
    )


def _write(page: Any, line: int, place: int, value: Any, kind: str, form: Any) -> None:
    if value in (None, "") or (isinstance(value, float) and not math.isfinite(value)):
        page.write_blank(line, place, None, form)
    elif kind == "date":
        page.write_datetime(line, place, value, form)
    elif kind == "text":
        page.write_string(line, place, _cell(str(value)), form)
    else:
        page.write_number(line, place, value, form)


def _cell(text: str) -> str:
    """A text as a cell can hold it: no characters that XML forbids, and no more than Excel takes."""
    text = FORBIDDEN.sub("", text)
    return text.encode("utf-16-le", "ignore")[: 2 * LONGEST].decode("utf-16-le", "ignore")


def _part(mix_id: str, name: str, language: str) -> str:
    label = {
        "matrix": "matrix_type",
        "pyramid": "pyramid_layer",
        "originality": "is_original",
        "ugc": "origin",
    }
    return member(label.get(mix_id, ""), name, language)


def _yes(value: bool | None, en: bool) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if en else ("是" if value else "否")


def _moment(moment: Any) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
