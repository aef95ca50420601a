"""The week as a workbook: read back by another library, nothing lost, nothing a formula, nothing corrupt."""

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tasks.records import Aged, ContentItem, Retrospective
from tasks.reporting.retrospective_workbook import LONGEST, workbook
from tests.tasks.reporting.sample_week import EMPTY, ITEMS, WEEK

NAMES = {
    "zh-CN": [
        "保留停止再测", "内容明细", "有效特征", "内容结构", "漏斗", "变化原因", "社群脉搏", "群发代价", "发布时段",
        "选题",
    ],
    "en": [
        "Verdicts", "Items", "Lifts", "Mix", "Funnel", "Changes", "Communities", "Sends", "Slots", "Topics",
    ],
}  # fmt: skip


def tables(week: Retrospective, language: str = "zh-CN") -> dict[str, list[list[object]]]:
    """Rows of every sheet, as a reader that is not ours finds them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(week, language)))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def parts(content: bytes) -> dict[str, str]:
    """The XML inside, each part well formed."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        told = {
            name: file.read(name).decode() for name in file.namelist() if name.endswith((".xml", ".rels"))
        }
    for text in told.values():
        ElementTree.fromstring(text)  # noqa: S314 - written by ourselves
    return told


def titled(*titles: str) -> Retrospective:
    """A week of items with these titles, and a topic and a send of the same name."""
    every = tuple(replace(ITEMS[0], item_id=str(n), title=title) for n, title in enumerate(titles))
    return replace(
        WEEK,
        items=every,
        topics=tuple(replace(WEEK.topics[0], topic=title) for title in titles),
        sends=tuple(replace(WEEK.sends[0], topic=title) for title in titles),
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_each_table_is_a_sheet_of_its_own_in_the_readers_language(language: str) -> None:
    told = tables(WEEK, language)
    assert list(told) == NAMES[language]
    rows = {"Verdicts": 6, "Items": 5, "Lifts": 3, "Mix": 9, "Funnel": 8, "Changes": 7, "Communities": 5, "Sends": 3,
            "Slots": 5, "Topics": 6}  # fmt: skip
    assert [len(told[name]) - 1 for name in NAMES[language]] == [*rows.values()]
    for name, table in told.items():
        header = [str(cell) for cell in table[0]]
        assert all(header), name
        assert len(set(header)) == len(header), f"{name}: two columns are called the same"


def test_figures_are_numbers_and_dates_are_dates() -> None:
    head, first, *_ = tables(WEEK)["内容明细"]
    row = dict(zip(head, first, strict=True))
    assert row["标题"] == "夏天第一支防晒怎么选：三种肤质的清单"
    assert row["发布日期"] == dt.date(2026, 7, 20)
    assert (row["第 7 天送达"], row["第 7 天阅读"], row["第 7 天完读率"]) == (52_000, 5_900, 0.42)
    verdict = dict(zip(*tables(WEEK)["保留停止再测"][:2], strict=True))
    assert (verdict["结论"], verdict["取值"], verdict["典型比率"], verdict["每篇多（少）几人次"]) == (
        "停止", "好物清单", 0.031, -108.2,
    )  # fmt: skip


def test_an_age_that_is_not_reached_leaves_its_cells_empty_and_never_zero() -> None:
    head, *rows = tables(WEEK)["内容明细"]
    row = dict(zip(head, next(r for r in rows if r[0] == "周末快闪：到店即送小样"), strict=True))
    assert {row[name] for name in head if str(name).startswith("第 ")} == {""}


def test_the_header_is_frozen_and_numbers_carry_their_formats() -> None:
    told = parts(workbook(WEEK, "zh-CN"))
    sheets = {name: text for name, text in told.items() if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 10
    for name, text in sheets.items():
        assert re.search(r'<pane ySplit="1" topLeftCell="A2"[^>]*state="frozen"', text), name
        assert "<autoFilter" in text, name
    styles = told["xl/styles.xml"]
    assert {"0.0%", "#,##0.0", "¥#,##0.00", "yyyy-mm-dd", "×0.00"} <= set(
        re.findall(r'formatCode="([^"]*)"', styles)
    )
    cell_formats = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    ids = re.findall(r'<numFmt numFmtId="(\d+)" formatCode="0.0%"', styles)
    assert cell_formats is not None
    order = re.findall(r'<xf numFmtId="(\d+)"', cell_formats.group())
    percent = str(order.index(ids[0]))
    rate = re.search(r'<c r="H2" s="(\d+)"><v>0.031</v>', told["xl/worksheets/sheet1.xml"])
    assert rate is not None
    assert rate.group(1) == percent, "a rate is shown as a percentage"


@pytest.mark.parametrize(
    "title",
    [
        "=1+1",
        '=HYPERLINK("https://evil.example")',
        "+1",
        "-1",
        "@SUM(A1)",
        "https://x.example",
        "{=A1}",
        "007",
    ],
)
def test_a_title_that_looks_like_a_formula_or_a_link_stays_text(title: str) -> None:
    content = workbook(titled(title), "zh-CN")
    told = parts(content)
    assert not any("<f>" in text or "<f " in text for text in told.values())
    assert not any("relationships/hyperlink" in text for text in told.values())
    assert "xl/sharedStrings.xml" in told
    assert tables(titled(title))["内容明细"][1][0] == title


def test_a_week_without_anything_is_ten_headers() -> None:
    told = tables(EMPTY)
    assert list(told) == NAMES["zh-CN"]
    assert {len([row for row in table if any(row)]) for table in told.values()} == {1}
    parts(workbook(EMPTY, "en"))


def test_five_hundred_items_are_five_hundred_rows() -> None:
    told = tables(titled(*(f"第 {n} 篇" for n in range(500))))
    assert len(told["内容明细"]) == 501
    assert told["内容明细"][500][0] == "第 499 篇"


def test_a_figure_that_is_no_number_is_an_empty_cell() -> None:
    odd = replace(WEEK.verdicts[0], effect=float("nan"), high=float("inf"))
    row = dict(zip(*tables(replace(WEEK, verdicts=(odd,)))["保留停止再测"][:2], strict=True))
    assert (row["每篇多（少）几人次"], row["上限"], row["典型比率"]) == ("", "", 0.031)


@pytest.mark.parametrize("sign", ["字", "👩‍👩‍👧", "\x00字", "\uffff字"])
def test_a_cell_holds_no_more_than_excel_takes_as_excel_counts(sign: str) -> None:
    read = str(tables(titled(sign * 40_000))["内容明细"][1][0])
    assert LONGEST - 8 < len(read.encode("utf-16-le")) / 2 <= LONGEST
    assert re.search("[\x00\uffff]|_x", read) is None


MEAN = ("\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "_x0041_", "\u202eabc", "👩‍👩‍👧", "\r\n", "]]>", "<script>", "&#0;",
        "=cmd|' /C calc'!A0", "  ")  # fmt: skip
titles = st.lists(
    st.text(max_size=60) | st.sampled_from(MEAN).flatmap(lambda s: st.integers(1, 300).map(lambda n: s * n)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(titles)
def test_any_title_gives_a_workbook_that_opens_with_its_printable_characters(said: list[str]) -> None:
    week = titled(*said)
    parts(workbook(week, "zh-CN"))
    told = tables(week)["内容明细"]
    for title, row in zip(said, told[1:], strict=True):
        kept = "".join(char for char in str(row[0]) if char.isprintable())
        assert kept == "".join(char for char in title if char.isprintable())


@given(
    st.text(max_size=40),
    st.dictionaries(st.sampled_from(["template", "scene", "author"]), st.text(max_size=20)),
)
@settings(max_examples=15, deadline=None)
def test_any_label_and_account_gives_a_workbook_that_opens(account: str, labels: dict[str, str]) -> None:
    item = ContentItem(
        "1", "题", "oa", account, dt.date(2026, 7, 20), labels=labels, ages=(Aged(1, True, readers=1),)
    )
    parts(workbook(replace(WEEK, items=(item,), accounts={account: account}), "en"))
