import string

import pytest

from tasks.records import Metric
from tasks.reporting import figures
from tasks.reporting.words import EN, ZH
from tests.tasks.some_metric import some_metric


def metric(unit: str, decimals: int = 1) -> Metric:
    return some_metric(unit=unit, decimals=decimals)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "chinese", "english"),
    [
        (0.0615, "share", 1, "6.2 %", "6.2 %"),
        (0.1, "share", 1, "10 %", "10 %"),
        (999_999, "persons", 0, "999,999", "999,999"),
        (1_013_245, "persons", 0, "101.3万", "1,013,245"),
        (5_000_000, "persons", 0, "500万", "5,000,000"),
        (15.34, "times", 1, "15.3", "15.3"),
        (412_330.5, "cny", 0, "¥412,331", "¥412,331"),
        (2_412_330.5, "cny", 0, "¥241.2万", "¥2,412,331"),
        (4.8, "minutes", 1, "4.8 分钟", "4.8 min"),
        (1.483, "seconds", 2, "1.48 秒", "1.48 s"),
        (6.5, "days", 1, "6.5 天", "6.5 days"),
        (15.34, "ratio", 1, "15.3", "15.3"),
        (-0.04, "times", 1, "0", "0"),
        (None, "share", 1, "—", "—"),
    ],
)
def test_a_value_is_written_with_its_unit(value, unit, decimals, chinese, english):
    assert figures.figure(value, metric(unit, decimals), "zh-CN") == chinese
    assert figures.figure(value, metric(unit, decimals), "en") == english


@pytest.mark.parametrize(
    ("lag", "basis", "text"),
    [
        (0.2999, "progress", "29.9 %"),
        (0.3, "progress", "30 %"),
        (0.0996, "points", "9.9"),
        (-0.054, "level", "5.4 %"),
        (2.99, "level", "299 %"),
        (3.0254, "progress", "3 倍"),
        (-170.098, "progress", "170 倍"),
        (3.5, "points", "350"),
    ],
)
def test_a_lag_never_rounds_up_into_the_next_level(lag, basis, text):
    assert figures.lag_figure(lag, basis, ZH) == text


def test_changes_carry_their_sign_and_unit():
    assert figures.change(0.061, 0.0747, metric("share"), "zh-CN") == "−1.4 百分点"
    assert figures.change(0.0747, 0.061, metric("share"), "en") == "+1.4 pp"
    assert figures.change(1920, 1210, metric("persons", 0), "zh-CN") == "+58.7 %"
    assert figures.change(5, -3, metric("persons", 0), "en") == "+8"
    assert figures.change(5, 5, metric("persons", 0), "en") == "0 %"
    assert figures.change(None, 5, metric("persons", 0), "en") == ""


def test_a_rise_beyond_imagining_is_told_as_a_multiple():
    assert figures.relative(62.5, 1.3) == "×48.1"
    assert figures.relative(3.99, 1) == "+299 %"


def test_a_needed_change_never_reads_as_nothing():
    assert figures.per_day(0.00011, metric("share"), "zh-CN") == "+0.011 个百分点"
    assert figures.per_day(-0.0009, metric("share"), "en") == "−0.09 points"
    assert figures.per_day(2340.4, metric("persons", 0), "en") == "+2,340"
    assert figures.per_day(0.08, metric("times"), "en") == "+0.08"


def test_both_languages_say_the_same_things_with_the_same_gaps():
    def gaps(text: str) -> set[str]:
        return {name.split(".")[0] for _, name, _, _ in string.Formatter().parse(text) if name} - {
            "month",
            "weekday",
        }

    assert set(ZH) == set(EN)
    assert {key: gaps(ZH[key]) for key in ZH} == {key: gaps(EN[key]) for key in EN}
