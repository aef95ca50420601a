import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.alerts.judge import by_day, judge_series
from tasks.calendars import Window
from tasks.records import Level, MetricValue
from tests.tasks.alerts.one_day import judge
from tests.tasks.some_metric import some_metric

START = dt.date(2026, 1, 1)
SEVERITY = [Level.green, Level.yellow, Level.orange, Level.red]
FIGURES = {"green": 10, "yellow": 11, "orange": 12, "red": 13}
"""Minutes against a gate of at most 10."""


def on(days):
    return START + dt.timedelta(days=days)


def measured(day, colour):
    number = None if colour == "grey" else FIGURES[colour]
    return MetricValue("m", day, value=number)


def walk(plan, colours, days=None, keep=30):
    """Judge day after day with the store's memory of ``keep`` days; (published level, what changed) a day."""
    rows = []
    for i, colour in enumerate(colours.split()):
        day = on(days[i] if days else i)
        before = [row for row in rows if row.business_date >= day - dt.timedelta(days=keep)]
        rows += judge(plan, {"m": measured(day, colour)}, day, before, {}, {})
    return rows


def told(rows):
    return [(row.level.value, row.changed) for row in rows]


@pytest.fixture
def gate(small):
    return small(gate={"at_most": 10})


@pytest.fixture
def open_rate(small):
    """0.08 → 0.25 in 36 months from 2026-01-01 (1 096 days); half-way is day 548."""
    return small(kpi={"unit": "share", "baseline": 0.08, "end": {"month": 36, "value": 0.25}})


class TestHysteresis:
    def test_worse_takes_effect_at_once(self, gate):
        assert told(walk(gate, "green yellow red")) == [
            ("green", ""),
            ("yellow", "worsened"),
            ("red", "worsened"),
        ]

    def test_better_must_hold_two_evaluations(self, gate):
        rows = walk(gate, "green red green green green")
        assert told(rows) == [
            ("green", ""),
            ("red", "worsened"),
            ("red", ""),
            ("green", "recovered"),
            ("green", ""),
        ]
        assert [row.raw_level.value for row in rows] == ["green", "red", "green", "green", "green"]

    def test_one_good_day_is_not_a_recovery(self, gate):
        assert told(walk(gate, "red green red green red"))[1:] == [("red", "")] * 4

    def test_an_improvement_goes_only_as_far_as_both_days_went_and_recovers_only_at_green(self, gate):
        assert told(walk(gate, "red yellow green green")) == [
            ("red", "started"),
            ("red", ""),
            ("yellow", "improved"),
            ("green", "recovered"),
        ]
        assert told(walk(gate, "red green orange")) == [
            ("red", "started"),
            ("red", ""),
            ("orange", "improved"),
        ]

    def test_a_wobble_between_two_colours_stays_at_the_worse_one(self, gate):
        rows = walk(gate, "yellow orange yellow orange yellow orange")
        assert [row.level.value for row in rows] == ["yellow"] + ["orange"] * 5
        assert [row.changed for row in rows] == ["started", "worsened", "", "", "", ""]

    def test_grey_neither_improves_nor_worsens(self, gate):
        assert told(walk(gate, "red grey red")) == [("red", "started"), ("grey", ""), ("red", "")]
        assert told(walk(gate, "red grey green grey green")) == [
            ("red", "started"),
            ("grey", ""),
            ("red", ""),
            ("grey", ""),
            ("green", "recovered"),
        ]
        assert told(walk(gate, "green grey orange"))[-1] == ("orange", "worsened")

    def test_red_grey_red_is_one_run_since_its_first_day(self, gate):
        rows = walk(gate, "green red grey grey red")
        assert [row.since for row in rows] == [on(0), on(1), on(2), on(2), on(1)]

    def test_days_without_evaluation_do_no_harm(self, gate):
        rows = walk(gate, "red green green", days=[0, 3, 9])
        assert told(rows) == [("red", "started"), ("red", ""), ("green", "recovered")]

    def test_a_longer_hysteresis_waits_longer(self, small):
        plan = small(gate={"at_most": 10}, rules={"hysteresis": 3})
        assert [level for level, _ in told(walk(plan, "red green green green"))] == [
            "red",
            "red",
            "red",
            "green",
        ]
        assert [level for level, _ in told(walk(plan, "red green green", days=[0, 28, 40]))] == [
            "red",
            "red",
            "red",
        ], "too few evaluations remembered: the level is held"

    def test_without_hysteresis_better_takes_effect_at_once(self, small):
        plan = small(gate={"at_most": 10}, rules={"hysteresis": 1})
        assert told(walk(plan, "red yellow green")) == [
            ("red", "started"),
            ("yellow", "improved"),
            ("green", "recovered"),
        ]

    def test_a_first_green_is_no_news(self, gate):
        assert told(walk(gate, "grey green")) == [("grey", ""), ("green", "")]
        assert told(walk(gate, "grey orange"))[-1] == ("orange", "started")


