import numpy as np
import pytest

from tasks.alerts.forecast import FEWEST, LONGEST, outlooks
from tests.tasks.alerts.families import AHEAD, FAMILIES, coverage


@pytest.fixture(scope="module")
def covered():
    """How often the future lay inside the range, by family: 400 series for each of two distances, seeded."""
    return {family: [coverage(family, ahead=ahead) for ahead in AHEAD] for family in FAMILIES}


@pytest.mark.parametrize("family", FAMILIES, ids=[family.__name__ for family in FAMILIES])
def test_four_of_five_futures_lie_inside_the_range(family, covered):
    assert 0.75 <= np.mean(covered[family]) <= 0.85, covered[family]


def test_all_families_together_hold_four_of_five(covered):
    assert 0.77 <= np.mean(list(covered.values())) <= 0.83


def test_a_straight_line_goes_on():
    (told,) = outlooks([100 + 2.5 * np.arange(60.0)], [40])
    assert told.now == pytest.approx(100 + 2.5 * 59)
    assert told.pace == pytest.approx(2.5)
    assert told.low == pytest.approx(100 + 2.5 * 99)
    assert told.high == pytest.approx(100 + 2.5 * 99)


def test_weekdays_neither_bend_the_pace_nor_today():
    days = np.arange(70)
    quiet_sundays = 500 + 3.0 * days - 100 * (days % 7 == 6) + 100 / 6 * (days % 7 != 6)
    (told,) = outlooks([quiet_sundays], [7])
    assert told.now == pytest.approx(500 + 3 * 69), "day 69 is a Sunday, a hundred below its week"
    assert told.pace == pytest.approx(3)
    assert told.low == pytest.approx(500 + 3 * 76 - 100), "and so is day 76"


def test_a_walk_spreads_and_noise_around_a_line_does_not():
    rng = np.random.default_rng(1)
    walk, noise = np.cumsum(rng.normal(0, 1, 90)), rng.normal(0, 1, 90)

    def width(values, ahead):
        (told,) = outlooks([values], [ahead])
        return told.high - told.low

    assert width(walk, 60) > 1.6 * width(walk, 7)
    assert width(noise, 60) < 1.3 * width(noise, 7)


def test_too_little_is_no_forecast():
    def told(values):
        return outlooks([np.array(values, dtype=float)], [10])[0] is not None

    line = list(range(FEWEST))
    assert told(line)
    assert not told(line[1:])
    assert not told([*line, np.nan]), "today itself is missing"
    assert told([np.nan] * 60 + line), "measured since four weeks only"
    assert not told([v if i % 2 else np.nan for i, v in enumerate(range(70))]), "every other day is missing"


def test_gaps_are_bridged():
    rng = np.random.default_rng(2)
    whole = 100 + np.arange(90.0) + rng.normal(0, 1, 90)
    holes = whole.copy()
    holes[[20, 21, 50]] = np.nan
    (a,), (b,) = outlooks([whole], [10]), outlooks([holes], [10])
    assert b.pace == pytest.approx(a.pace, rel=0.02)
    assert (b.low + b.high) / 2 == pytest.approx((a.low + a.high) / 2, rel=0.01)


def test_only_the_last_quarter_counts():
    rng = np.random.default_rng(3)
    recent = rng.normal(10, 1, LONGEST)
    assert outlooks([np.concatenate((np.full(50, 1e6), recent))], [5]) == outlooks([recent], [5])


def test_many_series_at_once_are_told_as_one_by_one():
    rng = np.random.default_rng(4)
    series = [rng.normal(100, 5, days) for days in (90, 30, 90, 45)]
    ahead = [7, 30, 100, 1]
    together = outlooks(series, ahead)
    for values, days, told in zip(series, ahead, together, strict=True):
        (alone,) = outlooks([values], [days])
        assert (told.now, told.pace, told.low, told.high) == pytest.approx(
            (alone.now, alone.pace, alone.low, alone.high), rel=1e-9
        )


def test_a_number_that_never_moves_stays():
    (told,) = outlooks([np.full(60, 7.0)], [30])
    assert (told.now, told.low, told.high) == pytest.approx((7, 7, 7))
    assert told.pace == pytest.approx(0, abs=1e-9)
