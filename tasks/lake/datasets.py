"""The declared datasets: what every table of the lake holds, parsed from ``sql/lake/*.sql``.

A declaration is text with a strict shape, so a slip is found with its file and line before anything runs:
header lines ``-- key``, ``-- partition``, ``-- slice``, ``-- source`` and one ``create table`` whose every
column carries its unit as a comment. ``-`` stands for "none". ``-- kept_for`` says for which coming report a dataset is
kept that no query reads yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from tasks.errors import ConfigurationError
from tasks.settings import HOME

FOLDER = HOME / "sql" / "lake"
MONTH = "month"
"""Partition column that the store adds: ``YYYY-MM`` of the slice column."""
KEYED = "keyed hash"
"""How the unit of a column begins that holds keys of persons; they change with the secret key."""

ARROW = {
    "text": pa.string(),
    "date": pa.date32(),
    "timestamptz": pa.timestamp("us", tz="UTC"),
    "boolean": pa.bool_(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
}
COLUMN = re.compile(r"    (\w+)\s+(\w+(?:\(\d+, ?\d+\))?)(,?)\s*-- (\S.*)")
FIELD = re.compile(r"-- (key|partition|slice|source|kept_for)\s*: (\S.*)")


@dataclass(frozen=True)
class Column:
    """One column: its DuckDB type as declared and what it counts."""

    name: str
    type: str
    unit: str

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type that the lake stores."""
        decimal = re.fullmatch(r"decimal\((\d+), ?(\d+)\)", self.type)
        return pa.decimal128(int(decimal[1]), int(decimal[2])) if decimal else ARROW[self.type]


@dataclass(frozen=True)
class Dataset:
    """One table of the lake as declared."""

    name: str
    title: str
    key: tuple[str, ...]
    """Columns that no two rows share."""
    partition: tuple[str, ...]
    slice: str
    """Column a window selects by; empty: the dataset is always replaced whole."""
    source: str
    columns: tuple[Column, ...]
    kept_for: str = ""
    """Why it is kept though no query reads it; empty: one does."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns a reader sees."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def schema(self) -> pa.Schema:
        """Arrow schema of the columns a reader sees."""
        return pa.schema([(column.name, column.arrow) for column in self.columns])

    @cached_property
    def stored(self) -> pa.Schema:
        """Arrow schema on disk: the same plus ``month`` where the table is partitioned by it."""
        return self.schema.append(pa.field(MONTH, pa.string())) if self.has_month else self.schema

    @property
    def has_month(self) -> bool:
        """True when the store adds the ``month`` column."""
        return MONTH in self.partition and MONTH not in self.names

    @property
    def is_dated(self) -> bool:
        """True when a window of business dates selects a slice."""
        return any(column.name == self.slice and column.type == "date" for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that may never be null: they decide which row replaces which."""
        placed = {*self.key, *self.partition, self.slice}
        return tuple(name for name in self.names if name in placed)

    @property
    def keyed(self) -> tuple[str, ...]:
        """Columns of keyed hashes of persons: those whose unit begins so."""
        return tuple(column.name for column in self.columns if column.unit.startswith(KEYED))


def parse(path: Path) -> Dataset:
    """The dataset declared in one file.

    Raises:
        ConfigurationError: the file is not a declaration; the message names file and line.
    """
    title = ""
    fields: dict[str, str] = {}
    columns: list[Column] = []
    stage = "header"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path}:{number}"
        if stage == "header" and (found := FIELD.fullmatch(line)):
            fields[found[1]] = found[2].strip()
        elif stage == "header" and number == 1 and line.startswith("-- "):
            title = line.removeprefix("-- ").strip()
        elif stage == "header" and line == f"create table {path.stem} (":
            stage = "columns"
        elif stage == "columns" and (found := COLUMN.fullmatch(line)):
            columns.append(_column(found, where))
        elif stage == "columns" and line == ");":
            stage = "end"
        elif line.strip():
            raise ConfigurationError(f"{where}: '{line.strip()}' does not belong in a dataset declaration")
    lacking = {"key", "partition", "slice", "source"} - set(fields)
    if stage != "end" or lacking or not title or not columns:
        what = f"lacks {', '.join(sorted(lacking))}" if lacking else "is not complete"
        raise ConfigurationError(f"{path}:1: the declaration {what}; compare with another file of sql/lake")
    return _checked(
        Dataset(
            name=path.stem,
            title=title,
            key=_names(fields["key"]),
            partition=_names(fields["partition"]),
            slice="" if fields["slice"] == "-" else fields["slice"],
            source=fields["source"],
            columns=tuple(columns),
            kept_for=fields.get("kept_for", ""),
        ),
        path,
    )


@lru_cache(maxsize=8)
def load(folder: Path = FOLDER) -> Mapping[str, Dataset]:
    """Every declared dataset by name; read once per process.

    Raises:
        ConfigurationError: a file is malformed; the message names file and line.
    """
    return MappingProxyType({path.stem: parse(path) for path in sorted(folder.glob("*.sql"))})


def dataset(name: str, folder: Path = FOLDER) -> Dataset:
    """The declared dataset of that name.

    Raises:
        ConfigurationError: ``sql/lake`` does not declare it.
    """
    found = load(folder).get(name)
    if found is None:
        raise ConfigurationError(f"{name} is not a dataset: {folder} holds no {name}.sql")
    return found


def _names(text: str) -> tuple[str, ...]:
    return () if text == "-" else tuple(name.strip() for name in text.split(","))


def _column(found: re.Match[str], where: str) -> Column:
    kind = found[2].lower()
    if kind not in ARROW and not kind.startswith("decimal("):
        raise ConfigurationError(
            f"{where}: {found[1]} has type {kind}; use {', '.join(ARROW)} or decimal(p, s)"
        )
    return Column(found[1], kind, found[4].strip())


def _checked(dataset: Dataset, path: Path) -> Dataset:
    doubled = {name for name in dataset.names if dataset.names.count(name) > 1}
    unknown = {*dataset.key, *dataset.partition, dataset.slice} - {*dataset.names, MONTH, ""}
    if doubled or unknown or not dataset.key:
        raise ConfigurationError(
            f"{path}:1: "
            + (f"columns twice: {', '.join(sorted(doubled))}; " if doubled else "")
            + (f"header names unknown columns: {', '.join(sorted(unknown))}; " if unknown else "")
            + ("" if dataset.key else "a key is needed")
        )
    if dataset.has_month and not dataset.is_dated:
        raise ConfigurationError(f"{path}:1: partition month needs a slice column of type date")
    return dataset
