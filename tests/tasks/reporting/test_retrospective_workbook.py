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

from tasks.records import Aged, ContentItem, DecisionOutcome, Retrospective
from tasks.reporting.retrospective.words import words
from tasks.reporting.retrospective_workbook import LONGEST, workbook
from tests.tasks.reporting.sample_week import EMPTY, ITEMS, MEETING, METRICS, WEEK

NAMES = {
    "zh-CN": [
        "保留停止再测", "内容明细", "有效特征", "内容结构", "生产", "漏斗", "变化原因", "社群脉搏", "群发代价",
        "发布时段", "选题", "红橙指标", "决策", "行动", "下周计划", "待补标签",
    ],
    "en": [
        "Verdicts", "Items", "Lifts", "Mix", "Production", "Funnel", "Changes", "Communities", "Sends", "Slots",
        "Topics", "Reds", "Decisions", "Actions", "Next week", "Labels to fill in",
    ],
}  # fmt: skip


def tables(week: Retrospective, language: str = "zh-CN") -> dict[str, list[list[object]]]:
    """Rows of every sheet, as a reader that is not ours finds them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(week, METRICS, language)))
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
    rows = {"Verdicts": 6, "Items": 5, "Lifts": 3, "Mix": 9, "Production": 10, "Funnel": len(WEEK.funnel), "Changes": 7,
            "Communities": 5, "Sends": 3, "Slots": 5, "Topics": 6, "Reds": 2, "Decisions": 2, "Actions": 1,
            "Next week": 1, "Labels to fill in": 1}  # fmt: skip
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
    told = parts(workbook(WEEK, METRICS, "zh-CN"))
    sheets = {name: text for name, text in told.items() if name.startswith("xl/worksheets/sheet")}
    assert len(sheets) == 16
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
    for sheet, cell, value in ((1, "H2", "0.031"), (8, "B3", "0.21"), (8, "B4", "0.36"), (12, "D2", "0.148")):
        rate = re.search(rf'<c r="{cell}" s="(\d+)"><v>{value}</v>', told[f"xl/worksheets/sheet{sheet}.xml"])
        assert rate is not None, (sheet, cell)
        assert rate.group(1) == percent, "a rate is shown as a percentage"
    count = re.search(r'<c r="B2" s="(\d+)"><v>15.3</v>', told["xl/worksheets/sheet8.xml"])
    assert count is not None
    assert count.group(1) != percent, "messages a group are no share"


def test_a_members_row_of_a_change_leaves_the_wholes_rates_to_the_whole() -> None:
    head, *rows = tables(WEEK)["变化原因"]
    whole, first = (dict(zip(head, row, strict=True)) for row in rows[:2])
    assert (whole["取值"], whole["第几天"], whole["对比周"], whole["本周"], whole["结构变化"]) == (
        "整体", 3, 0.052, 0.0462, "",
    )  # fmt: skip
    assert (first["取值"], first["对比周"], first["本周"], first["结构变化"], first["自身变化"]) == (
        "好物清单", "", "", -0.0011, -0.0049,
    )  # fmt: skip


def test_an_item_carries_open_rate_drop_off_revenue_and_whether_delivered_is_approximate() -> None:
    approx = replace(ITEMS[0], ages=(replace(ITEMS[0].ages[0], is_delivered_approx=True), *ITEMS[0].ages[1:]))
    row = dict(zip(*tables(replace(WEEK, items=(approx,)))["内容明细"], strict=True))
    assert [row[f"第 7 天第 {n} 段离开"] for n in range(1, 6)] == [0.18, 0.12, 0.1, 0.08, 0.52]
    # 5,900 readers: four fifths of them opened the session, each is worth 0.40 CNY.
    assert (row["第 7 天打开人数"], row["第 7 天单篇打开率"], row["第 7 天营收"]) == (
        4_720,
        4_720 / 52_000,
        2_360,
    )
    assert (row["第 1 天送达为近似"], row["第 7 天送达为近似"]) == ("是", "否")


def test_a_send_names_its_account_and_whose_exits_were_counted() -> None:
    wide = replace(WEEK.sends[0], is_account_level=True, is_usual_of_all_days=True, others=2)
    head, *rows = tables(replace(WEEK, sends=(wide, WEEK.sends[1])))["群发代价"]
    told = [dict(zip(head, row, strict=True)) for row in rows]
    columns = ("账号", "退群统计范围", "平常含有群发的日子", "同日同群的其他消息")
    assert [tuple(row[name] for name in columns) for row in told] == [
        ("沐光企业微信", "该账号的全部群", "是", 2), ("沐光企业微信", "收到消息的群", "否", 0),
    ]  # fmt: skip


def test_the_meeting_next_weeks_plan_and_production_are_sheets() -> None:
    told = tables(WEEK)
    assert [row[:2] for row in told["红橙指标"][1:]] == [["打开率", "橙"], ["忠诚用户", "红"]]
    assert [(row[0], row[2], row[6]) for row in told["决策"][1:]] == [
        ("该复核的决策", "好物清单改为每周一篇", "待定"), ("本周的决策", "停发午后的推送", "对了"),
    ]  # fmt: skip
    assert told["行动"][1][:4] == ["逾期", "把两名编辑调到用户共创栏目", "打开率", "陈一鸣"]
    assert (told["下周计划"][1][0], told["下周计划"][1][2]) == (
        dt.date(2026, 7, 28),
        "七夕礼盒：写给自己的一封信",
    )
    assert told["生产"][-3:] == [
        ["原创内容篇数", 52, 50, "绿"], ["生产周期", 8.5, 7, "黄"], ["社群话题数", 3, 4, "橙"],
    ]  # fmt: skip
    assert told["待补标签"][1][0] == "A0004"
    assert told["待补标签"][1][5] == "金字塔层级、模板"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_last_weeks_decisions_and_this_weeks_are_called_as_on_the_page(language: str) -> None:
    wrong = replace(
        MEETING.decided[0],
        title="加发早间推送",
        decided_on=dt.date(2026, 7, 14),
        outcome=DecisionOutcome.wrong,
    )
    told = tables(replace(WEEK, meeting=replace(MEETING, decided_before=(wrong,))), language)
    page = words(language)
    assert [(row[0], row[2]) for row in told[NAMES[language][12]][1:]] == [
        (page["agenda_due"], "好物清单改为每周一篇"),
        (page["agenda_decided_before"], "加发早间推送"),
        (page["agenda_decided"], "停发午后的推送"),
    ]
    assert told[NAMES[language][12]][2][6] == {"zh-CN": "错了", "en": "wrong"}[language]


def test_labels_that_earlier_weeks_lack_are_on_the_list_to_fill_in() -> None:
    older = replace(ITEMS[0], item_id="A0100", publish_date=dt.date(2026, 7, 3), labels={})
    told = tables(replace(WEEK, month=(older, *ITEMS)))["待补标签"]
    assert [row[0] for row in told[1:]] == ["A0100", "A0004"]
    assert told[1][5] == "内容类型、金字塔层级、模板"


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
    content = workbook(titled(title), METRICS, "zh-CN")
    told = parts(content)
    assert not any("<f>" in text or "<f " in text for text in told.values())
    assert not any("relationships/hyperlink" in text for text in told.values())
    assert "xl/sharedStrings.xml" in told
    assert tables(titled(title))["内容明细"][1][0] == title


def test_a_week_without_anything_is_sixteen_headers() -> None:
    told = tables(EMPTY)
    assert list(told) == NAMES["zh-CN"]
    assert {len([row for row in table if any(row)]) for table in told.values()} == {1}
    parts(workbook(EMPTY, {}, "en"))


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
    parts(workbook(week, {}, "zh-CN"))
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
    book = workbook(replace(WEEK, items=(item,), accounts={account: account}), {}, "en")
    assert "xl/workbook.xml" in parts(book)
