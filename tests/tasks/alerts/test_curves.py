import datetime as dt
from dataclasses import replace
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.curves import Curve

D = Decimal
DAY = dt.date(2026, 1, 1)


def on(days):
    return DAY + dt.timedelta(days=days)


UP = Curve((on(0), on(100), on(200), on(300)), (D(10), D(20), D(20), D(80)))
DOWN = Curve((on(0), on(100)), (D(500), D(80)), -1)


def test_between_checkpoints_runs_a_straight_line():
    assert UP.at(on(0)) == 10
    assert UP.at(on(25)) == D("12.5")
    assert UP.at(on(100)) == 20
    assert UP.at(on(250)) == 50


def test_before_the_start_and_after_the_end_the_plan_is_flat():
    assert UP.at(on(-500)) == 10
    assert UP.at(on(5000)) == 80


def test_a_careless_decimal_context_elsewhere_does_not_blur_the_line():
    with localcontext() as context:
        context.prec = 3
        assert Curve((on(0), on(1000)), (D(0), D(1_234_567))).at(on(123)) == D("151851.741")


def test_the_plan_asked_for_a_figure_on_its_first_day_at_or_beyond_it():
    assert UP.reached(D("12.5")) == on(25)
    assert UP.reached(D("12.51")) == on(26)
    assert UP.reached(D(10)) == on(0)
    assert UP.reached(D(20)) == on(100), "the flat piece was entered on its first day"
    assert UP.reached(D(80)) == on(300)
    assert DOWN.reached(D(290)) == on(50)


def test_the_plan_never_was_where_we_never_start_and_never_end():
    assert UP.reached(D(9)) is None
    assert UP.reached(D(81)) is None
    assert DOWN.reached(D(501)) is None
    assert DOWN.reached(D(79)) is None


def test_the_needed_pace_reaches_the_next_checkpoint():
    assert UP.needed_per_day(on(50), D(10)) == D("0.2")
    assert UP.needed_per_day(on(100), D(15)) == D("0.05"), "on a checkpoint the next one counts"
    assert UP.needed_per_day(on(50), D(25)) == 0
    assert UP.needed_per_day(on(300), D(15)) is None
    assert DOWN.needed_per_day(on(50), D(290)) == D("-4.2")
    assert UP.needed_per_day(on(-100), D(0)) == D("0.1")


@given(st.integers(0, 300))
def test_the_line_reaches_each_of_its_own_figures_in_time(days):
    reached = UP.reached(UP.at(on(days)))
    assert reached is not None
    assert reached <= on(days)
    assert UP.at(reached) == UP.at(on(days))


class TestShapes:
    S_CURVE = replace(UP, shape="s_curve")
    STEP = replace(UP, shape="step")

    def test_an_s_curve_starts_slowly_is_half_way_in_the_middle_and_lands_softly(self):
        # x = 0.1: 0.01 * 2.8 = 0.028; x = 0.5: 0.5; x = 0.9: 0.81 * 1.2 = 0.972; pieces of +10 and +60
        assert [self.S_CURVE.at(on(d)) for d in (10, 50, 90)] == [D("10.28"), 15, D("19.72")]
        assert [self.S_CURVE.at(on(d)) for d in (210, 250, 290)] == [D("21.68"), 50, D("78.32")]

    def test_a_stepped_plan_asks_for_a_checkpoint_on_its_day_and_for_nothing_before(self):
        assert [self.STEP.at(on(d)) for d in (0, 99, 100, 299, 300)] == [10, 10, 20, 20, 80]

    @pytest.mark.parametrize("shape", ["linear", "s_curve", "step"])
    def test_every_shape_hits_every_checkpoint_and_never_turns_round(self, shape):
        for curve in (replace(UP, shape=shape), replace(DOWN, shape=shape)):
            assert [curve.at(day) for day in curve.days] == list(curve.values)
            line = [curve.sign * curve.at(on(d)) for d in range(-5, 310)]
            assert line == sorted(line)

    @pytest.mark.parametrize("shape", ["linear", "s_curve", "step"])
    @given(hundredths=st.integers(1000, 8000))
    def test_a_figure_is_reached_on_the_first_day_that_asks_for_it(self, shape, hundredths):
        curve = replace(UP, shape=shape)
        value = D(hundredths) / 100
        reached = curve.reached(value)
        assert reached == next(on(d) for d in range(301) if curve.at(on(d)) >= value)

    def test_a_figure_on_its_way_down_is_reached_on_the_first_day_that_asks_for_it(self):
        assert replace(DOWN, shape="s_curve").reached(D(290)) == on(50)
        assert replace(DOWN, shape="step").reached(D(499)) == on(100)
        assert replace(DOWN, shape="step").reached(D(500)) == on(0)

    def test_the_needed_pace_is_towards_the_checkpoint_whatever_the_shape(self):
        assert self.S_CURVE.needed_per_day(on(50), D(10)) == D("0.2")
        assert self.STEP.needed_per_day(on(50), D(10)) == D("0.2")
        assert replace(DOWN, shape="step").needed_per_day(on(50), D(290)) == D("-4.2")

    def test_the_next_point_is_the_first_checkpoint_after_a_day(self):
        assert UP.next_point(on(-9)) == (on(100), 20)
        assert UP.next_point(on(99)) == (on(100), 20)
        assert UP.next_point(on(100)) == (on(200), 20)
        assert UP.next_point(on(300)) is None
