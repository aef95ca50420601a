"""What DuckDB reads for a dataset: the Parquet files of one version, typed as declared."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
from deltalake import DeltaTable

from tasks.lake.datasets import MONTH, Dataset
from tasks.lake.predicates import quoted


def files_of(delta: DeltaTable) -> list[str]:
    """Paths of a table's Parquet files.

    delta-rs percent-encodes the folder of the table and leaves the rest as it is called on disk, so that in a folder
    such as ``运营 数据`` none of its names would be found.
    """
    place = urlsplit(delta.table_uri)
    if place.scheme != "file":
        return delta.file_uris()
    encoded = place.path.rstrip("/")
    return [str(folder_of(delta)) + uri.removeprefix(encoded) for uri in delta.file_uris()]


def folder_of(delta: DeltaTable) -> Path:
    """The folder of a table of this machine."""
    return Path(unquote(urlsplit(delta.table_uri).path))


def relation(dataset: Dataset, files: Sequence[str]) -> str:
    """A SELECT over the files with the declared columns and types; without files it is empty but typed.

    Partition values stand in the path and not in the file, so they are read from there with their declared
    type. Columns that older files lack are null.
    """
    empty = ", ".join(f'null::{column.type} as "{column.name}"' for column in dataset.columns)
    if not files:
        return f"select {empty} where false"
    types = {column.name: column.type for column in dataset.columns} | {MONTH: "text"}
    placed = ", ".join(f"{quoted(name)}: {types[name]}" for name in dataset.partition)
    options = (
        f", hive_partitioning = true, hive_types = {{{placed}}}" if placed else ", hive_partitioning = false"
    )
    listed = ", ".join(quoted(name) for name in files)
    wanted = ", ".join(f'"{column.name}"::{column.type} as "{column.name}"' for column in dataset.columns)
    return (
        f"select {wanted} from (select {empty} where false union all by name "
        f"select * from read_parquet([{listed}], union_by_name = true{options}))"
    )


def connection_of(settings: Mapping[str, str | int]) -> duckdb.DuckDBPyConnection:
    """An empty DuckDB in this process: moments in UTC, and no extension is ever fetched from the network."""
    connection = duckdb.connect(config={**settings, "autoinstall_known_extensions": "false"})
    # Not possible at connect: the time zones live in a built-in extension that is loaded afterwards.
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection
