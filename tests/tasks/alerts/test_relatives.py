import datetime as dt

import pytest

from tasks.alerts import relatives
from tasks.alerts.judge import judge_series
from tasks.calendars import Window
from tasks.records import MetricValue
from tests.tasks.some_metric import some_metric

START = dt.date(2026, 1, 1)
CHURN = {"metric": "churn", "name_zh": "流失率", "name_en": "Churn", "seed": ["I-10"], "owner": "operations"}
CATALOGUE = {"churn": some_metric(metric_id="churn", unit="share")}
UNTIL_MONTH_36 = {"unit": "cny", "baseline": 0, "end": {"month": 36, "value": 1}}


def on(days):
    return START + dt.timedelta(days=days)


def measured(days, number, sample=1e12, **more):
    more = {"numerator": None, "denominator": sample, **more}
    return MetricValue("churn", on(days), value=number, **more)


@pytest.fixture
def plan(small):
    def build(kpi=UNTIL_MONTH_36, **entry):
        return small(kpi=kpi, relative=[{**CHURN, "change": -0.35, **entry}])

    return build


def judged(plan, day, number, frozen=None, catalogue=CATALOGUE):
    window = Window.of_day(day)
    value = MetricValue("churn", day, value=number, denominator=1e12)
    rows = judge_series(plan, {day: {"churn": value}}, [], {}, catalogue, window, "en", frozen=frozen or {})
    return next((row for row in rows if row.metric_id == "churn"), None)


def test_the_baseline_is_the_first_quarter_weighed_by_its_denominators():
    quarter = relatives.quarter_from(START)
    assert (quarter.start, quarter.end) == (START, dt.date(2026, 4, 1))
    days = [
        measured(0, 0.2, 100),
        measured(40, 0.4, 300),
        measured(89, 9.0, 50, status="grey"),
        measured(90, 1.0),
    ]
    # (0.2 x 100 + 0.4 x 300) / 400; the grey day and the day after the quarter do not count
    baseline = relatives.frozen(days, quarter)
    assert (float(baseline.value), baseline.known_from) == (0.35, dt.date(2026, 4, 1))
    counts = [measured(0, 10, None), measured(1, 20, None)]
    assert relatives.frozen(counts, quarter).value == 15
    assert relatives.frozen([], quarter) is None


def test_the_change_is_due_in_equal_parts_from_the_frozen_quarter_to_the_plans_end(plan):
    frozen = {"churn": relatives.Frozen(relatives.exact(0.2), on(90))}
    # from 2026-04-01 (day 90) to 2029-01-01 (day 1096): 1 006 days from 0.2 to 0.13; half-way is day 593
    row = judged(plan(), on(593), 0.172, frozen)
    assert (row.baseline, row.target, row.expected) == (0.2, 0.13, 0.165)
    assert (row.lag_progress, row.level) == (0.2, "orange")
    assert row.owner == "operations"
    assert (row.next_date, row.next_value) == (on(1096), 0.13)


def test_before_the_quarter_is_over_there_is_nothing_to_judge_by(plan):
    frozen = {"churn": relatives.Frozen(relatives.exact(0.2), on(90))}
    assert judged(plan(), on(89), 0.5, frozen).level == "grey"
    assert judged(plan(), on(104), 0.5, frozen).level == "red"
    row = judged(plan(), on(200), 0.5)
    assert (row.level, row.expected) == ("grey", None)
    assert "first quarter" in row.reason


def test_a_line_that_starts_later_has_a_warm_up_of_its_own(plan):
    frozen = {"churn": relatives.Frozen(relatives.exact(0.2), on(90))}
    # On day 91 0.00007 are due: what is 1 % better would be 28 times ahead.
    first = judged(plan(), on(91), 0.198, frozen)
    assert (first.level, first.lag, first.actual) == ("grey", None, 0.198)
    assert first.reason == "The pace line is not 14 days old yet; not judged"
    assert judged(plan(), on(103), 0.5, frozen).level == "grey"
    assert judged(plan(), on(104), 0.198, frozen).lag is not None


def test_a_stated_baseline_and_month_need_no_quarter(plan):
    stated = plan(baseline=0.25, month=12)
    # 0.25 to 0.1625 in 365 days; day 73 is a fifth of the way
    row = judged(stated, on(73), 0.2325)
    assert (row.baseline, row.target, row.expected) == (0.25, 0.1625, 0.2325)
    assert row.level == "green"
    assert relatives.awaiting(stated, CATALOGUE) == []


def test_a_target_that_should_rise_rises(plan):
    row = judged(plan(change=0.5, baseline=0.2, month=12), on(365), 0.27)
    assert (row.target, row.lag_progress, row.level) == (0.3, 0.3, "red")


def test_a_faster_response_is_a_shorter_time(plan):
    # half as fast again: 30 hours become 20
    row = judged(plan(change=0.5, inverse=True, baseline=30, month=12), on(365), 23)
    assert (row.target, row.lag_progress, row.level) == (20, 0.3, "red")
    row = judged(plan(change=0.5, inverse=True, baseline=30, month=12), on(365), 19)
    assert row.level == "green"


def test_what_no_metric_measures_or_a_gate_judges_already_is_left_alone(plan, small):
    assert judged(plan(), on(200), 0.5, catalogue={}) is None
    assert relatives.awaiting(plan(), CATALOGUE) == ["churn"]
    gate = {"metric": "churn", "unit": "share", "at_most": 0.3}
    both = small(gate=gate, relative=[{**CHURN, "change": -0.35}])
    assert relatives.judged(both, CATALOGUE) == []


class TestStartValue:
    def test_a_plan_starts_at_the_mean_of_its_first_week(self):
        week = [measured(3 + i, n, None) for i, n in enumerate([10, 20, 30, 40, 50, 60, 70])]
        assert relatives.start_value([*week, measured(10, 1000, None)]) == 40

    def test_days_without_a_figure_do_not_count(self):
        days = [
            measured(0, None, None),
            measured(1, 7, None, status="grey"),
            measured(2, 10, None),
            measured(9, 99),
        ]
        assert relatives.start_value(days) == 10
        assert relatives.start_value(days[:2]) is None


def test_a_speed_that_should_rise_by_half_is_a_time_that_should_fall_to_two_thirds(plan):
    frozen = {"churn": relatives.Frozen(relatives.exact(35), on(90))}
    # 35 h / 1.5; half-way (day 593) between 35 and 23 1/3 is 29 1/6
    row = judged(plan(change=0.5, inverse=True), on(593), 32.0, frozen)
    assert row.target == pytest.approx(70 / 3, abs=1e-9)
    assert row.expected == pytest.approx(175 / 6, abs=1e-9)
    assert row.lag_progress == pytest.approx((32 - 175 / 6) / (35 - 175 / 6), abs=1e-9)
    assert row.level == "red"
    assert judged(plan(change=0.5, inverse=True), on(593), 29.0, frozen).level == "green"
