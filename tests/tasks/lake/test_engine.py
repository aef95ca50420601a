import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tasks.calendars import Window
from tasks.errors import BadRequest, ConfigurationError, UnexpectedShape
from tasks.lake.engine import Engine
from tasks.lake.store import Lake

Figures = Callable[..., dict[str, Any]]
DAY = dt.date(2026, 7, 1)
JULY = Window(DAY, dt.date(2026, 8, 1))
HEADER = """-- A query.
-- grain  : one row per x
-- params : start_date (business date, inclusive), end_date (exclusive)
-- columns:
--   x      text
-- source : test
"""
QUERIES = {
    "metrics/all_days": "select * from land_day order by account_id, business_date",
    "metrics/window": "select sum(followers) as n from land_day where business_date >= $start_date"
    " and business_date < $end_date -- $comment is not a bind",
    "metrics/until": "select count(*) as n from land_day where business_date < $end_date",
    "metrics/moment": "select $at as moment, typeof($at) as kind",
    "metrics/broken": "select nothing from land_day",
    "staging/fct_day": "select account_id, business_date, sum(followers) as followers,"
    " sum(paid_cny) as paid_cny from land_day"
    " where business_date >= $start_date and business_date < $end_date group by all",
    "staging/fct_whole": "select account_id, sum(followers) as followers, null as share"
    " from land_day group by all",
    "staging/land_person": "select * from land_day",
    "staging/undeclared": "select 1 as x",
}


@pytest.fixture
def engine(lake: Lake, tmp_path: Path) -> Iterator[Engine]:
    for name, sql in QUERIES.items():
        path = tmp_path / "sql" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER + sql + "\n", encoding="utf-8")
    with Engine(lake, folder=tmp_path / "sql") as engine:
        yield engine


def test_a_dataset_never_written_is_empty_with_its_declared_columns(engine: Engine, lake: Lake) -> None:
    found = engine.query("metrics/all_days")
    assert found.num_rows == 0
    assert found.schema.remove_metadata() == lake.dataset("land_day").schema


def test_a_written_dataset_has_the_same_columns_and_types(
    engine: Engine, lake: Lake, figures: Figures
) -> None:
    lake.replace(
        "land_day", [figures(0, paid_cny=Decimal("1.10"), read_at=dt.datetime(2026, 7, 1, tzinfo=dt.UTC))]
    )
    found = engine.query("metrics/all_days")
    assert found.schema.remove_metadata() == lake.dataset("land_day").schema
    assert found.to_pylist() == lake.rows("land_day")


def test_each_query_sees_what_was_written_before_it(engine: Engine, lake: Lake, figures: Figures) -> None:
    assert engine.query("metrics/all_days").num_rows == 0
    lake.replace("land_day", [figures(0), figures(1)])
    assert engine.query("metrics/all_days").num_rows == 2
    lake.replace("land_day", [], account_id="oa", window=Window.of_day(DAY))
    assert engine.query("metrics/all_days").num_rows == 1


def test_an_engine_knows_which_version_of_a_dataset_its_queries_have_read(
    engine: Engine, lake: Lake, figures: Figures
) -> None:
    engine.query("metrics/all_days")
    assert engine.versions == {}, "what was never written has no version"
    lake.replace("land_day", [figures(0)])
    first, _ = lake.newest("land_day")
    engine.query("metrics/all_days")
    assert engine.versions == {"land_day": first}
    lake.replace("land_day", [figures(0), figures(1)])
    assert engine.versions == {"land_day": first}, "written, but read by nobody yet"
    engine.query("metrics/all_days")
    assert engine.versions == {"land_day": first + 1}


def test_only_binds_that_the_statement_uses_are_bound(engine: Engine, lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n) for n in range(5)])
    window = {"start_date": DAY, "end_date": DAY + dt.timedelta(days=2)}
    assert engine.query("metrics/window", **window).to_pylist() == [{"n": 2}]
    assert engine.query("metrics/until", **window).to_pylist() == [{"n": 2}]


def test_a_missing_or_unknown_bind_is_refused_by_name(engine: Engine) -> None:
    with pytest.raises(BadRequest, match=r"metrics/window needs end_date"):
        engine.query("metrics/window", start_date=DAY)
    with pytest.raises(BadRequest, match=r"metrics/until does not know account"):
        engine.query("metrics/until", end_date=DAY, account="x")


def test_a_moment_is_bound_and_told_in_utc(engine: Engine) -> None:
    shanghai = dt.timezone(dt.timedelta(hours=8))
    (row,) = engine.query("metrics/moment", at=dt.datetime(2026, 7, 1, 8, tzinfo=shanghai)).to_pylist()
    assert row["kind"] == "TIMESTAMP WITH TIME ZONE"
    assert row["moment"] == dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    with pytest.raises(BadRequest, match="names no time zone"):
        engine.query("metrics/moment", at=dt.datetime(2026, 7, 1))  # noqa: DTZ001


def test_a_statement_the_engine_refuses_is_named(engine: Engine) -> None:
    with pytest.raises(BadRequest, match=r"metrics/broken failed: .*nothing"):
        engine.query("metrics/broken")


def test_building_twice_changes_nothing(engine: Engine, lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n, channel=c, paid_cny=1) for n in range(40) for c in (0, 1)])
    for _ in range(2):
        assert engine.build("staging/fct_day", JULY) == 31
        assert len(lake.rows("fct_day")) == 31
    assert lake.rows("fct_day")[0] == {
        "account_id": "oa", "business_date": DAY, "followers": 2, "paid_cny": Decimal("2.00"),
    }  # fmt: skip


def test_building_a_window_leaves_the_other_days_alone(engine: Engine, lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(n) for n in range(4)])
    engine.build("staging/fct_day", JULY)
    lake.replace("land_day", [figures(n, followers=9) for n in range(4)])
    engine.build("staging/fct_day", Window(DAY, DAY + dt.timedelta(days=2)))
    assert [row["followers"] for row in lake.rows("fct_day")] == [9, 9, 1, 1]


def test_a_dataset_without_slice_is_built_whole(engine: Engine, lake: Lake, figures: Figures) -> None:
    lake.replace("land_day", [figures(0), figures(1, "mp")])
    assert engine.build("staging/fct_whole", Window.of_day(DAY)) == 2
    lake.replace("land_day", [figures(0)])
    assert engine.build("staging/fct_whole", Window.of_day(DAY)) == 1
    assert lake.rows("fct_whole") == [{"account_id": "oa", "followers": 1, "share": None}]


def test_a_result_of_another_shape_is_not_built(engine: Engine, lake: Lake, figures: Figures) -> None:
    with pytest.raises(UnexpectedShape, match="land_person"):
        engine.build("staging/land_person", JULY)
    with pytest.raises(ConfigurationError, match="undeclared is not a dataset"):
        engine.build("staging/undeclared", JULY)


def test_a_total_is_the_sum_of_a_window_and_nothing_is_not_zero(
    engine: Engine, lake: Lake, figures: Figures
) -> None:
    assert engine.total("land_day", "followers", "oa", JULY) is None
    lake.replace("land_day", [figures(0), figures(1, followers=4), figures(40), figures(0, "mp")])
    assert engine.total("land_day", "followers", "oa", JULY) == 5.0
    with pytest.raises(BadRequest, match="nothing"):
        engine.total("land_day", "nothing", "oa", JULY)


def test_results_are_arrow_tables(engine: Engine) -> None:
    assert isinstance(engine.query("metrics/all_days"), pa.Table)
