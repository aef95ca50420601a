"""The list of missing labels comes back: filled in and imported, it labels the same items and doubles none."""

import asyncio
import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tasks.bring import Bring, Brought, Source
from tasks.connections import Connections, connect
from tasks.content.items import items
from tasks.progress import Progress
from tasks.records import ContentItem
from tasks.reporting.labels_to_fill import labels_to_fill
from tasks.sources.files.scratch import Scratch

DAY = dt.date(2026, 7, 20)
REGISTER = (
    "内容编号,标题,渠道,账号,内容类型,作者,立项日期,发布日期,成本,所属活动,发布时点,图文ID\n"
    "C-7,敏感肌如何看成分表,公众号,oa_main,垂直知识,李编辑,2026-07-16,2026-07-20,800,F-1,8,2247_1\n"
    "C-8,群里的晒单,社群,品牌社群,,王编辑,,2026-07-21,,,,\n"
)
TITLE = '=HYPERLINK("https://evil.example","点我"), 第二行 👩‍👩‍👧 \u202eRTL'
ARTICLE = {
    "account_id": "oa_main",
    "publish_date": DAY,
    "stat_date": DAY,
    "day_n": 1,
    "publish_type": 0,
    "readers": 90,
}


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        told = [
            ARTICLE | {"article_id": "2247_1", "title": "敏感肌如何看成分表"},
            ARTICLE | {"article_id": "2248_1", "title": TITLE},
        ]
        every = connections.lake.dataset("fct_oa_article_day").names
        connections.lake.replace(
            "fct_oa_article_day", [{name: row.get(name) for name in every} for row in told]
        )
        yield connections


@pytest.fixture
def bring(c: Connections, tmp_path: Path) -> Callable[[str, bytes], Brought]:
    def bringing(name: str, content: bytes) -> Brought:
        path = tmp_path / name
        path.write_bytes(content)
        with Scratch(memory_limit="200MB") as scratch:
            return asyncio.run(Bring(c, scratch, Source(name, str(path))).run(Progress("import", "", 4)))

    return bringing


def week(c: Connections) -> dict[str, ContentItem]:
    """Items by title, from the register as it is now."""
    c.lake.replace("fct_content_item", c.engine.query("marts/fct_content_item").to_pylist())
    found = c.engine.query(
        "retrospective/content_items", start_date=DAY, end_date=DAY + dt.timedelta(days=7)
    ).to_pylist()
    told = items(found, DAY + dt.timedelta(days=30))
    assert len(told) == len({item.title for item in told}), "no item stands there twice"
    return {item.title: item for item in told}


def filled(listed: bytes, **labels: str) -> bytes:
    """The list as a person would save it, with the same labels written into each row."""
    rows = list(csv.DictReader(io.StringIO(listed.decode("utf-8-sig"), newline="")))
    target = io.StringIO()
    writer = csv.DictWriter(target, rows[0].keys())
    writer.writeheader()
    writer.writerows(row | labels for row in rows)
    return target.getvalue().encode("utf-8-sig")


def test_filled_in_and_imported_the_list_labels_the_same_items_and_loses_nothing(
    c: Connections, bring: Callable[[str, bytes], Brought]
) -> None:
    bring("register.csv", REGISTER.encode())
    before = week(c)
    assert {(i.item_id, i.content_id, i.is_registered) for i in before.values()} == {
        ("2247_1", "C-7", True), ("2248_1", "", False), ("C-8", "C-8", True),
    }  # fmt: skip

    listed = labels_to_fill([*before.values()])
    done = bring("labels.csv", filled(listed, 内容类型="场景化", 金字塔层级="品牌价值", 模板="T-1"))
    assert done.imported is not None, done.refused
    assert (done.imported.added, done.imported.changed, done.imported.quarantined) == (1, 2, 0), done.faults

    after = week(c)
    new = {"matrix_type": "scenario", "pyramid_layer": "brand_values", "template": "T-1"}
    for title, item in before.items():
        expected = replace(
            item, labels=item.labels | new, is_registered=True, content_id=item.content_id or item.item_id
        )
        assert after[title] == expected
    known = after["敏感肌如何看成分表"]
    assert (known.labels["author"], known.labels["campaign"], known.production_days, known.cost_cny) == (
        "李编辑", "F-1", 4, 800.0,
    )  # fmt: skip

    again = bring("labels-again.csv", filled(labels_to_fill([*after.values()]), 模板="T-2"))
    assert again.imported is not None, again.refused
    assert (again.imported.added, again.imported.changed) == (0, 3)
    assert {item.labels["template"] for item in week(c).values()} == {"T-2"}


def test_what_was_planned_before_it_had_an_id_is_the_published_article_and_stays_one_item(
    c: Connections, bring: Callable[[str, bytes], Brought]
) -> None:
    header = "内容编号,标题,渠道,账号,内容类型,模板,发布日期\n"
    bring("plan.csv", f"{header}C-7,敏感肌如何看成分表,公众号,品牌服务号,垂直知识,,2026-07-20\n".encode())
    planned = week(c)["敏感肌如何看成分表"]
    assert (planned.item_id, planned.content_id, planned.account_id) == ("2247_1", "C-7", "oa_main")
    assert planned.labels == {"matrix_type": "vertical_knowledge"}
    assert planned.ages[0].readers == 90

    done = bring("labels.csv", filled(labels_to_fill([planned]), 模板="T-1"))
    assert done.imported is not None, done.refused
    assert (done.imported.added, done.imported.changed) == (0, 1)
    again = week(c)["敏感肌如何看成分表"]
    assert again == replace(planned, labels={"matrix_type": "vertical_knowledge", "template": "T-1"})


def test_the_list_is_recognised_as_a_register_without_being_told(
    c: Connections, bring: Callable[[str, bytes], Brought]
) -> None:
    done = bring("待补标签.csv", labels_to_fill([*week(c).values()]))
    assert done.imported is not None, done.refused
    assert done.imported.template == "content_register"


def test_two_rows_of_the_register_that_name_one_article_are_one_item(
    c: Connections, bring: Callable[[str, bytes], Brought]
) -> None:
    header = "内容编号,标题,渠道,模板,发布日期,图文ID\n"
    twice = "D-1,先登记的,公众号,T-1,2026-07-20,2247_1\nD-2,又登记的,公众号,T-2,2026-07-20,2247_1\n"
    plan = "D-3,还没发,公众号,T-3,2026-07-22,9999_1\nD-4,还没发,公众号,T-4,2026-07-22,9999_1\n"
    bring("register.csv", (header + twice + plan).encode())
    assert {(i.item_id, i.content_id, i.labels.get("template")) for i in week(c).values()} == {
        ("2247_1", "D-1", "T-1"), ("2248_1", "", None), ("9999_1", "D-3", "T-3"),
    }  # fmt: skip


def test_no_cell_is_a_formula_to_a_spreadsheet(c: Connections) -> None:
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted'", "\t=1", "\x00\r\n=1"]
    some = next(iter(week(c).values()))
    listed = labels_to_fill([replace(some, title=title) for title in titles])
    told = [row["标题"] for row in csv.DictReader(io.StringIO(listed.decode("utf-8-sig"), newline=""))]
    assert told == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "''quoted'", "'=1", "'=1"]
    assert listed.startswith(b"\xef\xbb\xbf"), "the mark without which Excel garbles Chinese"


def test_nothing_to_fill_is_a_header(c: Connections) -> None:
    assert labels_to_fill([]).decode("utf-8-sig").count("\r\n") == 1