class TestReminder:
    def test_red_is_told_again_on_day_seven_and_only_then(self, gate):
        rows = walk(gate, " ".join(["green"] + ["red"] * 20))
        assert [(row.business_date, row.changed) for row in rows if row.changed] == [
            (on(1), "worsened"),
            (on(8), "reminder"),
        ]

    def test_a_run_longer_than_the_stores_memory_is_not_reminded_again(self, gate):
        rows = walk(gate, " ".join(["red"] * 60), keep=30)
        assert [row.business_date for row in rows if row.changed == "reminder"] == [on(7)]
        assert rows[-1].since == on(0)

    def test_a_missed_or_grey_day_seven_is_made_up_for(self, gate):
        rows = walk(gate, "red red red red", days=[0, 6, 9, 10])
        assert [row.changed for row in rows] == ["started", "", "reminder", ""]
        rows = walk(gate, "red grey red red", days=[0, 7, 8, 9])
        assert [row.changed for row in rows] == ["started", "", "reminder", ""]

    def test_orange_is_never_reminded(self, gate):
        assert [row.changed for row in walk(gate, " ".join(["orange"] * 12))] == ["started"] + [""] * 11

    def test_a_better_figure_does_not_stop_the_clock_until_it_holds(self, gate):
        rows = walk(gate, "red red red red red red red green red")
        assert rows[7].changed == "reminder"
        assert rows[7].level is Level.red


