"""Rows on their way into a table, held against its declaration before anything is written."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.calendars import Window
from tasks.errors import UnexpectedShape
from tasks.lake.datasets import MONTH, Column, Dataset

Row = Mapping[str, Any]


def conform(dataset: Dataset, rows: pa.Table | Sequence[Row], *, some: bool = False) -> pa.Table:
    """The rows as the table stores them: declared columns, order and types, ``month`` added.

    Args:
        dataset: the declaration.
        rows: dictionaries with exactly the declared columns, or a table with them in any order.
        some: these are not all rows, so that whoever joins them looks for doubled keys.

    Raises:
        UnexpectedShape: a column is missing, unknown, null where it must not be, of another type, or two rows
            have the same key; the message names dataset and column and never a value that may be personal.
    """
    table = _cast(dataset, rows) if isinstance(rows, pa.Table) else _convert(dataset, rows)
    for name in dataset.required:
        if table[name].null_count:
            raise UnexpectedShape(
                f"{dataset.name}.{name} is null in {table[name].null_count} rows; nothing written"
            )
    if not isinstance(rows, pa.Table):
        table = _without_repeats(dataset, table)
    if not some:
        _refuse_doubles(dataset, table)
    if dataset.has_month:
        table = table.append_column(MONTH, pc.strftime(table[dataset.slice], format="%Y-%m"))
    return table


def inside(dataset: Dataset, table: pa.Table, account_id: str | None, window: Window | None) -> None:
    """Hold rows against the slice they are to replace.

    Raises:
        UnexpectedShape: a row lies outside, so that replacing the slice again would double it.
    """
    if account_id is not None and pc.any(pc.not_equal(table["account_id"], account_id)).as_py():
        raise UnexpectedShape(
            f"{dataset.name}.account_id: rows of other accounts than {account_id}; nothing written"
        )
    if window is not None and table.num_rows:
        days = pc.min_max(table[dataset.slice]).as_py()
        if days["min"] < window.start or days["max"] >= window.end:
            raise UnexpectedShape(
                f"{dataset.name}.{dataset.slice} runs from {days['min']} to {days['max']}, "
                f"outside the window {window}; nothing written"
            )


def _convert(dataset: Dataset, rows: Sequence[Row]) -> pa.Table:
    expected = set(dataset.names)
    for row in rows:
        if row.keys() != expected:
            _refuse_columns(dataset, set(row))
    arrays = []
    for column in dataset.columns:
        values = [row[column.name] for row in rows]
        fits = FITS[column.type.partition("(")[0]]
        for value in values:
            if value is not None and not fits(value):
                raise UnexpectedShape(_wrong_type(dataset, column, f"a value is a {type(value).__name__}"))
        try:
            arrays.append(pa.array(values, column.arrow))
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            raise UnexpectedShape(_wrong_type(dataset, column, "a value does not fit")) from None
    return pa.table(arrays, schema=dataset.schema)


def _cast(dataset: Dataset, table: pa.Table) -> pa.Table:
    if set(table.column_names) != set(dataset.names) or len(table.column_names) != len(dataset.names):
        _refuse_columns(dataset, set(table.column_names))
    arrays = []
    for column in dataset.columns:
        values = table[column.name]
        if not _castable(values.type, column.arrow):
            raise UnexpectedShape(_wrong_type(dataset, column, f"the query gives {values.type}"))
        try:
            arrays.append(values.cast(column.arrow))
        except pa.ArrowInvalid:
            raise UnexpectedShape(_wrong_type(dataset, column, f"a {values.type} does not fit")) from None
    return pa.table(arrays, schema=dataset.schema)


def _castable(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Numbers may become other numbers; everything else must be what it claims to be."""
    if pa.types.is_null(given) or given == wanted:
        return True
    if _is_number(wanted):
        return bool(_is_number(given))
    if pa.types.is_timestamp(wanted):
        return pa.types.is_timestamp(given) and given.tz is not None
    return bool(pa.types.is_string(wanted) and pa.types.is_large_string(given))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _without_repeats(dataset: Dataset, table: pa.Table) -> pa.Table:
    """The rows without those that say the same as another one: platforms repeat entries of a list that moves."""
    if table.select(dataset.key).group_by(list(dataset.key)).aggregate([]).num_rows == table.num_rows:
        return table
    return table.group_by(table.column_names, use_threads=False).aggregate([]).select(table.column_names)


def _refuse_doubles(dataset: Dataset, table: pa.Table) -> None:
    keys = (
        table.select(dataset.key)
        .group_by(list(dataset.key), use_threads=False)
        .aggregate([([], "count_all")])
    )
    if keys.num_rows == table.num_rows:
        return
    first = keys.filter(pc.greater(keys["count_all"], 1)).slice(0, 1).to_pylist()[0]
    raise doubled(dataset, first, first["count_all"])


def doubled(dataset: Dataset, row: Row, times: int) -> UnexpectedShape:
    """The error for rows that share a key."""
    named = ", ".join(f"{name}={row[name]}" for name in dataset.key)
    return UnexpectedShape(f"{dataset.name}: {times} rows share the key {named}; nothing written")


def _refuse_columns(dataset: Dataset, given: set[str]) -> None:
    lacking, unknown = sorted(set(dataset.names) - given), sorted(given - set(dataset.names))
    said = [f"needs {', '.join(lacking)}"] if lacking else []
    said += [f"does not know {', '.join(unknown)}"] if unknown else []
    raise UnexpectedShape(f"{dataset.name}: the dataset {' and '.join(said)}; nothing written")


def _wrong_type(dataset: Dataset, column: Column, what: str) -> str:
    return f"{dataset.name}.{column.name} is declared {column.type}, but {what}; nothing written"


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda v: isinstance(v, str),
    "date": lambda v: isinstance(v, dt.date) and not isinstance(v, dt.datetime),
    # A moment without a zone would be taken for UTC in silence.
    "timestamptz": lambda v: isinstance(v, dt.datetime) and v.tzinfo is not None,
    "boolean": lambda v: isinstance(v, bool),
    "integer": _is_int,
    "bigint": _is_int,
    "double": lambda v: isinstance(v, float) or _is_int(v),
    # A float has lost the exact amount already.
    "decimal": lambda v: isinstance(v, Decimal) or _is_int(v),
}
