import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tasks.alerts.judge import judge_series
from tasks.alerts.notes import details
from tasks.calendars import Window
from tasks.records import MetricValue

START = dt.date(2026, 1, 1)
USERS = {
    "unit": "persons",
    "baseline": 200_000,
    "checkpoints": [{"month": 12, "value": 3_000_000}],
    "end": {"month": 24, "value": 5_000_000},
}
"""Month 12 is 2027-01-01, day 365: 7 671 a day."""


def on(days):
    return START + dt.timedelta(days=days)


def rows(plan, numbers, first=None, language="zh-CN", **more):
    """The judgements of the days from ``first`` (else of the last one), of numbers from day 0 on."""
    values = {on(i): {"m": MetricValue("m", on(i), value=n)} for i, n in enumerate(numbers) if n is not None}
    end = len(numbers)
    window = Window(on(end - 1 if first is None else first), on(end))
    return judge_series(plan, values, [], {}, {}, window, language, **more)


def line(first, pace, days=101):
    return [first + pace * day for day in range(days)]


@pytest.fixture
def users(small):
    return small(kpi=USERS)


def test_at_this_pace_the_next_checkpoint_lands_late_and_says_so(users):
    # 6 000 a day from 200 000: 2 800 000 take 466.67 days, so day 467 = 2027-04-13, 102 days after day 365
    (row,) = rows(users, line(200_000, 6000))
    assert (row.next_date, row.next_value) == (dt.date(2027, 1, 1), 3_000_000)
    assert (row.projected_date, row.late_days) == (dt.date(2027, 4, 13), 102)
    assert row.forecast_low == pytest.approx(200_000 + 6000 * 365)
    assert row.forecast_high == pytest.approx(200_000 + 6000 * 365)
    assert row.reason.endswith("；按此速度，3,000,000 人将晚 102 天到达（预计 2027-04-13）")
    assert details(row, "persons", "zh-CN").endswith(
        "；按此速度，3,000,000 人将晚 102 天到达（预计 2027-04-13）"
        "；下个节点（2027-01-01）80% 区间 2,390,000 人 至 2,390,000 人"
    )
    (row,) = rows(users, line(200_000, 6000), language="en")
    assert row.reason.endswith("; at this pace 3,000,000 lands 102 days late (2027-04-13)")
    assert details(row, "persons", "en").endswith(
        "; at this pace 3,000,000 lands 102 days late (2027-04-13); 80 % range on 2027-01-01: 2,390,000 to 2,390,000"
    )


def test_a_number_that_stands_still_or_falls_never_gets_there(users):
    for pace in (0, -500):
        (row,) = rows(users, line(200_000, pace))
        assert (row.projected_date, row.late_days) == (None, None)
        assert row.forecast_high is not None
        assert row.reason.endswith("；按此速度到不了 3,000,000 人（应于 2027-01-01 达到）")
    (row,) = rows(users, line(200_000, -500), language="en")
    assert row.reason.endswith("; at this pace never 3,000,000 (due 2027-01-01)")


def test_a_green_number_keeps_its_landing_for_the_detail(users):
    # 10 000 a day: 280 days, 85 early
    (row,) = rows(users, line(200_000, 10_000))
    assert (row.projected_date, row.late_days) == (on(280), -85)
    assert "按此速度" not in row.reason
    assert "将提前 85 天到达（预计 2026-10-08）" in details(row, "persons", "zh-CN")


def test_a_checkpoint_reached_already_is_called_so(users):
    (row,) = rows(users, line(200_000, 40_000))
    assert (row.projected_date, row.late_days) == (on(100), 100 - 365)
    assert "；已达到下个节点 3,000,000 人（2027-01-01）" in details(row, "persons", "zh-CN")


def test_a_falling_number_lands_too(small):
    plan = small(kpi={"direction": "down", "baseline": 500, "end": {"month": 12, "value": 135}})
    # one a day is planned; half a day takes 730 days
    (row,) = rows(plan, line(500, -0.5))
    assert (row.projected_date, row.late_days) == (on(730), 365)
    (row,) = rows(plan, line(500, 0.5))
    assert (row.projected_date, row.forecast_low is None) == (None, False)


