from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tasks.errors import ConfigurationError
from tasks.lake import datasets
from tasks.lake.datasets import FOLDER, parse

GOOD = """-- Followers of a day.
-- key       : account_id, business_date
-- partition : account_id, month
-- slice     : business_date
-- source    : GET /x
create table land_x (
    account_id    text,           -- our key
    business_date date,           -- day
    paid_cny      decimal(18, 2), -- CNY
    followers     bigint          -- persons
);
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "land_x.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_declaration_says_all_about_its_dataset(tmp_path: Path) -> None:
    found = parse(written(tmp_path, GOOD))
    assert (found.name, found.title, found.source) == ("land_x", "Followers of a day.", "GET /x")
    assert (found.key, found.partition) == (("account_id", "business_date"), ("account_id", "month"))
    assert (found.slice, found.is_dated) == ("business_date", True)
    assert [(c.name, c.type, c.unit) for c in found.columns][2] == ("paid_cny", "decimal(18, 2)", "CNY")
    assert found.schema.field("paid_cny").type == pa.decimal128(18, 2)
    assert found.stored.names == [*found.names, "month"]


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("bigint          -- persons", "bigint", 10, "followers"),
        ("-- slice     : business_date\n", "", 1, "slice"),
        ("-- key       : account_id, business_date", "-- key       : account_id, day", 1, "day"),
        ("followers     bigint ", "followers     float8 ", 10, "float8"),
        ("followers     bigint ", "paid_cny      bigint ", 1, "paid_cny"),
        ("create table land_x", "create table land_y", 6, "land_y"),
        ("\n);\n", "\n", 1, "not complete"),
        ("-- slice     : business_date", "-- slice     : account_id", 1, "month"),
        ("-- key       : account_id, business_date", "-- key       : -", 1, "key"),
        ("-- source    : GET /x", "-- source    : GET /x\n-- sauce     : GET /x", 6, "sauce"),
    ],
)
def test_a_slip_is_named_with_its_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, word: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError) as caught:
        parse(written(tmp_path, GOOD.replace(old, new, 1)))
    assert f"land_x.sql:{line}:" in str(caught.value)
    assert word in str(caught.value)


def test_every_declaration_of_the_project_is_valid_duckdb() -> None:
    declared = datasets.load()
    assert set(declared) == {path.stem for path in FOLDER.glob("*.sql")}
    with duckdb.connect() as connection:
        for name, dataset in declared.items():
            connection.execute((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
            described = connection.execute(f"describe {name}").fetchall()
            assert tuple(row[0] for row in described) == dataset.names
            empty = connection.sql(f"select * from {name}").to_arrow_table()
            for field, column in zip(empty.schema, dataset.columns, strict=True):
                assert field.type == column.arrow or pa.types.is_timestamp(column.arrow), (name, column)


def test_an_unknown_dataset_is_refused_by_name() -> None:
    with pytest.raises(ConfigurationError, match="land_nothing is not a dataset"):
        datasets.dataset("land_nothing")


def test_every_column_with_keys_of_persons_says_so_and_so_follows_a_change_of_the_secret_key() -> None:
    for name, declared in datasets.load().items():
        if name.startswith("land_"):
            keys = {c for c in declared.names if c.endswith("_key")} - {"source_key"}  # a source is nobody
            assert keys == set(declared.keyed), name
    assert datasets.load()["land_oa_follower"].keyed == ("member_key", "union_key")
    assert datasets.load()["map_person_id"].keyed == (), (
        "its keys are made again from the ids, not translated"
    )
