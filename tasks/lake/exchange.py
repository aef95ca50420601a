"""Parquet files that DuckDB writes beside those of a table, and the commit that puts them in the place of others.

delta-rs takes rows one batch after the other; DuckDB writes what it computes itself, on all cores and within its limit
of memory. delta-rs keeps the log either way: a file that no commit names is seen by nobody, and ``tidy`` removes it.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction, RemoveAction

from tasks import calendars
from tasks.lake.datasets import Dataset
from tasks.lake.predicates import quoted
from tasks.lake.relations import folder_of

GROUP = 20_480
"""Rows that are encoded together; those of every partition are in memory until they are as many."""
ALONE = "exchange"
"""Stands for all who exchange files: of two of them at the same time the second begins again."""


def written(
    connection: duckdb.DuckDBPyConnection, d: Dataset, delta: DeltaTable, query: str
) -> list[AddAction]:
    """Write a query's rows, as one or more files a partition; what a commit needs to know of them.

    Args:
        connection: runs the query.
        d: a dataset with partitions.
        delta: its table, in a folder of this machine.
        query: gives every stored column.
    """
    with tempfile.TemporaryDirectory(prefix="wechat-ops-exchange-") as place:
        # DuckDB 1.5 leaves characters that are not ASCII out of the folder of partitioned files.
        link = Path(place) / "table"
        link.symlink_to(folder_of(delta), target_is_directory=True)
        told = connection.execute(
            f"copy ({query}) to {quoted(str(link))} (format parquet, compression snappy, row_group_size {GROUP}, "
            f"partition_by ({', '.join(d.partition)}), append, filename_pattern 'part-{{uuid}}', return_stats)"
        ).fetchall()
        return [
            AddAction(
                str(Path(file).relative_to(link)),
                size,
                values,
                _milliseconds(),
                data_change=True,
                stats=_stats(d, rows, columns),
            )
            for file, rows, size, _, columns, values in told
        ]


def exchange(delta: DeltaTable, d: Dataset, gone: Sequence[str], come: Sequence[AddAction]) -> None:
    """Put files in the place of others, in one transaction, if the table is still as ``delta`` knows it.

    Raises:
        CommitFailedError: another writer was faster; the files that were to come are deleted.
    """
    folder = folder_of(delta)
    removed = [
        RemoveAction(
            str(Path(file).relative_to(folder)), data_change=True, deletion_timestamp=_milliseconds()
        )
        for file in gone
    ]
    alone = Transaction(app_id=ALONE, version=delta.version() + 1)
    try:
        delta.create_write_transaction(
            [*come, *removed],
            mode="append",
            schema=delta.schema(),
            partition_by=list(d.partition),
            commit_properties=CommitProperties(app_transactions=[alone]),
        )
    except CommitFailedError:
        # Not after any other error: the commit may have been accepted before it.
        discard(delta, come)
        raise


def discard(delta: DeltaTable, come: Sequence[AddAction]) -> None:
    """Delete files that no commit will name."""
    for action in come:
        (folder_of(delta) / action.path).unlink(missing_ok=True)


def _stats(d: Dataset, rows: int, columns: Mapping[str, Mapping[str, str]]) -> str:
    """What Delta's log says of a file, as JSON: enough for a writer to pass over it by a date that lies outside."""
    told = {name.strip('"'): found for name, found in columns.items()}
    dates = [c.name for c in d.columns if c.type == "date" and "min" in told.get(c.name, {})]
    return json.dumps(
        {
            "numRecords": rows,
            "minValues": {name: told[name]["min"] for name in dates},
            "maxValues": {name: told[name]["max"] for name in dates},
            "nullCount": {name: int(found["null_count"]) for name, found in told.items()},
        }
    )


def _milliseconds() -> int:
    return int(calendars.now().timestamp() * 1000)
