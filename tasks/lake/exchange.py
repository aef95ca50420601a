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
from tasks.errors import Busy
from tasks.lake.datasets import Dataset
from tasks.lake.predicates import quoted
from tasks.lake.relations import folder_of

GROUP = 20_480
"""Rows that are encoded together; those of every partition are in memory until they are as many."""
PENDING = 100_000
"""Rows that a thread collects before it hands them to their partitions; five times as many, as is usual, take 200 MB
more, and longer, since all of it must be cleared by the system first."""
AT_ONCE = 64
"""Partitions that are written together: each has buffers of its own, and of a thousand they are all the memory."""
ALONE = "exchange"
"""Stands for all who exchange files: of two of them at the same time the second begins again."""


def written(
    connection: duckdb.DuckDBPyConnection, d: Dataset, delta: DeltaTable, queries: Sequence[str]
) -> list[AddAction]:
    """Write the rows of queries, as one or more files a partition; what a commit needs to know of them.

    Args:
        connection: runs the queries, one after the other.
        d: a dataset with partitions.
        delta: its table, in a folder of this machine.
        queries: each gives every stored column, and rows of at most :data:`AT_ONCE` partitions.

    Raises:
        Busy: there is no room in memory or on the disk; nothing is left behind.
    """
    come: list[AddAction] = []
    with tempfile.TemporaryDirectory(prefix="wechat-ops-exchange-") as place:
        # DuckDB 1.5 leaves characters that are not ASCII out of the folder of partitioned files.
        link = Path(place) / "table"
        link.symlink_to(folder_of(delta), target_is_directory=True)
        try:
            connection.execute(f"set partitioned_write_flush_threshold = {PENDING}")
            for query in queries:
                told = connection.execute(
                    f"copy ({query}) to {quoted(str(link))} (format parquet, compression snappy, "
                    f"row_group_size {GROUP}, partition_by ({', '.join(d.partition)}), append, "
                    "filename_pattern 'part-{uuid}', return_stats)"
                ).fetchall()
                come += [_added(d, str(Path(file).relative_to(link)), *rest) for file, *rest in told]
        except BaseException as error:
            discard(delta, come)
            if isinstance(error, (duckdb.OutOfMemoryException, duckdb.IOException)):
                # Its further lines may quote rows.
                why = str(error).splitlines()[0]
                raise Busy(
                    f"{d.name}: {why}; the old rows still stand, run this again with more room"
                ) from None
            raise
    return come


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


def _added(
    d: Dataset,
    file: str,
    rows: int,
    size: int,
    _footer: int,
    columns: Mapping[str, Mapping[str, str]],
    values: Mapping[str, str],
) -> AddAction:
    told = {name.strip('"'): found for name, found in columns.items()}
    dates = [c.name for c in d.columns if c.type == "date" and "min" in told.get(c.name, {})]
    # Enough for a writer to pass over the file by a date that lies outside.
    stats = {
        "numRecords": rows,
        "minValues": {name: told[name]["min"] for name in dates},
        "maxValues": {name: told[name]["max"] for name in dates},
        "nullCount": {name: int(found["null_count"]) for name, found in told.items()},
    }
    return AddAction(file, size, values, _milliseconds(), data_change=True, stats=json.dumps(stats))


def _milliseconds() -> int:
    return int(calendars.now().timestamp() * 1000)
