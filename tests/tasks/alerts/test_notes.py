import datetime as dt

import pytest

from tasks.alerts.notes import a_day, amount, details, gap
from tasks.records import MetricValue
from tests.tasks.alerts.one_day import judge

START = dt.date(2026, 1, 1)
HALF = dt.date(2027, 7, 3)
"""Day 548 of 1 096."""


@pytest.mark.parametrize(
    ("number", "unit", "zh", "en"),
    [
        (1_000_000, "persons", "1,000,000 人", "1,000,000"),
        (0.148, "share", "14.8 %", "14.8 %"),
        (500, "cny", "500.00 元", "CNY 500.00"),
        (5.25, "minutes", "5.2 分钟", "5.2 min"),
        (8, "ratio", "8.00", "8.00"),
        (50, "times", "50.0 次", "50.0"),
        (3, "items", "3 个", "3"),
        (7, "days", "7.0 天", "7.0 days"),
        (2, "hours", "2.0 小时", "2.0 h"),
        (2, "seconds", "2.0 秒", "2.0 s"),
    ],
)
def test_a_number_is_written_with_its_unit(number, unit, zh, en):
    assert amount(number, unit, "zh-CN") == zh
    assert amount(number, unit, "en") == en


@pytest.mark.parametrize(
    ("change", "unit", "zh", "en"),
    [
        (0.0164, "items", "+0.016 个", "+0.016"),
        (0.0055, "ratio", "+0.0055", "+0.0055"),
        (0.0013, "share", "+0.13 个百分点", "+0.13 points"),
        (-0.00009, "share", "-0.009 个百分点", "-0.009 points"),
        (5110.4, "persons", "+5,110 人", "+5,110"),
        (42.31, "times", "+42 次", "+42"),
        (-0.3832, "cny", "-0.38 元", "-0.38 CNY"),
        (0, "items", "0 个", "0"),
    ],
)
def test_what_is_needed_a_day_is_never_written_as_nothing(change, unit, zh, en):
    assert (a_day(change, unit, "zh-CN"), a_day(change, unit, "en")) == (zh, en)


def test_a_gap_is_cut_off_and_never_rounded_up_to_a_threshold():
    assert gap(0.0996) == "9.9 %"
    assert gap(0.1) == "10.0 %"
    assert gap(-0.2) == "20.0 %"


@pytest.fixture
def tell(small):
    plan = small(kpi={"unit": "share", "baseline": 0.08, "end": {"month": 36, "value": 0.25}})

    def build(number, language, day=HALF, **more):
        value = MetricValue("m", day, value=number, denominator=1e9, **more)
        return judge(plan, {"m": value}, day, [], {}, {}, language)[0]

    return build


def test_the_worked_example_in_both_languages(tell):
    row = tell(0.148, "zh-CN")
    assert row.reason == "落后计划 20.0 %（进度口径），按计划 109 天前就该到这个数"
    assert details(row, "share", "zh-CN") == (
        "计划 16.5 %，实际 14.8 %；进度口径 20.0 %，水平口径 10.3 %，百分点口径 10.0 %"
        "；到下一检查点每天需 +0.019 个百分点"
    )
    row = tell(0.148, "en")
    assert row.reason == "Behind the plan by 20.0 % (progress basis), a figure planned for 109 days ago"
    assert details(row, "share", "en") == (
        "Planned 16.5 %, actual 14.8 %; progress basis 20.0 %, level basis 10.3 %, points basis 10.0 %; "
        "+0.019 points a day until the next checkpoint"
    )


def test_ahead_on_plan_and_worse_than_the_start(tell):
    assert tell(0.182, "zh-CN").reason == "领先计划 20.0 %（进度口径）"
    assert tell(0.165, "zh-CN").reason == "与计划持平"
    assert tell(0.165, "en").reason == "On plan"
    worse = "Behind the plan by 111.7 % (progress basis), worse than at the start: more than 548 days late"
    assert tell(0.07, "en").reason == worse
    assert tell(0.07, "zh-CN").reason == "落后计划 111.7 %（进度口径），比起点还差，比计划晚 548 天以上"
    assert (tell(0.07, "en").slips_more, tell(0.148, "en").slips_more) == (True, False)


def test_details_of_a_grey_row_show_what_is_known(tell):
    row = tell(None, "zh-CN")
    assert details(row, "share", "zh-CN") == "计划 16.5 %，实际 —"


def test_the_metrics_own_note_is_passed_on(tell):
    row = tell(0.165, "zh-CN", status="approx", note="以粉丝数代替送达数")
    assert row.level.value == "green"
    assert row.reason == "与计划持平；以粉丝数代替送达数"


@pytest.mark.parametrize(
    ("gate", "number", "zh"),
    [
        ({"at_most": 5}, 6.2, "超过上限：要求不超过 5.0 分钟，实际 6.2 分钟，超出 24.0 %"),
        ({"at_most": 5}, 5, "没有超过上限：要求不超过 5.0 分钟，实际 5.0 分钟"),
        ({"at_least": 5}, 4, "未达底线：要求不低于 5.0 分钟，实际 4.0 分钟，差 20.0 %"),
        ({"at_least": 5}, 6, "达到底线：要求不低于 5.0 分钟，实际 6.0 分钟"),
    ],
)
def test_a_gate_says_its_limit(small, gate, number, zh):
    (row,) = judge(small(gate=gate), {"m": MetricValue("m", START, value=number)}, START, [], {}, {})
    assert row.reason == zh
    assert details(row, "minutes", "zh-CN").startswith("计划 5.0 分钟，实际 ")


def test_a_held_level_says_why_it_is_still_there(small):
    plan = small(gate={"at_most": 10})
    before = judge(plan, {"m": MetricValue("m", START, value=13)}, START, [], {}, {})
    day = dt.date(2026, 1, 2)
    (row,) = judge(plan, {"m": MetricValue("m", day, value=10)}, day, before, {}, {})
    assert row.level.value == "red"
    assert row.reason.endswith("；当日已好转为绿，尚待下次评估确认，暂记红")