def test_a_milestone_before_the_next_checkpoint_is_the_next_point(small):
    milestone = {
        "id": "MS-1", "month": 6, "name_zh": "百万", "name_en": "A million", "owner": "operations",
        "aims": [{"metric": "m", "unit": "persons", "at_least": 1_000_000}],
    }  # fmt: skip
    kpi = {**USERS, "end": {"month": 36, "value": 5_000_000}}
    plan = small(kpi=kpi, brand={"population_scale": 0.01}, milestone=[milestone])
    (row,) = rows(plan, line(2000, 60))
    assert (row.next_date, row.next_value) == (dt.date(2026, 7, 1), 10_000), (
        "scaled like every count of persons"
    )
    later = rows(plan, line(2000, 60, 190))[-1]
    assert (later.next_date, later.next_value) == (dt.date(2027, 1, 1), 30_000)


def test_a_gate_lands_on_the_milestone_that_names_it(small):
    milestone = {
        "id": "MS-2", "month": 6, "name_zh": "快", "name_en": "Fast", "owner": "operations",
        "aims": [{"metric": "m", "unit": "minutes", "at_most": 7}],
    }  # fmt: skip
    plan = small(gate={"at_most": 10}, milestone=[milestone])
    (row,) = rows(plan, line(20, -0.05, 61))
    # 20 - 0.05 x 260 = 7; due on day 181
    assert (row.next_value, row.projected_date, row.late_days) == (7, on(260), 260 - 181)
    assert "按此速度" not in row.reason, "a gate is judged by its limit today"
    assert rows(small(gate={"at_most": 10}), line(20, -0.05, 61))[0].next_date is None


def test_too_little_history_tells_the_point_and_no_forecast(users):
    (row,) = rows(users, [None] * 80 + line(300_000, 100, 20))
    assert (row.next_value, row.forecast_low, row.forecast_high, row.projected_date) == (
        3_000_000,
        None,
        None,
        None,
    )
    assert "按此速度" not in row.reason
    assert "区间" not in details(row, "persons", "zh-CN")


def test_a_grey_day_foretells_nothing(users):
    (row,) = rows(users, [*line(200_000, 6000), None])
    assert (row.level.value, row.next_value, row.forecast_low) == ("grey", 3_000_000, None)


def test_after_the_last_checkpoint_there_is_no_next_point(users):
    (row,) = rows(users, line(200_000, 6000, 800))
    assert (row.next_date, row.next_value, row.forecast_low, row.late_days) == (None, None, None, None)


def test_the_range_is_no_number_that_cannot_be(small):
    rng = np.random.default_rng(1)
    plan = small(kpi={"unit": "share", "baseline": 0.5, "end": {"month": 12, "value": 0.99}})
    (row,) = rows(plan, np.clip(0.97 + rng.normal(0, 0.02, 101), 0, 1).tolist())
    assert row.forecast_high == 1
    down = small(kpi={"direction": "down", "baseline": 50, "end": {"month": 12, "value": 1}})
    (row,) = rows(down, [max(50 - 0.6 * day, 0) + rng.uniform(0, 3) for day in range(90)])
    assert row.forecast_low == 0


def test_the_plans_version_is_in_every_row(users):
    assert {row.plan_version for row in rows(users, line(200_000, 6000), first=90, plan_version="abc")} == {
        "abc"
    }


def test_many_days_at_once_foretell_as_one_after_the_other(users):
    rng = np.random.default_rng(2)
    numbers = (200_000 + np.cumsum(rng.normal(6000, 2000, 130))).tolist()
    numbers[70] = None
    together = rows(users, numbers, first=20)
    alone = [rows(users, numbers[: day + 1])[0] for day in range(20, 130)]
    assert sum(row.forecast_low is not None for row in together) == 130 - 27 - 1

    def foretold(row):
        return replace(row, since=START, changed="", level=row.raw_level, action="", due_date=None, reason="")

    assert [foretold(row) for row in together] == [foretold(row) for row in alone]


def test_leaving_the_forecast_out_changes_no_level(users):
    numbers = line(200_000, 6000)
    (told,), (untold,) = rows(users, numbers), rows(users, numbers, foretell=False)
    assert untold.forecast_low is None
    assert (told.level, told.lag) == (untold.level, untold.lag)
