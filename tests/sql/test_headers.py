"""The headers of the queries tell the truth: params, columns, datasets."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import settings
from tasks.alerts.constants import constants, wanted
from tasks.alerts.plan import load_plan
from tasks.lake import datasets, queries
from tasks.lake.engine import Engine
from tasks.lake.store import Lake

KINDS = ("staging", "marts", "metrics", "checks", "doubts", "notices", "retrospective")
QUERIES = [query for kind in KINDS for query in queries.queries(kind)]
BUILT = [query for query in QUERIES if query.name.startswith(("staging/", "marts/"))]
WINDOW = {"start_date": dt.date(2026, 3, 10), "end_date": dt.date(2026, 3, 12)}
PLAN = constants(load_plan(settings.load().document("plan")))
METRIC_COLUMNS = [
    "metric_id",
    "account_id",
    "dimension",
    "member",
    "business_date",
    "numerator",
    "denominator",
    "is_approx",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Engine(Lake(str(tmp_path_factory.mktemp("lake")))) as opened:
        yield opened


def name_of(query: queries.Query) -> str:
    return query.name


def binds(query: queries.Query) -> set[str]:
    return set(re.findall(r"\$(\w+)", re.sub(r"--[^\n]*", "", query.sql)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_folder_holds_queries(kind: str) -> None:
    assert queries.queries(kind)


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_a_query_declares_the_params_it_uses(query: queries.Query) -> None:
    assert set(query.params) == binds(query)
    of_the_plan = {name for name in query.params if name not in WINDOW}
    assert query.params[: 2 * bool(query.params)] in {("start_date", "end_date"), ()}
    assert all(name in PLAN or name.startswith("industry_") for name in of_the_plan)
    assert not of_the_plan or query.name.startswith("metrics/")


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_a_query_on_an_empty_lake_returns_the_declared_columns(engine: Engine, query: queries.Query) -> None:
    found = engine.query(query.name, **wanted(query.params, {**PLAN, **WINDOW}))

    assert found.column_names == [name for name, _ in query.columns]


@pytest.mark.parametrize("query", BUILT, ids=name_of)
def test_a_built_query_fits_the_dataset_of_its_name(engine: Engine, query: queries.Query) -> None:
    declared = datasets.dataset(Path(query.name).name)

    found = engine.query(query.name, **{name: WINDOW[name] for name in query.params})

    assert found.schema.names == list(declared.names)
    assert [str(field.type) for field in found.schema] == [str(field.type) for field in declared.schema]
    assert declared.source == f"sql/{query.name}.sql"
    assert declared.title == query.title
    assert bool(query.params) == declared.is_dated


@pytest.mark.parametrize("query", BUILT, ids=name_of)
def test_the_grain_of_a_built_query_is_the_key_of_its_dataset(query: queries.Query) -> None:
    declared = datasets.dataset(Path(query.name).name)

    assert query.grain == "one row per " + ", ".join(declared.key)


def test_every_derived_dataset_is_built_by_a_query() -> None:
    derived = {name for name in datasets.load() if name.startswith(("fct_", "dim_", "mart_"))}

    assert derived == {Path(query.name).name for query in BUILT}


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_the_source_of_a_header_names_every_dataset_the_query_reads(query: queries.Query) -> None:
    read = query.words & set(datasets.load())

    assert read
    assert read == set(re.findall(r"\w+", query.source)) & set(datasets.load())


@pytest.mark.parametrize("query", queries.queries("metrics"), ids=name_of)
def test_metric_queries_share_one_shape_and_never_read_landed_rows(query: queries.Query) -> None:
    assert [name for name, _ in query.columns] == METRIC_COLUMNS
    assert not [word for word in query.words if word.startswith("land_")]


@pytest.mark.parametrize("query", queries.queries("checks"), ids=name_of)
def test_checks_share_one_shape_and_have_a_level(query: queries.Query) -> None:
    assert [name for name, _ in query.columns] == ["business_date", "account_id", "what", "what_zh"]
    assert query.level in {"fail", "warn"}


@pytest.mark.parametrize("query", queries.queries("doubts"), ids=name_of)
def test_doubts_share_one_shape(query: queries.Query) -> None:
    assert [name for name, _ in query.columns] == ["business_date", "account_id", "what"]
    assert query.grain == "one row per account_id, business_date"


@pytest.mark.parametrize("query", queries.queries("checks"), ids=name_of)
def test_a_check_has_a_title_for_each_language(query: queries.Query) -> None:
    assert re.search(r"[一-鿿].*。$", query.title_zh)
    assert query.title.endswith(".")
    assert not re.search(r"[一-鿿]", query.title)


@pytest.mark.parametrize("query", QUERIES, ids=name_of)
def test_a_query_is_lower_case_asks_no_clock_and_ends_in_its_last_step(query: queries.Query) -> None:
    text = re.sub(r"'[^']*'", "''", re.sub(r"--[^\n]*", "", query.sql))
    last = re.findall(r"^(\w+) as \($", query.sql, flags=re.MULTILINE)[-1]

    assert text == text.lower()
    assert not query.words & {"current_date", "current_timestamp", "now", "today"}
    assert "{" not in text
    assert f"\nselect * from {last}" in query.sql
