import datetime as dt
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import Window
from tasks.errors import ConfigurationError
from tasks.metrics.completeness import Cells
from tasks.metrics.values import values
from tasks.records import Account, Cell, Endpoint, Metric, MetricValue, Outcome, SourceKind, Verdict
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 3, 10)
ONE = dt.timedelta(days=1)
ACCOUNT = Account(account_id="a", kind=SourceKind.shop, name="n", app_id="x", secret="S", base_url="u")
ENDPOINT = Endpoint(
    name="shop.orders",
    kind=SourceKind.shop,
    path="/p",
    title="t",
    ready=dt.time(8),
    datasets=("land_x",),
    page="p",
    read_on=DAY,
)


def metric(
    metric_id: str = "rate", denominator: str = "d", min_sample: float = 0, window_days: int = 1
) -> Metric:
    return some_metric(
        metric_id,
        name_zh="x",
        unit="share" if denominator else "items",
        window_days=window_days,
        denominator=denominator,
        strength="A",
        inputs=("shop.orders",),
        min_sample=min_sample,
    )


def cells(ok_days: int = 60, bad: tuple[int, ...] = ()) -> Cells:
    at = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    return Cells(
        [
            Outcome(
                Cell("a", "shop.orders", DAY - n * ONE),
                Verdict.error if n in bad else Verdict.ok,
                1,
                DAY,
                at,
            )
            for n in range(ok_days)
        ],
        {"shop.orders": ENDPOINT},
        [ACCOUNT],
    )


def row(numerator: float | None, denominator: float | None = None, **other: Any) -> dict[str, Any]:
    return {
        "metric_id": "rate",
        "account_id": "*",
        "dimension": "",
        "member": "",
        "business_date": DAY,
        "numerator": numerator,
        "denominator": denominator,
        "is_approx": False,
    } | other


def only(found: list[MetricValue]) -> MetricValue:
    (value,) = found
    return value


def measured(
    given_row: dict[str, Any], of: Metric | None = None, received: Cells | None = None
) -> MetricValue:
    of = of or metric()
    return only(values([given_row], {of.metric_id: of}, received or cells(), Window.of_day(DAY), "en"))


def test_a_rate_is_published_with_both_parts() -> None:
    value = measured(row(3, 12))

    assert (value.numerator, value.denominator, value.value, value.status, value.note) == (
        3,
        12,
        0.25,
        "ok",
        "",
    )
    assert value.completeness == 1


def test_a_count_is_its_numerator() -> None:
    value = measured(row(7), metric(denominator=""))

    assert (value.value, value.denominator, value.status) == (7, None, "ok")


def test_a_count_of_zero_is_zero_when_the_day_was_read() -> None:
    assert measured(row(0), metric(denominator="")).value == 0


def test_a_denominator_of_zero_gives_null_with_a_reason() -> None:
    value = measured(row(0, 0))

    assert (value.value, value.status, value.note) == (None, "grey", "the denominator is 0")


def test_an_unknown_part_gives_null_with_a_reason() -> None:
    assert measured(row(3, None)).note == "no data for this day"
    assert measured(row(None, 3)).value is None


def test_incomplete_inputs_give_null_and_keep_the_parts() -> None:
    value = measured(row(3, 12), metric(window_days=7), cells(bad=(1,)))

    assert (value.value, value.status) == (None, "grey")
    assert (value.numerator, value.denominator, value.completeness) == (3, 12, 6 / 7)
    assert value.note == "inputs 85.7% complete, below 95%"


def test_a_count_of_zero_is_not_zero_when_the_day_was_not_read() -> None:
    value = measured(row(0), metric(denominator=""), cells(bad=(0,)))

    assert (value.value, value.status) == (None, "grey")


@pytest.mark.parametrize(("days", "status"), [(20, "approx"), (19, "grey")])
def test_exactly_95_percent_is_complete(days: int, status: str) -> None:
    assert measured(row(3, 12), metric(window_days=days), cells(bad=(1,))).status == status


@pytest.mark.parametrize(("sample", "status"), [(100, "ok"), (99, "grey")])
def test_a_sample_below_the_minimum_is_grey_but_shown(sample: float, status: str) -> None:
    value = measured(row(10, sample), metric(min_sample=100))

    assert (value.status, value.value) == (status, 10 / sample)
    assert value.note == ("" if status == "ok" else "sample of 99, below the minimum of 100")


def test_an_assumption_is_marked() -> None:
    value = measured(row(3, 12, is_approx=True))

    assert (value.status, value.value, value.note) == ("approx", 0.25, "approximate, see the definition")


def test_an_assumption_that_a_file_would_replace_names_the_file() -> None:
    of = metric().model_copy(update={"exact_with": ("oa_notified_articles",)})
    found = values(
        [row(3, 12, is_approx=True)],
        {of.metric_id: of},
        cells(),
        Window.of_day(DAY),
        "en",
        {"oa_notified_articles": "Notified articles"},
    )

    assert only(found).note == "approximate until “Notified articles” is imported"


