import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.noise import interval_of_share, is_chance, is_small, wobble
from tasks.records import MetricValue

DAY = dt.date(2026, 3, 1)


def test_the_interval_is_wilsons():
    # 10 of 100: textbook Wilson interval 0.0552 to 0.1744
    assert interval_of_share(0.1, 100) == pytest.approx((0.05523, 0.17437), abs=1e-5)
    # 0 of 10 still leaves room for more than a quarter
    assert interval_of_share(0.0, 10) == pytest.approx((0.0, 0.27753), abs=1e-5)


def test_a_small_sample_carries_no_colour_and_a_large_one_does():
    def noise(sample):
        value = MetricValue("m", DAY, numerator=0.148 * sample, denominator=sample, value=0.148)
        return is_chance(1, Decimal("0.165"), Decimal("0.148"), value, "share")

    assert noise(1_000)
    assert not noise(10_000)


def test_only_shares_have_a_sampling_interval():
    value = MetricValue("m", DAY, numerator=50, denominator=10, value=5)
    assert not is_chance(1, Decimal(6), Decimal(5), value, "times")
    assert not is_chance(1, Decimal("0.6"), Decimal("0.5"), MetricValue("m", DAY, value=0.5), "share")


@pytest.mark.parametrize("sign", [1, -1])
def test_two_per_cent_of_the_planned_change_exactly_is_still_noise(sign):
    change = Decimal(100) * sign

    def noise(gap):
        expected = Decimal(50)
        return is_small(sign, expected, expected - sign * Decimal(gap), change, Decimal("0.02"))

    assert noise("2")
    assert not noise("2.0001")


def test_one_case_more_than_the_sample_does_not_widen_the_interval_downwards():
    # 5 of 5 leaves 0.565 at least (Wilson); 5.05 of 5 as a bare count would leave only 0.129.
    assert interval_of_share(1.0, 5)[0] == pytest.approx(0.5655, abs=1e-4)
    assert interval_of_share(1.01, 5)[0] >= interval_of_share(1.0, 5)[0]


@given(
    share=st.floats(0, 3),
    more=st.floats(0, 1),
    sample=st.integers(1, 10_000),
)
def test_both_ends_rise_with_the_share(share, more, sample):
    low, high = interval_of_share(share, sample)
    low_after, high_after = interval_of_share(share + more, sample)
    assert low <= share + 1e-9
    assert high >= min(share, 1) - 1e-9
    assert low_after >= low - 1e-9
    assert high_after >= high - 1e-9


class TestWobble:
    """How a metric moves by itself, found again in series whose noise is known."""

    def spreads(self, window, days=63, runs=300):
        rng = np.random.default_rng(1)
        for _ in range(runs):
            daily = rng.normal(100, 10, days + window - 1) + np.linspace(0, 50, days + window - 1)
            yield wobble(np.convolve(daily, np.ones(window) / window, "valid"), window).spread

    def test_a_daily_number_wobbles_as_its_days_do_whatever_its_trend(self):
        # ten, and a little more for not knowing the weekday's usual share exactly: seen eight times, sqrt(1 + 1/8)
        assert np.median(list(self.spreads(1))) == pytest.approx(10 * (1 + 1 / 8) ** 0.5, rel=0.06)

    @pytest.mark.parametrize("window", [7, 28])
    def test_a_trailing_mean_may_be_off_more_than_it_moves_in_a_week(self, window):
        assert np.median(list(self.spreads(window))) == pytest.approx(
            10 / window**0.5 * (1 + 1 / 8) ** 0.5, rel=0.15
        )

    def test_quiet_sundays_are_no_wobble_and_grow_with_the_number(self):
        level = np.linspace(100, 200, 63)
        values = level * np.where(np.arange(63) % 7 == 0, 0.7, 1.05)
        moves = wobble(values, 1)
        # Day 63 is a Sunday again: 30 % fewer than the mean of the week before, which is 194.
        assert moves.season == pytest.approx(-0.3 * 194, rel=0.03)
        assert moves.spread < 2
        assert wobble(values[:-1], 1).season == pytest.approx(0.05 * 194, rel=0.05)

    def test_a_slump_of_a_few_days_does_not_hide_itself(self):
        rng = np.random.default_rng(2)
        calm = rng.normal(100, 3, 63)
        slumped = np.concatenate((calm[:-6], calm[-6:] * 0.75))
        assert wobble(slumped, 1).spread == pytest.approx(wobble(calm, 1).spread, rel=0.25)

    def test_few_looks_make_the_interval_wider(self):
        rng = np.random.default_rng(3)
        values = rng.normal(100, 3, 63)
        assert wobble(values[:13], 1) is None
        short, long = wobble(values[:16], 1), wobble(values, 1)
        assert short.reach(3) / short.spread > 1.3 * long.reach(3) / long.spread
        # Student's t with 37 degrees: a probability of 0.00135 on one side lies at 3.21
        assert long.reach(3) / long.spread == pytest.approx(3.21, abs=0.02)

    def test_missing_days_are_no_figures(self):
        rng = np.random.default_rng(4)
        values = rng.normal(100, 3, 63)
        values[20:25] = np.nan
        assert wobble(values, 1).spread == pytest.approx(3, rel=0.4)
        assert wobble(np.full(63, np.nan), 1) is None

    def test_a_gap_inside_the_metrics_own_movements_is_chance(self):
        moves = wobble(np.random.default_rng(5).normal(100, 3, 63), 1)

        def chance(number, doubt=1.0):
            value = MetricValue("m", DAY, value=number)
            return is_chance(1, Decimal(100), Decimal(number), value, "items", 1, moves, doubt)

        assert chance(92)
        assert not chance(85)
        assert chance(85, doubt=2.0), "a plan that starts at a measured value is uncertain itself"

    @pytest.mark.parametrize("sign", [1, -1])
    @pytest.mark.parametrize("unit", ["items", "share"])
    def test_a_better_figure_is_never_called_chance_less_readily(self, sign, unit):
        rng = np.random.default_rng(6)
        moves = wobble(rng.normal(0.5, 0.05, 63) * np.where(np.arange(63) % 7 == 0, 0.8, 1.03), 1)
        told = [
            is_chance(
                sign,
                Decimal("0.5"),
                Decimal(n) / 1000,
                MetricValue("m", DAY, denominator=200),
                unit,
                1,
                moves,
            )
            for n in range(0, 1000, 5)
        ]
        assert told == sorted(told, reverse=sign < 0)
        assert len(set(told)) == 2