class TestGrey:
    def test_no_value_is_grey_and_never_zero(self, gate):
        (row,) = judge(gate, {}, START, [], {}, {})
        assert (row.level, row.raw_level, row.actual, row.lag) == (Level.grey, Level.grey, None, None)
        assert row.reason == "当日没有数值：先补数据，不作判断"
        assert (row.action, row.due_date) == ("", None)

    @pytest.mark.parametrize("number", [None, float("nan"), float("inf")])
    def test_a_value_that_is_none_is_grey(self, gate, value, number):
        (row,) = judge(gate, {"m": value(number)}, START, [], {}, {})
        assert row.level is Level.grey

    def test_inputs_under_95_per_cent_are_grey_and_95_is_enough(self, gate, value):
        def level(completeness):
            return judge(gate, {"m": value(13, completeness=completeness)}, START, [], {}, {})[0].level

        assert level(0.9499) is Level.grey
        assert level(0.95) is Level.red
        assert level(None) is Level.red

    def test_the_figure_of_incomplete_inputs_is_not_shown(self, gate, value):
        (row,) = judge(gate, {"m": value(0, completeness=0.5)}, START, [], {}, {}, "en")
        assert row.actual is None
        assert (
            row.reason == "Only 50.0 % of the inputs are in, 95.0 % needed: mend the data first; not judged"
        )

    def test_numbers_about_the_system_are_judged_although_data_are_missing(self, small, value):
        plan = small(gate={"unit": "share", "at_least": 0.95, "about_system": True})
        (row,) = judge(plan, {"m": value(0.5, completeness=0.5)}, START, [], {}, {})
        assert row.level is Level.red

    def test_the_metrics_own_doubt_is_repeated(self, gate, value):
        (row,) = judge(gate, {"m": value(3, status="grey", note="第 7 日未满")}, START, [], {}, {})
        assert row.level is Level.grey
        assert row.reason == "数值暂不可用，不作判断；第 7 日未满"

    def test_a_sample_under_the_metrics_minimum_is_grey(self, gate, value):
        metric = some_metric(direction="down", query="outcomes", min_sample=30)

        def level(sample):
            return judge(gate, {"m": value(13, denominator=sample)}, START, [], {}, {"m": metric})[0].level

        assert level(29) is Level.grey
        assert level(30) is Level.red

    def test_a_curve_is_grey_for_fourteen_days(self, open_rate, value):
        def row(days):
            return judge(open_rate, {"m": value(0.01, on(days))}, on(days), [], {}, {})[0]

        assert row(-1).level is Level.grey
        assert row(13).level is Level.grey
        assert row(13).actual == 0.01
        assert row(13).reason == "计划线开始未满 14 天，暂不判断"
        assert row(14).level is Level.red

    def test_a_gate_needs_no_warm_up(self, gate, value):
        assert judge(gate, {"m": value(13)}, START, [], {}, {})[0].level is Level.red

    def test_an_unknown_start_value_is_grey(self, small, value):
        plan = small(kpi={"baseline": "first_value", "end": {"month": 12, "value": 100}})
        day = on(100)
        assert judge(plan, {"m": value(50, day)}, day, [], {}, {})[0].level is Level.grey
        (row,) = judge(plan, {"m": value(50, day)}, day, [], {"m": 40}, {})
        assert (row.level, row.baseline, row.target) == (Level.red, 40, 100)

    def test_what_has_no_metric_yet_is_not_judged(self, small, value):
        plan = small(gate={"at_most": 10, "measured": False})
        assert judge(plan, {"m": value(13)}, START, [], {}, {}) == []
        assert plan.not_measured("en") == ["Number"]
        assert plan.not_measured("zh-CN") == ["数"]


class TestNoise:
    def test_in_week_three_an_open_rate_of_8_1_against_8_3_stays_green(self, open_rate, value):
        day = on(21)
        (row,) = judge(open_rate, {"m": value(0.081, day, denominator=1e9)}, day, [], {}, {}, "en")
        assert row.lag_progress is not None
        assert row.lag_progress > 0.3
        assert row.level is Level.green
        assert row.reason == "Behind by 69.2 % (progress basis), but within normal fluctuation; no warning"

    def test_a_gap_inside_the_sampling_interval_stays_green(self, open_rate, value):
        day = on(548)
        assert (
            judge(open_rate, {"m": value(0.148, day, denominator=500)}, day, [], {}, {})[0].level
            is Level.green
        )
        (row,) = judge(open_rate, {"m": value(0.148, day, denominator=50_000)}, day, [], {}, {})
        assert row.level is Level.orange