def test_days_without_a_row_are_grey_for_the_brand_and_for_accounts_seen_in_the_window() -> None:
    found = values(
        [row(1, 2), row(1, 2, account_id="a")],
        {"rate": metric(), "count": metric("count", "")},
        cells(),
        Window.ending(DAY, 2),
    )

    assert [(v.metric_id, v.account_id, v.business_date, v.status) for v in found] == [
        ("count", "*", DAY - ONE, "grey"),
        ("count", "*", DAY, "grey"),
        ("rate", "*", DAY - ONE, "grey"),
        ("rate", "*", DAY, "ok"),
        ("rate", "a", DAY - ONE, "grey"),
        ("rate", "a", DAY, "ok"),
    ]
    assert found[0].value is None
    assert found[0].note == "当日无数据"


def test_a_missing_day_of_a_metric_from_files_says_what_to_import() -> None:
    from_file = metric().model_copy(update={"imports": ("community_log",)})
    (found,) = values(
        [], {"rate": from_file}, cells(), Window.of_day(DAY), titles={"community_log": "社群运营日志"}
    )
    assert (found.status, found.note) == ("grey", "当日无数据：请导入“社群运营日志”")


def test_a_metric_of_cohorts_without_a_value_says_when_it_will_have_one() -> None:
    of_cohorts = metric().model_copy(update={"maturity_days": 8})
    (found,) = values([], {"rate": of_cohorts}, cells(), Window.of_day(DAY))
    (imported,) = values(
        [],
        {"rate": of_cohorts.model_copy(update={"imports": ("events",)})},
        cells(),
        Window.of_day(DAY),
        "en",
    )

    assert (found.value, found.status, found.note) == (None, "grey", "当日无数据；批次满 8 天后才有值")
    assert imported.note == (
        "no data for this day: import “events”; a cohort has no value before it is 8 days old"
    )


def test_a_metric_of_files_alone_has_a_value_when_they_came_and_says_what_to_import_when_not() -> None:
    from_file = metric().model_copy(update={"inputs": (), "imports": ("gmv",)})

    value = measured(row(3, 12), from_file)
    (lacking,) = values([], {"rate": from_file}, cells(), Window.of_day(DAY), "en")

    assert (value.value, value.status, value.completeness) == (0.25, "ok", None)
    assert (lacking.value, lacking.status, lacking.note) == (
        None,
        "grey",
        "no data for this day: import “gmv”",
    )


def test_a_share_without_its_labels_says_what_to_complete() -> None:
    value = measured(row(None, 40), metric().model_copy(update={"needs_labels": True}))

    assert (value.value, value.status, value.denominator) == (None, "grey", 40)
    assert value.note == "over 5% of the records carry no label: complete them first"


def test_a_number_held_against_the_industry_says_which_mean_the_plan_lacks() -> None:
    value = measured(row(0.4, None), metric().model_copy(update={"industry": "fission_rate"}))

    assert (value.value, value.numerator) == (None, 0.4)
    assert value.note == "the plan's [brand.industry] has no fission_rate: write the industry's mean"


def test_a_metric_told_only_by_parts_lacks_no_total() -> None:
    told = row(3, 12, dimension="matrix_type", member="scenario")

    assert measured(told).member == "scenario"


def test_a_missing_day_whose_inputs_are_incomplete_says_so() -> None:
    value = only(values([], {"rate": metric()}, cells(bad=(0,)), Window.of_day(DAY)))

    assert (value.completeness, value.note) == (0, "输入数据完整率 0.0%，低于 95%")


def test_a_part_of_a_dimension_keeps_its_place() -> None:
    found = values(
        [row(1, 2), row(1, 4, dimension="user_source", member="30")],
        {"rate": metric()},
        cells(),
        Window.of_day(DAY),
    )

    assert [(v.dimension, v.member, v.value) for v in found] == [("", "", 0.5), ("user_source", "30", 0.25)]


def test_an_account_that_is_not_configured_is_grey() -> None:
    found = values([row(1, 2, account_id="gone")], {"rate": metric()}, cells(), Window.of_day(DAY))

    assert {v.account_id: v.status for v in found} == {"*": "grey", "gone": "grey"}


def test_a_row_of_a_metric_the_catalogue_does_not_give_to_the_query_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="other"):
        values([row(1, 2, metric_id="other")], {"rate": metric()}, cells(), Window.of_day(DAY))


def test_tables_of_both_kinds_are_read() -> None:
    rows = [row(3, 12), row(7, None, account_id="a")]
    window = Window.of_day(DAY)
    plain = values(rows, {"rate": metric()}, cells(), window)

    assert values(pa.Table.from_pylist(rows), {"rate": metric()}, cells(), window) == plain
    assert values(pd.DataFrame(rows), {"rate": metric()}, cells(), window) == plain


NUMBERS = st.one_of(st.none(), st.integers(0, 1000).map(float))


@given(NUMBERS, NUMBERS, st.booleans(), st.booleans(), st.sampled_from([0, 50]))
def test_a_value_is_either_the_quotient_or_null_with_a_reason(
    numerator: float | None, denominator: float | None, is_approx: bool, is_read: bool, floor: float
) -> None:
    value = measured(
        row(numerator, denominator, is_approx=is_approx),
        metric(min_sample=floor),
        cells(bad=() if is_read else (0,)),
    )

    if value.value is None:
        assert value.status == "grey"
        assert value.note
    else:
        assert is_read
        assert value.value == numerator / denominator
    assert (value.status == "ok") == (value.note == "")
