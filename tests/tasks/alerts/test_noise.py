import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.noise import interval_of_share, is_noise
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
        return is_noise(
            1, Decimal("0.165"), Decimal("0.148"), Decimal("0.17"), Decimal("0.02"), value, "share"
        )

    assert noise(1_000)
    assert not noise(10_000)


def test_only_shares_have_a_sampling_interval():
    value = MetricValue("m", DAY, numerator=50, denominator=10, value=5)
    assert not is_noise(1, Decimal(6), Decimal(5), Decimal(10), Decimal("0.02"), value, "times")
    assert not is_noise(
        1,
        Decimal("0.6"),
        Decimal("0.5"),
        Decimal(1),
        Decimal("0.02"),
        MetricValue("m", DAY, value=0.5),
        "share",
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_two_per_cent_of_the_planned_change_exactly_is_still_noise(sign):
    value = MetricValue("m", DAY, value=0)
    change = Decimal(100) * sign

    def noise(gap):
        expected = Decimal(50)
        return is_noise(sign, expected, expected - sign * Decimal(gap), change, Decimal("0.02"), value, "cny")

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
