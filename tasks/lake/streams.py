"""Rows that flow through instead of being held: DuckDB within a limit, and tables written one after the other."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa

from tasks.errors import OpsError
from tasks.lake.relations import connection_of


@contextmanager
def reader(memory: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB for one question; with a limit of ``memory``, such as ``600MB``, beyond which it works on disk."""
    if not memory:
        with connection_of({"threads": 1}) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="wechat-ops-spill-") as folder:
        limits: dict[str, str | int] = {"threads": 2, "memory_limit": memory, "temp_directory": folder}
        with connection_of(limits) as connection:
            yield connection


class Counted:
    """Tables on their way to be written, and how many rows they had.

    ``with counted:`` around the writing raises what was wrong with a table as it is; the writer would hide it.
    """

    def __init__(self, tables: Iterable[pa.Table]) -> None:
        self._tables = tables
        self._wrong: OpsError | None = None
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._wrong is not None:
            raise self._wrong from None

    def reader(self, schema: pa.Schema) -> pa.RecordBatchReader:
        """The tables as one stream, computed while it is written."""
        return pa.RecordBatchReader.from_batches(schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for table in self._tables:
                self.rows += table.num_rows
                yield from table.to_batches()
        except OpsError as error:
            self._wrong = error
            raise
