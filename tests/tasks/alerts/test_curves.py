import datetime as dt
from decimal import Decimal, localcontext

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