class TestRow:
    def test_a_row_carries_owner_action_and_a_due_date_that_stays(self, gate):
        rows = walk(gate, "yellow orange orange red")
        assert [row.due_date for row in rows] == [on(7), on(4), on(4), on(4)]
        assert rows[0].action == "分析滞后原因，制定追赶计划"
        assert rows[1].action == "重新调配资源"
        assert rows[3].action == "启动应急预案"
        assert rows[0].owner == "operations"

    def test_the_language_is_the_readers(self, gate, value):
        (row,) = judge(gate, {"m": value(13)}, START, [], {}, {}, "en")
        assert row.action == "Start the emergency plan"
        assert row.reason == "Beyond the gate: at most 10.0 min allowed, 13.0 min measured, over by 30.0 %"

    def test_slippage_and_the_pace_needed(self, open_rate, value):
        day = on(548)
        (row,) = judge(open_rate, {"m": value(0.148, day, denominator=1e9)}, day, [], {}, {})
        # 0.068 of 0.17 is 40 % of 1 096 days: reached on day 439, so 109 days ago
        assert row.slippage_days == 109
        assert row.needed_per_day == pytest.approx((0.25 - 0.148) / 548)
        assert row.reason == "落后计划 20.0 %（进度口径），按计划 109 天前就该到这个数"
        (ahead,) = judge(open_rate, {"m": value(0.20, day, denominator=1e9)}, day, [], {}, {})
        assert ahead.slippage_days is None

    def test_judging_a_day_twice_gives_the_same_rows(self, gate, value):
        before = walk(gate, "green red red green")
        day = on(4)
        once = judge(gate, {"m": value(10, day)}, day, before, {}, {})
        again = judge(gate, {"m": value(10, day)}, day, [*before, *once], {}, {})
        assert once == again
        assert once[0].changed == "recovered"

    def test_rows_of_later_days_are_not_remembered(self, gate, value):
        later = walk(gate, "red red", days=[5, 6])
        (row,) = judge(gate, {"m": value(10)}, START, later, {}, {})
        assert (row.level, row.changed) == (Level.green, "")


class TestSeries:
    @given(
        colours=st.lists(
            st.sampled_from(["green", "yellow", "orange", "red", "grey"]), min_size=1, max_size=25
        )
    )
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_catching_up_tells_the_same_as_judging_day_by_day(self, gate, colours):
        daily = walk(gate, " ".join(colours))
        values = by_day(measured(on(i), colour) for i, colour in enumerate(colours))
        half = len(colours) // 2
        first = judge_series(gate, values, [], {}, {}, Window(on(0), on(half)))
        rest = judge_series(gate, values, first, {}, {}, Window(on(half), on(len(colours))))
        assert [*first, *rest] == daily

    @given(
        colours=st.lists(
            st.sampled_from(["green", "yellow", "orange", "red", "grey"]), min_size=1, max_size=25
        )
    )
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_the_published_level_is_never_better_than_the_days_own(self, gate, colours):
        for row in walk(gate, " ".join(colours)):
            if row.level is not Level.grey:
                assert SEVERITY.index(row.level) >= SEVERITY.index(row.raw_level)

    def test_a_day_without_values_is_grey(self, gate, value):
        rows = judge_series(gate, {START: {"m": value(13)}}, [], {}, {}, Window(START, on(3)))
        assert [row.level.value for row in rows] == ["red", "grey", "grey"]

    def test_only_the_brands_own_values_count(self):
        whole = MetricValue("m", START, value=1)
        parts = [
            MetricValue("m", START, account_id="oa_main", value=2),
            MetricValue("m", START, dimension="channel", member="oa", value=3),
        ]
        assert by_day([parts[0], whole, parts[1]]) == {START: {"m": whole}}


@given(
    direction=st.sampled_from(["up", "down"]),
    basis=st.sampled_from(["progress", "level", "points"]),
    day=st.integers(14, 1200),
    actual=st.floats(0, 2),
    better=st.floats(0, 1),
    sample=st.one_of(st.none(), st.integers(1, 1_000_000)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_better_figure_never_worsens_the_judgement(small, direction, basis, day, actual, better, sample):
    ends = (0.08, 0.25) if direction == "up" else (0.35, 0.10)
    plan = small(
        kpi={
            "unit": "share",
            "direction": direction,
            "baseline": ends[0],
            "end": {"month": 36, "value": ends[1]},
            "lag_basis": basis,
        }
    )

    def severity(number):
        value = MetricValue("m", on(day), value=number, denominator=sample)
        return SEVERITY.index(judge(plan, {"m": value}, on(day), [], {}, {})[0].raw_level)

    changed = actual + better if direction == "up" else max(actual - better, 0.0)
    assert severity(changed) <= severity(actual)
