"""Hand-computed answers of the queries: ``cases/<case>/given.toml`` → ``expect.toml``.

given   query, start_date, end_date, numbers of the plan in [plan] and the rows of each dataset; a column left out
        is null
expect  rows, in any order; ``columns`` names those compared (all when absent), one left out of a row is null
"""

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tasks.lake import queries
from tasks.lake.engine import Engine
from tasks.lake.store import Lake

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def plain(value: Any) -> Any:
    """Decimals and whole numbers compare as floats, moments in UTC."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (Decimal, int, float)):
        return round(float(value), 9)
    return value.astimezone(dt.UTC) if isinstance(value, dt.datetime) else value


def typed(value: Any, kind: str) -> Any:
    """TOML knows no decimals: they are written as floats."""
    return Decimal(str(value)) if kind.startswith("decimal") and value is not None else value


def rows_of(rows: list[dict[str, Any]], columns: list[str]) -> list[tuple[Any, ...]]:
    return sorted((tuple(plain(row.get(column)) for column in columns) for row in rows), key=repr)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_query_answers_as_computed_by_hand(case: Path, tmp_path: Path) -> None:
    given = tomllib.loads((case / "given.toml").read_text(encoding="utf-8"))
    expect = tomllib.loads((case / "expect.toml").read_text(encoding="utf-8"))
    query = queries.load(given.pop("query"))
    params = {name: given.pop(name) for name in ("start_date", "end_date") if name in given}
    params |= given.pop("plan", {})
    lake = Lake(str(tmp_path / "lake"))
    for dataset, rows in given.items():
        declared = lake.dataset(dataset)
        unknown = {column for row in rows for column in row} - set(declared.names)
        assert not unknown, f"{dataset} has no {unknown}"
        lake.replace(
            dataset, [{c.name: typed(row.get(c.name), c.type) for c in declared.columns} for row in rows]
        )

    with Engine(lake) as engine:
        found = engine.query(query.name, **params).to_pylist()

    names = [name for name, _ in query.columns]
    columns = expect.get("columns", names)
    assert {column for row in expect["rows"] for column in row} <= set(columns) <= set(names)
    assert rows_of(found, columns) == rows_of(expect["rows"], columns)
