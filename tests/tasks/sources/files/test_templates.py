"""The templates keep their word: to the datasets they land in, to each other, and to who fills them in."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks import settings
from tasks.errors import ConfigurationError
from tasks.lake import datasets
from tasks.sources.files.samples import write_samples
from tasks.sources.files.templates import Template, mapped, plain, templates

KNOWN = templates(settings.load().document("templates"))
STORED = {
    "date": "date", "moment": "timestamptz", "integer": "bigint", "number": "double", "cny": "decimal(18, 2)",
    "share": "double", "minutes": "double", "seconds": "double", "yes_no": "boolean",
}  # fmt: skip
OUR_OWN = {"account_id", "business_date", "import_id"}


@pytest.mark.parametrize("template", KNOWN.values(), ids=KNOWN)
def test_a_template_fills_every_column_of_its_dataset(template: Template) -> None:
    dataset = datasets.dataset(template.dataset)
    types = {column.name: column.type for column in dataset.columns}

    assert set(types) - OUR_OWN == set(template.columns) - OUR_OWN
    assert {name: types[name] for name in template.columns} == {
        name: STORED.get(column.type, "text") for name, column in template.columns.items()
    }
    assert dataset.key == ("account_id", *template.key)
    assert dataset.is_dated == template.is_dated
    assert dataset.source == f"import template {template.template_id} (sql/catalogue/templates.toml)"


@pytest.mark.parametrize("template", KNOWN.values(), ids=KNOWN)
def test_no_row_can_be_without_a_key(template: Template) -> None:
    for name in template.key:
        column = template.columns.get(name)
        assert column is None or column.required or column.default, name
    if template.date:
        assert template.columns[template.date].required
        assert template.columns[template.date].type == "moment"


@pytest.mark.parametrize("template", KNOWN.values(), ids=KNOWN)
def test_a_template_recognises_the_headers_it_writes(template: Template) -> None:
    for headers in ([c.header for c in template.columns.values()], list(template.columns)):
        assert mapped(template, headers) == {name: place for place, name in enumerate(template.columns)}


@pytest.mark.parametrize("template", KNOWN.values(), ids=KNOWN)
def test_the_words_of_a_template_are_for_people(template: Template) -> None:
    assert template.description
    assert template.plan
    for column in template.columns.values():
        assert column.description, column.name
        labels = [
            label
            for value, said in column.choices.items()
            for label in {plain(word) for word in (value, *said)}
        ]
        assert len(labels) == len(set(labels)), f"{column.name}: a label means two values"


@pytest.mark.parametrize("template", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_file_is_recognised_and_its_example_is_not_loaded(
    read: Callable[..., Any], tmp_path: Path, template: Template, kind: str
) -> None:
    write_samples(tmp_path, [template])
    found = read((tmp_path / f"{template.template_id}.{kind}").read_bytes(), f"mine.{kind}")

    assert found.choice.template == template
    assert not found.choice.unused
    assert found.staged.examples == (1 if template.kind is None else 0)
    assert (found.staged.read, found.rows, found.quarantined) == (0, [], [])


@pytest.mark.parametrize("template", KNOWN.values(), ids=KNOWN)
def test_the_example_is_a_good_row(read: Callable[..., Any], tmp_path: Path, template: Template) -> None:
    header = [column.header for column in template.columns.values()]
    example = [column.example for column in template.columns.values()]
    free = [
        n for n, c in enumerate(template.columns.values()) if c.type in {"text", "person"} and not c.choices
    ]
    cells = list(example)
    place = free[0] if free else 1
    cells[place] = f"{cells[place]}-mine" if free else "7"
    path = tmp_path / "filled.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, cells])
    found = read(path.read_bytes(), "filled-in.csv")

    assert (len(found.rows), found.quarantined) == (1, [])


def test_a_slip_in_the_templates_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"templates.toml \[x\]"):
        templates({"x": {"title": "甲"}})
