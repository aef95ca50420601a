"""Records held against a template: which column is read from which field, and what does not fit."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from tasks.errors import ConfigurationError, UnexpectedShape
from tasks.sources.feishu import records
from tasks.sources.jobs import JOBS

REGISTER, BUDGET, TASKS = (
    records.template_of(f"feishu.{name}") for name in ("content_register", "budget", "project_tasks")
)
NOW = dt.datetime(2026, 7, 21, 1, tzinfo=dt.UTC)
FIELDS = {"内容编号": 1005, "标题": 1, "渠道": 3, "是否原创": 7, "发布日期": 5, "成本（元）": 2}
DAY = 1784505600000
"""2026-07-20 00:00 in Shanghai."""


def record(number, **cells):
    good = {"内容编号": str(number), "标题": [{"text": f"第{number}篇", "type": "text"}], "渠道": "公众号"}
    cells = {name: cell for name, cell in {**good, **cells}.items() if cell is not None}
    return {"record_id": f"rec{number}", "fields": cells}


def fitting(items, fields=FIELDS, template=REGISTER, **options):
    return records.fitting(records.Layout.of(template, fields, "表"), items, NOW, **options)


def test_fields_are_found_by_header_alias_or_english_name_and_only_those_are_asked_for():
    fields = {"编号": 1005, "Title": 1, "发布渠道": 3, "制作成本(元)": 2, "客户电话": 13, "is_original": 7}
    layout = records.Layout.of(REGISTER, fields, "表")
    assert dict(layout.reads) == {
        "content_id": "编号",
        "title": "Title",
        "channel": "发布渠道",
        "is_original": "is_original",
        "cost_cny": "制作成本(元)",
    }
    assert sorted(layout.asked) == ["Title", "is_original", "制作成本(元)", "发布渠道", "编号"]


def test_a_missing_column_is_named_with_what_is_there():
    with pytest.raises(ConfigurationError, match=r"表缺少必填列：标题、渠道。现有列：内容编号、题目（旧）"):
        records.Layout.of(REGISTER, {"内容编号": 1005, "题目（旧）": 1}, "表")


def test_a_column_in_another_unit_is_not_taken_for_money_in_yuan():
    both = records.Layout.of(REGISTER, {"成本（万元）": 2, **FIELDS}, "表")
    assert both.reads["cost_cny"] == "成本（元）"
    only = {name: kind for name, kind in FIELDS.items() if name != "成本（元）"} | {"成本（万元）": 2}
    assert "cost_cny" not in records.Layout.of(REGISTER, only, "表").reads


def test_a_column_that_only_links_to_records_is_left_with_a_note():
    fields = {"任务": 1, "状态": 3, "里程碑": 18}
    layout = records.Layout.of(TASKS, fields, "表")
    assert layout.reads == {"task_id": "record_id", "title": "任务", "status": "状态"}
    assert layout.notes == ("1 columns that only link to records (里程碑) were not read.",)


def test_a_table_of_tasks_without_numbers_goes_by_the_ids_of_its_records():
    item = {"record_id": "recA", "fields": {"任务": [{"text": "定稿"}], "状态": "已完成"}}
    rows, left = fitting([item], {"任务": 1, "状态": 3}, TASKS)
    assert left == []
    assert (rows[0]["task_id"], rows[0]["title"], rows[0]["status"]) == ("recA", "定稿", "done")


def test_a_good_record_becomes_a_row_in_the_datasets_types():
    item = record(1, 是否原创=True, 发布日期=DAY, **{"成本（元）": 800.5})
    [row], left = fitting([item])
    assert left == []
    assert row["record_id"] == "rec1"
    assert row["channel"] == "oa"
    assert row["is_original"] is True
    assert row["publish_date"] == dt.date(2026, 7, 20)
    assert row["cost_cny"] == Decimal("800.50")
    assert row["matrix_type"] is None


def test_an_unticked_checkbox_is_no_and_a_column_that_is_not_there_is_not_labelled():
    assert fitting([record(1)])[0][0]["is_original"] is False
    without = {name: kind for name, kind in FIELDS.items() if name != "是否原创"}
    assert fitting([record(1)], without)[0][0]["is_original"] is None


def test_a_yes_or_no_kept_as_a_select_is_read_by_its_words():
    fields = {**FIELDS, "是否原创": 3}
    rows, left = fitting([record(1, 是否原创="是"), record(2, 是否原创="否"), record(3)], fields)
    assert [row["is_original"] for row in rows] == [True, False, None]
    assert left == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"标题": None}, "标题：必填，但为空"),
        ({"标题": [{"text": "  ", "type": "text"}]}, "标题：必填，但为空"),
        ({"渠道": "抖音"}, "渠道“抖音”：应为其中之一：公众号 / 视频号 / 小程序 / 社群 / 朋友圈 / 其他"),
        ({"渠道": ["公众号", "视频号"]}, "渠道“公众号、视频号”：应为其中之一"),
        ({"发布日期": -1}, "发布日期：无法读取（-1 where a date"),
        ({"成本（元）": -5}, "成本“-5”：不应为负数"),
        ({"成本（元）": 1.23456}, "成本“1.23456”：不是金额"),
        ({"标题": {"link_record_ids": ["recX"]}}, "标题：无法读取（a value of the shape {link_record_ids}）"),
    ],
)
def test_a_record_that_does_not_fit_is_left_out_by_name_field_and_reason(cells, reason):
    rows, left = fitting([record(1), record(2, **cells), record(3)])
    assert [row["record_id"] for row in rows] == ["rec1", "rec3"]
    [one] = left
    assert one.record_id == "rec2"
    assert one.reason.startswith(reason)


def test_amounts_summed_by_a_formula_are_taken_to_the_fen():
    item = record(1, **{"成本（元）": {"type": 2, "value": [0.1 + 0.2]}})
    assert fitting([item])[0][0]["cost_cny"] == Decimal("0.30")


def test_a_record_that_comes_twice_counts_once_and_one_that_shares_a_key_is_left_out():
    again = {**record(7), "record_id": "recOther"}
    rows, left = fitting([record(1), record(1), record(7), again])
    assert [row["record_id"] for row in rows] == ["rec1", "rec7"], "and the same row again is no news"
    assert left == []
    other = {**record(7, 渠道="视频号"), "record_id": "recOther"}
    rows, left = fitting([record(7), other])
    assert [row["channel"] for row in rows] == ["oa"]
    assert [(one.record_id, one.reason) for one in left] == [
        ("recOther", "内容编号：与另一条记录相同，其他列不同")
    ]


def test_the_note_counts_all_and_names_five():
    left = [records.Left(f"rec{n}", "标题：(空)") for n in range(7)]
    said = records.note(left, 30)
    assert said.startswith("7 of 30 records left out (rec0 标题：（空）; rec1")
    assert "rec4" in said
    assert "rec5" not in said


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ({"周期": "2026-Q3"}, "2026-Q3"),
        ({"周期": [{"text": "2026-07"}]}, "2026-07"),
        ({"周期": {"type": 1, "value": [{"text": "2026"}]}}, "2026"),
        ({"周期": "第三季度"}, None),
        ({"计划金额": None}, None),
    ],
)
def test_a_budget_line_needs_a_period_as_people_agreed_to_write_it(cells, wanted):
    good = {"科目编号": "活动推广", "周期": "2026-Q3", "计划金额": 120000}
    fields = {"科目编号": 3, "周期": 1, "计划金额": 2}
    given = {name: cell for name, cell in {**good, **cells}.items() if cell is not None}
    rows, left = fitting([{"record_id": "rec1", "fields": given}], fields, BUDGET)
    assert [row["period"] for row in rows] == ([wanted] if wanted else [])
    assert len(left) == (not wanted)
    assert all(row["line_id"] == "campaigns" for row in rows)


def test_a_page_is_read_as_the_client_left_it(answer, keyed):
    body = {"code": 0, "data": {"items": [record(1), record(2), record(3, 渠道="抖音")], "total": 3}}
    page = answer("feishu.content_register", body)
    told = {"kinds": FIELDS, "left_out": ["rec2"], "path": "/x/records/search", "body": {}}
    page = replace(page, request=json.dumps(told))
    rows = JOBS["feishu.content_register"].parse(page, keyed).rows["land_content"]
    assert [(row["account_id"], row["content_id"], row["import_id"]) for row in rows] == [
        ("acct", "1", "feishu:rec1")
    ]


def test_the_list_of_columns_and_refusals_carry_no_rows(answer, keyed):
    parse = JOBS["feishu.budget"].parse
    fields = {"code": 0, "data": {"items": [{"field_name": "周期", "type": 1}]}}
    assert parse(answer("feishu.budget", fields, path="/a/fields"), keyed).rows == {}
    assert parse(answer("feishu.budget", {"code": 1254290, "msg": "TooManyRequest"}), keyed).rows == {}
    assert parse(answer("feishu.budget", {"code": 0, "data": {"total": 0}}), keyed).rows == {
        "land_budget_line": []
    }


def test_an_answer_without_the_columns_of_its_template_is_no_answer_to_it(answer, keyed):
    body = {"code": 0, "data": {"items": [{"record_id": "rec1", "fields": {"无关": "x"}}]}}
    with pytest.raises(UnexpectedShape, match="缺少必填列"):
        JOBS["feishu.budget"].parse(answer("feishu.budget", body), keyed)
