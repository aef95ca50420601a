"""What the metric store remembers: numbers that stood, numbers that were restated, and who reads them."""

import datetime as dt
import json
import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tasks import calendars
from tasks.calendars import Window
from tasks.opsdb import accounts, alerts, metric_catalogue, metrics, migrate, views
from tasks.opsdb.schema import measurement, metric_restatement, metric_value
from tasks.records import Account, AlertRow, Level, MetricValue, SourceKind
from tasks.settings import HOME
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 7, 19)
WINDOW = Window.of_day(DAY)
MONDAY, TUESDAY, WEDNESDAY = (dt.datetime(2026, 7, n, tzinfo=dt.UTC) for n in (20, 21, 22))
NINE = dt.timedelta(hours=9)


def value(
    metric_id: str, numerator: float | None, denominator: float | None = None, **more: Any
) -> MetricValue:
    rate = None if numerator is None else numerator / denominator if denominator else numerator
    told = {"numerator": numerator, "denominator": denominator, "value": rate, "completeness": 1.0}
    return MetricValue(metric_id, DAY, **{**told, **more})


@pytest.fixture
def measure(ops: sa.Engine, monkeypatch: pytest.MonkeyPatch):
    """Publishes values at a moment."""

    def at(moment: dt.datetime, *values: MetricValue, **more: Any) -> int:
        monkeypatch.setattr(calendars, "now", lambda: moment)
        return metrics.write(ops, values, WINDOW, **more)

    return at


def table(ops: sa.Engine, which: sa.Table) -> list[dict[str, Any]]:
    with ops.connect() as connection:
        return [
            dict(row._mapping) for row in connection.execute(sa.select(which).order_by(*which.primary_key))
        ]


def runs(ops: sa.Engine) -> dict[str, int]:
    return {row["metric_id"]: row["measurement_id"] for row in table(ops, metric_value)}


def test_measuring_the_same_again_restates_nothing_and_leaves_the_rows_to_their_first_run(ops, measure):
    rate = value("rate", 30, 400)
    measure(MONDAY, rate, value("grey", None, status="grey", note="没有数据"))
    before = runs(ops)
    assert measure(TUESDAY, rate, value("grey", None, status="grey", note="没有数据")) == 2
    assert runs(ops) == before == {"grey": 1, "rate": 1}
    assert table(ops, metric_restatement) == []
    assert [row["computed_at"] for row in table(ops, measurement)] == [MONDAY, TUESDAY]


def test_a_sum_in_another_order_is_the_same_number(ops, measure):
    measure(MONDAY, value("money", 0.1 + 0.2 + 0.3))
    assert 0.1 + 0.2 + 0.3 != 0.3 + 0.2 + 0.1
    measure(TUESDAY, value("money", 0.3 + 0.2 + 0.1))
    assert table(ops, metric_restatement) == []


