"""Catalogue, queries and glossary speak of the same numbers."""

import re
from pathlib import Path

import pytest

from tasks import publish, settings
from tasks.lake import queries
from tasks.lake.datasets import dataset as lake_dataset
from tasks.metrics import catalogue
from tasks.records import Endpoint, Metric
from tasks.sources.files.templates import templates

HOME = Path(__file__).parents[2]
LOADED = settings.load()
ENDPOINTS = LOADED.endpoints()
TEMPLATES = templates(LOADED.document("templates"))
CATALOGUE = catalogue.read(LOADED.document("metrics"), ENDPOINTS)
OF_THE_SYSTEM = {"outcomes", "ledger", "actions", "decisions", "alerts"}


def measured_in(query: queries.Query) -> set[str]:
    return set(re.findall(r"'(\w+)' as metric_id", query.sql))


def glossary() -> dict[str, list[str]]:
    """Cells of the glossary's rows by what stands in their third column."""
    text = (HOME / "reports" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"
    ]
    # The first table of a metric is its row; the one of formulas comes after it.
    return {row[2].strip("`"): row for row in reversed(rows) if row[2].startswith("`")}


@pytest.mark.parametrize("query", queries.queries("metrics"), ids=lambda query: query.name)
def test_a_family_measures_exactly_the_metrics_the_catalogue_gives_to_it(query: queries.Query) -> None:
    family = query.name.removeprefix("metrics/")

    assert measured_in(query) == set(catalogue.measured_by(CATALOGUE, family))


def test_every_metric_has_a_query_or_is_about_the_system_itself() -> None:
    families = {query.name.removeprefix("metrics/") for query in queries.queries("metrics")}

    assert {metric.query for metric in CATALOGUE.values()} == families | OF_THE_SYSTEM


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.metric_id)
def test_a_metric_of_facts_has_inputs_and_one_of_the_system_has_none(metric: Metric) -> None:
    assert bool(metric.inputs or metric.imports) == (metric.query not in OF_THE_SYSTEM)


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.metric_id)
def test_the_inputs_of_a_metric_feed_the_datasets_its_query_reads(metric: Metric) -> None:
    if metric.query in OF_THE_SYSTEM:
        return
    by_name = {
        Path(query.name).name: query for kind in ("staging", "marts") for query in queries.queries(kind)
    }
    read: set[str] = set()
    found = set(queries.load(f"metrics/{metric.query}").words)
    while facts := found & set(by_name) - read:  # facts are built of facts
        read |= facts
        found |= {word for fact in facts for word in by_name[fact].words}
    landed = {word for word in found if word.startswith("land_")}

    for endpoint in metric.inputs:
        assert set(ENDPOINTS[endpoint].datasets) & landed, f"{endpoint} feeds nothing of {metric.query}"
    for template in (*metric.imports, *metric.exact_with):
        assert TEMPLATES[template].dataset in landed, f"{template} feeds nothing of {metric.query}"


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.metric_id)
def test_a_metric_says_what_it_means_in_both_languages(metric: Metric) -> None:
    assert re.search(r"[一-鿿]", metric.meaning_zh)
    assert re.search(r"[A-Za-z]{3}", metric.meaning_en)
    assert not re.search(r"[一-鿿]", metric.meaning_en)


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.metric_id)
def test_a_metric_says_how_it_is_computed_and_of_what_in_chinese(metric: Metric) -> None:
    assert re.search(r"[一-鿿]{2}", metric.formula_zh)
    assert re.search(r"[一-鿿]", metric.grain_zh)
    assert metric.told_formula("en") == metric.formula


def test_the_glossary_is_what_the_catalogue_says_today() -> None:
    written = (HOME / "reports" / "glossary.md").read_text(encoding="utf-8")

    assert written == publish.glossary_text(), "write it anew: python -m flows glossary --write"


def watched() -> list[tuple[str, str]]:
    """Metric and unit of every KPI and gate of the plan that is measured."""
    plan = LOADED.document("plan")
    entries = [*plan["kpi"], *plan["gate"]]
    return [(entry["metric"], entry["unit"]) for entry in entries if entry.get("measured", True)]


@pytest.mark.parametrize(("metric_id", "unit"), watched())
def test_the_plan_and_the_catalogue_measure_in_the_same_unit(metric_id: str, unit: str) -> None:
    assert CATALOGUE[metric_id].unit == unit


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.metric_id)
def test_the_parts_of_a_metric_have_short_names_in_both_languages(metric: Metric) -> None:
    for chinese, english in zip(metric.parts("zh-CN"), metric.parts("en"), strict=True):
        assert bool(chinese) == bool(english)
        assert not chinese or re.search(r"[一-鿿]", chinese)
        assert not re.search(r"[一-鿿]", english)


def test_words_of_the_glossary_that_name_a_column_name_one_that_exists() -> None:
    columns = {
        name
        for kind in ("staging", "marts", "metrics")
        for query in queries.queries(kind)
        for name, _ in query.columns
    }
    gaps = set(LOADED.document("not_computable"))
    known = columns | set(CATALOGUE) | gaps | {"start_date", "end_date", "status", "completeness"}

    named = {
        word
        for key in glossary()
        for word in re.findall(r"\b[a-z]\w+", key.replace("…_", ""))
        if "…" not in key
    }

    assert named <= known


REGISTRY = LOADED.registry()


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.name)
def test_an_endpoint_names_exactly_the_metrics_that_read_it_and_rows_of_the_plan(endpoint: Endpoint) -> None:
    reading = {metric.metric_id for metric in CATALOGUE.values() if endpoint.name in metric.inputs}

    assert set(endpoint.metrics) == reading
    assert endpoint.plan or endpoint.metrics
    assert all(re.fullmatch(r"(K|T|I|R|H|B|S|E|PB|BG|PC|MS)-\d\d", row) for row in endpoint.plan)


@pytest.mark.parametrize("endpoint", REGISTRY.values(), ids=lambda endpoint: endpoint.name)
def test_a_retired_endpoint_is_not_asked_and_names_what_replaces_it(endpoint: Endpoint) -> None:
    retired = endpoint.status == "retired"

    assert retired == (endpoint.name not in ENDPOINTS)
    assert bool(endpoint.replaced_by) == retired
    assert set(endpoint.replaced_by) <= set(ENDPOINTS)
    assert bool(endpoint.datasets) != retired


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS.values() if e.doubted_by], ids=lambda e: e.name)
def test_a_sister_interface_is_a_column_of_a_dataset_of_the_same_platform(endpoint: Endpoint) -> None:
    dataset, column = endpoint.doubted_by.split(".")

    assert column in lake_dataset(dataset).names
    assert [e.kind for e in ENDPOINTS.values() if dataset in e.datasets] == [endpoint.kind]


def test_every_doubt_is_had_of_an_endpoint_whose_rows_and_sister_it_reads() -> None:
    doubting = {e.doubted_by_query: e for e in ENDPOINTS.values() if e.doubted_by_query}

    assert {f"doubts/{name}" for name in doubting} == {query.name for query in queries.queries("doubts")}
    for name, endpoint in doubting.items():
        read = queries.load(f"doubts/{name}").words
        assert endpoint.doubted_by.split(".")[0] in read
        assert read & set(endpoint.datasets)
