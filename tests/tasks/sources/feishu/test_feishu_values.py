"""Every shape in which Bitable tells a cell, against the official sample and shapes of the documentation."""

import datetime as dt

import pytest

from tasks.sources.feishu.values import Unreadable, plain

TEXT, NUMBER, DATE, CHECKBOX, PERSON, FORMULA = 1, 2, 5, 7, 11, 20
CREATED, CHANGED = 1001, 1002


def at(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("field", "kind", "value"),
    [
        ("多行文本", TEXT, "多行文本内容1@张三"),
        ("单选", 3, "选项1"),
        ("多选", 4, "选项1、选项2"),
        ("数字", NUMBER, 2323.2323),
        ("货币", NUMBER, 1),
        ("进度", NUMBER, 0.66),
        ("评分", NUMBER, 3),
        ("复选框", CHECKBOX, True),
        ("条码", TEXT, "123"),
        ("自动编号", 1005, "17"),
        ("超链接", 15, "飞书多维表格官网"),
        # 1690992000000 ms is midnight of 2023-08-03 in Shanghai.
        ("日期", DATE, at(2023, 8, 2, 16)),
        ("创建时间", CREATED, at(2023, 8, 3, 8, 6, 13)),
        ("最后更新时间", CHANGED, at(2023, 12, 13, 8, 13, 11)),
    ],
)
def test_the_official_sample_is_read_field_by_field(sample, field, kind, value):
    cells = sample("feishu.bitable.records.search.excerpt")["data"]["items"][0]["fields"]
    assert plain(cells[field], kind) == value


def test_of_a_hyperlink_the_address_is_read_where_an_address_is_wanted(sample):
    cells = sample("feishu.bitable.records.search.excerpt")["data"]["items"][0]["fields"]
    assert plain(cells["超链接"], 15, link=True) == "https://bitable.feishu.cn"
    inside_a_text = [
        {"text": "原文：", "type": "text"},
        {"text": "看这里", "link": "https://mp.weixin.qq.com/s/x", "type": "url"},
    ]
    assert plain(inside_a_text, TEXT, link=True) == "https://mp.weixin.qq.com/s/x"
    assert plain(inside_a_text, TEXT) == "原文：看这里"
    assert plain({"link": "https://x", "text": ""}, 15) == "https://x"


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ([{"id": "ou_1", "name": "黄泡泡", "en_name": "Amanda"}], PERSON, "黄泡泡"),
        ([{"id": "ou_1", "name": "黄泡泡"}, {"id": "ou_2", "name": "李四"}], PERSON, "黄泡泡、李四"),
        ({"type": 1, "value": [{"text": "✅ 正常", "type": "text"}]}, FORMULA, "✅ 正常"),
        ({"type": 2, "ui_type": "Number", "value": [6]}, FORMULA, 6),
        ({"type": 5, "value": [1675440000000]}, 19, at(2023, 2, 3, 16)),
        ({"type": 7, "value": [True]}, FORMULA, True),
        ({"type": 3, "value": ["进行中"]}, 19, "进行中"),
        ({"type": 2, "value": []}, FORMULA, None),
        ({"full_address": "北京市东长安街", "name": "天安门广场", "location": "116,39"}, 22, "天安门广场"),
        ([{"file_token": "J7", "name": "海报.png", "size": 9}], 17, "海报.png"),
        ("+8613100006666", 13, "+8613100006666"),
        ([{"text": " 两端有空格 ", "type": "text"}], TEXT, "两端有空格"),
        ([{"text": "半个\ud83d表情\0", "type": "text"}], TEXT, "半个?表情"),
        (0, NUMBER, 0),
        (False, CHECKBOX, False),
    ],
)
def test_every_other_documented_shape_has_its_plain_value(value, kind, wanted):
    assert plain(value, kind) == wanted


@pytest.mark.parametrize("kind", [TEXT, NUMBER, DATE, PERSON])
def test_an_absent_or_empty_cell_is_nothing(kind):
    assert plain(None, kind) is None
    assert plain([], kind) is None


def test_a_checkbox_that_was_never_ticked_is_absent_and_means_no():
    assert plain(None, CHECKBOX) is False


def test_milliseconds_are_a_date_only_in_a_field_of_dates():
    assert plain(1690992000000, NUMBER) == 1690992000000
    assert plain(1690992000000, DATE) == at(2023, 8, 2, 16)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"link_record_ids": ["recnVYsuqV"]}, 18),
        ({"a": 1}, TEXT),
        ([[1]], TEXT),
        (-5, DATE),
        (float("nan"), NUMBER),
        ([True, False], CHECKBOX),
    ],
)
def test_what_has_no_documented_shape_is_named_and_never_guessed(value, kind):
    with pytest.raises(Unreadable):
        plain(value, kind)