@pytest.mark.parametrize(
    "change",
    [
        {"numerator": 31.0},
        {"denominator": 401.0},
        {"value": None},
        {"value": 0.0},
        {"completeness": 0.97},
        {"status": "approx"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_in_a_published_number_is_remembered(ops, measure, change):
    measure(MONDAY, value("rate", 30, 400))
    measure(TUESDAY, replace(value("rate", 30, 400), **change))
    (kept,) = table(ops, metric_restatement)
    assert (kept["numerator"], kept["denominator"], kept["value"], kept["completeness"]) == (
        30,
        400,
        0.075,
        1,
    )
    assert (kept["measurement_id"], kept["reported_from"], kept["reported_until"]) == (1, MONDAY, TUESDAY)
    assert runs(ops) == {"rate": 2}


def test_only_the_restated_number_of_a_run_changes_hands(ops, measure):
    measure(MONDAY, value("a", 1), value("b", 2))
    measure(TUESDAY, value("a", 1), value("b", 3), value("c", 4))
    assert runs(ops) == {"a": 1, "b": 2, "c": 2}
    assert [row["metric_id"] for row in table(ops, metric_restatement)] == ["b"]


def test_a_note_in_other_words_is_no_restatement(ops, measure):
    measure(MONDAY, value("a", 1, note="近似值"))
    measure(TUESDAY, value("a", 1, note="approximate"))
    assert metrics.read(ops, WINDOW) == [value("a", 1, note="approximate")]
    assert runs(ops) == {"a": 1}
    assert table(ops, metric_restatement) == []


def test_what_was_reported_at_a_moment_is_what_was_published_then(ops, measure):
    measure(MONDAY, value("rate", 30, 400), value("gone", 5))
    measure(TUESDAY, value("rate", 32, 400), value("late", 7), metric_ids=["rate", "gone", "late"])
    measure(WEDNESDAY, value("rate", 30, 400), value("late", 7), metric_ids=["rate", "gone", "late"])

    def told(moment: dt.datetime, **only: Any) -> dict[str, float | None]:
        return {v.metric_id: v.value for v in metrics.as_reported(ops, moment, WINDOW, **only)}

    assert told(MONDAY - NINE) == {}
    assert told(MONDAY + NINE) == {"gone": 5, "rate": 0.075}
    assert told(TUESDAY + NINE) == {"late": 7, "rate": 0.08}
    assert told(WEDNESDAY) == {"late": 7, "rate": 0.075}
    assert told(TUESDAY, metric_ids=["rate"]) == {"rate": 0.08}
    assert told(TUESDAY, account_id="oa") == {}
    assert metrics.as_reported(ops, WEDNESDAY, WINDOW) == metrics.read(ops, WINDOW)


def test_a_number_that_vanished_can_come_back(ops, measure):
    for moment, values in ((MONDAY, [value("a", 1)]), (TUESDAY, []), (WEDNESDAY, [value("a", 1)])):
        measure(moment, *values, metric_ids=["a"])
    assert [len(metrics.as_reported(ops, m, WINDOW)) for m in (MONDAY, TUESDAY, WEDNESDAY)] == [1, 0, 1]


def test_a_run_tells_which_versions_of_the_lake_it_read(ops, measure):
    measure(MONDAY, value("a", 1), lake_versions={"fct_order": 12, "dim_person": 3})
    (run,) = table(ops, measurement)
    assert json.loads(run["lake_versions"]) == {"dim_person": 3, "fct_order": 12}


def test_values_of_a_release_without_memory_count_as_reported_ever_since(ops, measure):
    measure(MONDAY, value("a", 1))
    migrate.downgrade(ops, "0002")
    migrate.upgrade(ops)
    assert [v.value for v in metrics.as_reported(ops, MONDAY - 999 * NINE, WINDOW)] == [1]
    measure(TUESDAY, value("a", 2))
    assert [v.value for v in metrics.as_reported(ops, MONDAY, WINDOW)] == [1]
    assert [v.value for v in metrics.as_reported(ops, TUESDAY, WINDOW)] == [2]


BI = (HOME / "reports" / "bi.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```sql\n(.*?)```", BI, flags=re.DOTALL)


def alert(metric_id: str, day: dt.date, level: Level, lag: float, owner: str) -> AlertRow:
    return AlertRow(
        metric_id, day, level, level, day, "", "progress", 0.075, 0.1, 0.05, 0.25, lag, lag, lag, lag, 9, 0.001,
        owner, "加投", day, "落后",
    )  # fmt: skip


def asked(ops: sa.Engine, query: str) -> list[tuple[Any, ...]]:
    with ops.connect() as connection:
        return [tuple(map(plain, row)) for row in connection.execute(sa.text(query))]


def plain(cell: Any) -> Any:
    """SQLite hands dates over as text."""
    return str(cell) if isinstance(cell, dt.date) else cell


def test_the_examples_for_bi_tools_answer_on_both_databases(ops, measure):
    trend, behind, then = EXAMPLES
    open_rate, orders = value("oa_open_rate", 30, 400), value("orders", 9)
    measure(MONDAY, open_rate, orders, value("oa_open_rate", 1, 2, dimension="channel", member="扫码"))
    measure(TUESDAY, value("oa_open_rate", 32, 400), orders)
    metric_catalogue.write(ops, [some_metric("oa_open_rate", name_zh="打开率"), some_metric("orders")])
    yesterday = DAY - dt.timedelta(1)
    alerts.write(ops, yesterday, [alert("oa_open_rate", yesterday, Level.red, 0.4, "林夏")])
    alerts.write(
        ops,
        DAY,
        [
            alert("oa_open_rate", DAY, Level.orange, 0.2, "林夏"),
            alert("repurchase", DAY, Level.red, 0.3, "王珂"),
            alert("orders", DAY, Level.grey, 0.9, "王珂"),
        ],
    )

    assert asked(ops, trend) == [(str(DAY), 32, 400, 0.08, "ok")]
    assert asked(ops, behind) == [
        ("王珂", "repurchase", "red", 0.075, 0.1, 0.3, str(DAY)),
        ("林夏", "打开率", "orange", 0.075, 0.1, 0.2, str(DAY)),
    ]
    assert [row[:3] for row in asked(ops, then)] == [
        ("oa_open_rate", str(DAY), 0.075),
        ("orders", str(DAY), 9),
    ]


def test_every_view_is_explained_and_can_be_read(ops):
    assert set(re.findall(r"^\| `(\w+)` \|", BI, flags=re.MULTILINE)) == set(views.names())
    assert set(sa.inspect(ops).get_view_names()) == set(views.names())
    for name in views.names():
        assert asked(ops, f"select * from {name}") == []


def test_the_view_of_restatements_holds_then_against_now(ops, measure):
    measure(MONDAY, value("a", 1), value("gone", 5))
    measure(TUESDAY, value("a", 4), metric_ids=["a", "gone"])
    query = "select metric_id, value, value_now, change from bi_metric_restatements order by metric_id"
    assert asked(ops, query) == [("a", 1, 4, 3), ("gone", 5, None, None)]


def test_bi_users_see_names_and_units_in_both_languages_and_the_accounts_name(ops, measure):
    shop = Account(
        account_id="shop", kind=SourceKind.shop, name="旗舰店", app_id="wx", secret="S", base_url="https://x"
    )
    accounts.write(ops, [shop])
    measure(MONDAY, value("gmv", 5, account_id="shop"))
    metric_catalogue.write(ops, [some_metric("gmv", name_zh="旧名", unit="cny")])
    metric_catalogue.write(ops, [some_metric("gmv", name_zh="支付", name_en="Paid", unit="cny")])
    query = "select name_zh, name_en, unit, account_name from bi_metric_daily"
    assert asked(ops, query) == [("支付", "Paid", "cny", "旗舰店")]


def test_a_migration_may_change_a_table_that_a_view_reads(ops):
    migrate.downgrade(ops, "0002")
    assert sa.inspect(ops).get_view_names() == []
    migrate.upgrade(ops)
    assert set(sa.inspect(ops).get_view_names()) == set(views.names())


def test_every_view_of_values_tells_grain_window_period_and_the_versions_that_were_read(ops, measure):
    metric_catalogue.write(ops, [some_metric("a", grain="brand, day", window_days=7)])
    measure(MONDAY, value("a", 1), lake_versions={"fct_order": 12})
    measure(TUESDAY, value("a", 4), lake_versions={"fct_order": 13})
    meant = f"P7D/{value('a', 1).business_date}"
    about = "grain, window_days, period"

    (daily,) = asked(ops, f"select {about}, value, lake_versions from bi_metric_daily")
    history = asked(ops, f"select {about}, value, lake_versions from bi_metric_history order by value")
    (restated,) = asked(
        ops, f"select {about}, value, lake_versions, lake_versions_now from bi_metric_restatements"
    )

    old, new = '{"fct_order":12}', '{"fct_order":13}'
    shown = [tuple(str(part).replace(" ", "") for part in found) for found in (daily, *history, restated)]
    told = ("brand,day", "7", meant)
    assert shown == [(*told, "4.0", new), (*told, "1.0", old), (*told, "4.0", new), (*told, "1.0", old, new)]
