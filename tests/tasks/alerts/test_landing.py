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
    (row,) = rows(users, line(200_000, 6000, 201))
    assert (row.next_date, row.next_value) == (dt.date(2027, 1, 1), 3_000_000)
    assert (row.projected_date, row.late_days) == (dt.date(2027, 4, 13), 102)
    assert row.forecast_low == pytest.approx(200_000 + 6000 * 365)
    assert row.forecast_high == pytest.approx(200_000 + 6000 * 365)
    assert row.reason.endswith("；按此速度，3,000,000 人将晚 102 天到达（预计 2027-04-13）")
    assert details(row, "persons", "zh-CN").endswith(
        "；按此速度，3,000,000 人将晚 102 天到达（预计 2027-04-13）"
        "；下个节点（2027-01-01）80% 区间 2,390,000 人 至 2,390,000 人"
    )
    (row,) = rows(users, line(200_000, 6000, 201), language="en")
    assert row.reason.endswith("; at this pace 3,000,000 lands 102 days late (2027-04-13)")
    assert details(row, "persons", "en").endswith(
        "; at this pace 3,000,000 lands 102 days late (2027-04-13); 80 % range on 2027-01-01: 2,390,000 to 2,390,000"
    )


def test_a_number_that_stands_still_or_falls_never_gets_there(users):
    for pace in (0, -500):
        (row,) = rows(users, line(200_000, pace))
        assert (row.projected_date, row.late_days) == (None, None)
        assert row.unreachable
        assert row.reason.endswith("；按此速度，计划期内到不了 3,000,000 人（应于 2027-01-01 达到）")
        assert "计划期内到不了" in details(row, "persons", "zh-CN")
    (row,) = rows(users, line(200_000, -500), language="en")
    assert row.reason.endswith("; at this pace 3,000,000 (due 2027-01-01) is not reached within the plan")


def test_what_lands_after_the_plan_is_over_has_no_date(users):
    # The plan ends in month 24, on day 730; 4 200 a day take 667 days, 3 000 take 934.
    (row,) = rows(users, line(200_000, 4200))
    assert (row.projected_date, row.unreachable) == (on(667), False)
    (row,) = rows(users, line(200_000, 3000))
    assert (row.projected_date, row.late_days, row.unreachable) == (None, None, True)


def test_the_last_number_of_a_plan_may_land_half_a_year_after_it(small):
    plan = small(kpi={"unit": "cny", "baseline": 0, "end": {"month": 12, "value": 365}})
    # 365 in 545 days of 0.67 are 180 days late; 0.66 take 554.
    (row,) = rows(plan, line(0, 0.67))
    assert (row.projected_date, row.late_days) == (on(545), 180)
    (row,) = rows(plan, line(0, 0.66))
    assert (row.projected_date, row.unreachable) == (None, True)


def noisy(first, pace, noise, days):
    rng = np.random.default_rng(3)
    return [float(first + pace * day + noise * error) for day, error in enumerate(rng.normal(size=days))]


def test_a_range_is_told_half_a_year_ahead_and_no_further(users):
    told = rows(users, noisy(200_000, 6000, 500, 190), first=184)
    assert [row.forecast_low is not None for row in told] == [False, True, True, True, True, True], (
        "day 184 is 181 days before the checkpoint of day 365"
    )


def test_a_count_that_was_always_nothing_has_no_range(small):
    plan = small(kpi={"unit": "items", "baseline": 0, "end": {"month": 9, "value": 3}})
    (row,) = rows(plan, [0] * 120)
    assert (row.forecast_low, row.forecast_high, row.unreachable) == (None, None, True)


def test_a_range_is_whole_where_things_are_counted(small):
    plan = small(kpi={"unit": "items", "baseline": 0, "end": {"month": 9, "value": 30}})
    (row,) = rows(plan, noisy(10, 0.02, 0.8, 160))
    assert (row.forecast_low % 1, row.forecast_high % 1) == (0, 0)
    assert row.forecast_high > row.forecast_low


def test_a_trend_that_has_left_what_is_possible_has_no_range(small):
    # 6.4 % today and falling by 0.2 points a day: in 100 days nothing would be left, twice over.
    plan = small(kpi={"unit": "share", "baseline": 0.05, "end": {"month": 7, "value": 0.2}})
    (row,) = rows(plan, noisy(0.284, -0.002, 0.002, 111))
    assert row.actual == pytest.approx(0.064, abs=0.01)
    assert (row.forecast_low, row.forecast_high) == (None, None)


def test_a_range_wider_than_the_whole_way_is_none(small):
    shaky = noisy(0.15, 0, 0.05, 101)
    narrow, wide = (
        small(kpi={"unit": "share", "baseline": 0.1, "end": {"month": 6, "value": end}}) for end in (0.2, 0.6)
    )
    assert rows(narrow, shaky)[0].forecast_low is None
    assert rows(wide, shaky)[0].forecast_low is not None


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
    # one a day is planned; 365 at 0.73 a day take 500 days
    (row,) = rows(plan, line(500, -0.73))
    assert (row.projected_date, row.late_days) == (on(500), 135)
    (row,) = rows(plan, line(500, 0.5))
    assert (row.projected_date, row.unreachable) == (None, True)


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
    plan = small(kpi={"unit": "share", "baseline": 0.5, "end": {"month": 6, "value": 0.99}})
    (row,) = rows(plan, np.clip(0.97 + rng.normal(0, 0.04, 101), 0, 1).tolist())
    assert row.forecast_high == 1
    down = small(kpi={"direction": "down", "baseline": 50, "end": {"month": 4, "value": 1}})
    (row,) = rows(down, [50 - 0.43 * day + rng.uniform(0, 3) for day in range(90)])
    assert row.forecast_low == 0


def test_the_plans_version_is_in_every_row(users):
    assert {row.plan_version for row in rows(users, line(200_000, 6000), first=90, plan_version="abc")} == {
        "abc"
    }


def test_many_days_at_once_foretell_as_one_after_the_other(users):
    rng = np.random.default_rng(2)
    numbers = (200_000 + np.cumsum(rng.normal(6000, 200, 230))).tolist()
    numbers[210] = None
    together = rows(users, numbers, first=150)
    alone = [rows(users, numbers[: day + 1])[0] for day in range(150, 230)]
    # From day 185 on, 180 days before the checkpoint; day 210 is grey.
    assert sum(row.forecast_low is not None for row in together) == 230 - 185 - 1

    def foretold(row):
        return replace(row, since=START, changed="", level=row.raw_level, action="", due_date=None, reason="")

    assert [foretold(row) for row in together] == [foretold(row) for row in alone]


def test_leaving_the_forecast_out_changes_no_level(users):
    numbers = line(200_000, 6000)
    (told,), (untold,) = rows(users, numbers), rows(users, numbers, foretell=False)
    assert untold.forecast_low is None
    assert (told.level, told.lag) == (untold.level, untold.lag)
