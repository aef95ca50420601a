from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.curves import exact, known
from tasks.alerts.lag import lag_behind, lag_beyond, level_of
from tasks.records import Level

THRESHOLDS = {Level.yellow: Decimal("0.10"), Level.orange: Decimal("0.20"), Level.red: Decimal("0.30")}
SEVERITY = [Level.green, Level.yellow, Level.orange, Level.red]
amounts = st.decimals(min_value=0, max_value=10_000, places=4)


def D(text):
    return Decimal(text)


@pytest.mark.parametrize(
    ("lag", "level"),
    [
        ("0.099999999999", "green"),
        ("0.1", "yellow"),
        ("0.199999999999", "yellow"),
        ("0.2", "orange"),
        ("0.299999999999", "orange"),
        ("0.3", "red"),
        ("7", "red"),
        ("-1", "green"),
    ],
)
def test_a_threshold_already_has_its_colour(lag, level):
    assert level_of(D(lag), THRESHOLDS) == level


def test_the_dust_of_floats_does_not_change_a_colour():
    # 0.1 + 0.2 = 0.30000000000000004; 1 - 0.9 = 0.09999999999999998
    assert exact(0.1 + 0.2) == D("0.3")
    lag = lag_behind(1, D(0), D(1), D(1), exact(0.1 + 0.2 + 0.6), "progress")
    assert lag.value == D("0.1")
    assert level_of(lag.value, THRESHOLDS) is Level.yellow
    assert lag_beyond(True, D(1), exact(1.1)).value == D("0.1")


def test_a_third_in_the_curve_does_not_blur_a_tenth():
    # expected = 1/3, actual = 0.9 x 1/3 = 0.3: lag 0.1 exactly although 1/3 has no decimal form
    third = D(1) / D(3)
    lag = lag_behind(1, D(0), third, D(1), D("0.3"), "progress")
    assert level_of(lag.value, THRESHOLDS) is Level.yellow


def test_nan_and_infinity_are_no_measurements():
    assert known(float("nan")) is None
    assert known(float("inf")) is None
    assert known(None) is None
    assert known(0) == 0


def test_on_a_flat_piece_the_level_basis_decides():
    lag = lag_behind(1, D(8), D(8), D(25), D("7.2"), "progress")
    assert (lag.basis, lag.value, lag.progress) == ("level", D("0.1"), None)
    assert lag.points == D("0.047058823529")


def test_a_plan_that_starts_at_zero_is_on_plan_on_its_first_day():
    assert lag_behind(1, D(0), D(0), D(100), D(0), "progress").value == 0


def test_a_plan_of_nothing_is_missed_whole_or_not_at_all():
    assert lag_behind(-1, D(0), D(0), D(0), D(0), "progress").value == 0
    assert lag_behind(-1, D(0), D(0), D(0), D("0.01"), "progress").value == 1


@given(
    sign=st.sampled_from([1, -1]),
    basis=st.sampled_from(["progress", "level", "points"]),
    baseline=amounts,
    expected=amounts,
    target=amounts,
    actual=amounts,
    better=amounts,
)
def test_a_better_figure_never_worsens_the_level(sign, basis, baseline, expected, target, actual, better):
    worse = lag_behind(sign, baseline, expected, target, actual, basis)
    after = lag_behind(sign, baseline, expected, target, actual + sign * better, basis)
    assert after.basis == worse.basis
    assert after.value <= worse.value
    assert SEVERITY.index(level_of(after.value, THRESHOLDS)) <= SEVERITY.index(
        level_of(worse.value, THRESHOLDS)
    )


@given(
    at_most=st.booleans(),
    limit=st.decimals(min_value="0.01", max_value=1000, places=2),
    actual=amounts,
    better=amounts,
)
def test_a_better_figure_never_worsens_a_gate(at_most, limit, actual, better):
    changed = actual - better if at_most else actual + better
    assert lag_beyond(at_most, limit, changed).value <= lag_beyond(at_most, limit, actual).value


@given(
    sign=st.sampled_from([1, -1]),
    baseline=amounts,
    expected=amounts,
    more=amounts,
    target=amounts,
    actual=amounts,
)
def test_a_plan_that_asks_for_more_never_shortens_the_gap(sign, baseline, expected, more, target, actual):
    asked = expected + sign * more
    near = lag_behind(sign, baseline, expected, target, actual, "points")
    far = lag_behind(sign, baseline, asked, target, actual, "points")
    if near.points is not None and far.points is not None:
        assert far.points >= near.points
