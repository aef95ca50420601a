import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tasks.records import Metric, MetricValue
from tasks.reporting.movements import movement, movements
from tasks.reporting.views import headlines
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 7, 25)


def metric(key: str = "m", unit: str = "share", direction: str = "up", min_sample: float = 100) -> Metric:
    return some_metric(
        key,
        name_zh=key,
        name_en=key,
        unit=unit,
        direction=direction,
        denominator="d" if unit == "share" else "",
        min_sample=min_sample,
    )


def value(
    numerator: float, denominator: float | None = None, key: str = "m", status: str = "ok"
) -> MetricValue:
    whole = numerator / denominator if denominator else numerator
    return MetricValue(key, DAY, numerator=numerator, denominator=denominator, value=whole, status=status)


def test_a_large_change_of_a_large_sample_is_news():
    found = movement(value(1203, 19720), value(1480, 19800), metric())
    assert found is not None
    assert found.feeling == "worse"
    assert not found.rising


def test_the_same_change_of_a_small_sample_is_chance():
    assert movement(value(12, 197), value(15, 198), metric()) is None


def test_a_thin_sample_is_never_news_however_large_the_change():
    assert movement(value(45, 50), value(5, 50), metric()) is None


def test_grey_values_are_not_compared():
    assert movement(value(1203, 19720, status="grey"), value(1480, 19800), metric()) is None


def test_falling_is_good_news_where_the_brand_wants_it_to_fall():
    found = movement(value(400), value(900), metric(unit="persons", direction="down"))
    assert found is not None
    assert found.feeling == "better"


def test_money_must_move_by_a_tenth():
    assert movement(value(108_000), value(100_000), metric(unit="cny")) is None
    assert movement(value(115_000), value(100_000), metric(unit="cny")) is not None


def test_messages_per_group_must_move_by_a_tenth_as_no_single_count_does():
    per_group = metric(unit="times").model_copy(update={"denominator": "group-days"})
    assert movement(value(1280, 100), value(1000, 100), per_group) is not None
    assert movement(value(1080, 100), value(1000, 100), per_group) is None


def test_a_value_that_changes_sign_is_compared_too():
    found = movement(value(-900), value(400), metric(unit="persons", min_sample=-10_000))
    assert found is not None
    assert found.feeling == "worse"


def test_bad_news_does_not_crowd_out_good_news():
    metrics = {f"m{i}": metric(f"m{i}", "persons") for i in range(12)}
    now = {f"m{i}": value(1000 if i < 9 else 4000, key=f"m{i}") for i in range(12)}
    before = {f"m{i}": value(3000, key=f"m{i}") for i in range(12)}
    found = movements(now, before, metrics)
    assert [m.feeling for m in found] == ["worse"] * 3 + ["better"] * 3


def test_the_brands_own_row_speaks_for_it_and_breakdowns_do_not():
    whole = MetricValue("a", DAY, "*", value=3.0)
    rows = [
        whole,
        MetricValue("a", DAY, "oa_main", value=1.0),
        MetricValue("a", DAY, "*", "source", "1", value=2.0),
    ]
    only = MetricValue("b", DAY, "oa_main", value=1.0)
    several = [MetricValue("c", DAY, "oa_1", value=1.0), MetricValue("c", DAY, "oa_2", value=2.0)]
    assert headlines([*rows, only, *several]) == {"a": whole, "b": only}


counts = st.integers(min_value=0, max_value=10**7)


@given(a=counts, n=counts, b=counts, m=counts, unit=st.sampled_from(["share", "persons", "cny", "minutes"]))
def test_any_figures_can_be_compared_and_order_does_not_matter(a, n, b, m, unit):
    described = metric(unit=unit)
    there = movement(value(a, n or None), value(b, m or None), described)
    back = movement(value(b, m or None), value(a, n or None), described)
    assert (there is None) == (back is None)
    if there and back:
        assert there.size == back.size
        assert there.rising != back.rising
