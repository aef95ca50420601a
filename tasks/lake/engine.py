"""The engine (floor 3): the analysis SQL of ``sql/`` over the lake, with DuckDB in this process.

Each query sees one version of every dataset it names, taken just before it runs; datasets not written yet are
empty, with their declared columns. Query name and params in → Arrow table out, moments in UTC.
"""

import datetime as dt
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from tasks.calendars import Window
from tasks.errors import BadRequest
from tasks.lake import queries
from tasks.lake.conform import conform, doubled
from tasks.lake.datasets import Dataset
from tasks.lake.queries import Query
from tasks.lake.relations import connection_of, relation
from tasks.lake.store import Lake

BUILT = "what_was_built"
BATCH = 100_000


class Engine:
    """DuckDB over one lake; open for as long as a task runs, from one thread at a time.

    Args:
        lake: where the datasets lie.
        memory_limit: DuckDB spills to disk beyond it.
        threads: how many cores one query may use.
        folder: where the queries lie.
    """

    def __init__(
        self, lake: Lake, *, memory_limit: str = "400MB", threads: int = 2, folder: Path = queries.FOLDER
    ) -> None:
        self.lake = lake
        self.versions: dict[str, int] = {}
        """Version of every dataset that a query has read so far; the newest, where several were read."""
        self._folder = folder
        self._spill = tempfile.TemporaryDirectory(prefix="wechat-ops-spill-")
        self._connection = connection_of(
            {"memory_limit": memory_limit, "threads": threads, "temp_directory": self._spill.name}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give memory and scratch space back."""
        self._connection.close()
        self._spill.cleanup()

    def query(self, name: str, **params: Any) -> pa.Table:
        """The result of the query ``name``, e.g. ``metrics/oa_followers``.

        Args:
            name: folder and file under ``sql/`` without suffix.
            params: values of the query's params; one that it declares but does not use is allowed.

        Raises:
            BadRequest: a param is missing or unknown, or the engine refused the statement.
            ConfigurationError: there is no such query.
        """
        query = queries.load(name, self._folder)
        return self._run(query, params)

    def build(self, name: str, window: Window) -> int:
        """Run a query for a window and replace that slice of the dataset of the same name; the rows written.

        A dataset that has no date to slice by is replaced whole.

        Raises:
            UnexpectedShape: the result does not fit the declaration, or lies outside the window.
            ConfigurationError: there is no such query or dataset.
        """
        query = queries.load(name, self._folder)
        dataset = self.lake.dataset(Path(name).name)
        wanted = {"start_date": window.start, "end_date": window.end}
        given = {key: value for key, value in wanted.items() if key in query.params}
        # A table of its own, which may lie on disk: persons are too many to hold, and are looked through twice.
        self._run(query, given, into=BUILT)
        try:
            if not self._hold_built(dataset) and not self.lake.exists(dataset.name):
                return 0
            return self.lake.replace_stream(
                dataset.name,
                lambda: self._connection.execute(f"select * from {BUILT}").to_arrow_reader(BATCH),
                window if dataset.is_dated else None,
            )
        finally:
            self._connection.execute(f"drop table {BUILT}")

    def _hold_built(self, dataset: Dataset) -> int:
        """Hold what was built against its declaration; the number of rows.

        Raises:
            UnexpectedShape: it has other columns, or rows that share a key.
        """
        ask = self._connection.execute
        conform(dataset, ask(f"select * from {BUILT} limit 0").to_arrow_table())
        key = ", ".join(f'"{name}"' for name in dataset.key)
        shared = ask(
            f"select {key}, count(*) from {BUILT} group by {key} having count(*) > 1 limit 1"
        ).fetchall()
        for *values, times in shared:
            raise doubled(dataset, dict(zip(dataset.key, values, strict=True)), times)
        return int(ask(f"select count(*) from {BUILT}").fetchall()[0][0])

    def total(self, dataset: str, column: str, account_id: str, window: Window) -> float | None:
        """Sum of a column over a window of the dataset's slice column; None when there are no rows.

        Raises:
            BadRequest: the dataset has no such column or no date to slice by.
        """
        declared = self.lake.dataset(dataset)
        if column not in declared.names or not declared.is_dated:
            raise BadRequest(f"{dataset} has no {column} by date to add up")
        day = f'"{declared.slice}"'
        found = self._connection.execute(
            f'select sum("{column}")::double from ({relation(declared, self.lake.files(dataset))}) '
            f"where account_id = $account_id and {day} >= $start_date and {day} < $end_date",
            {"account_id": account_id, "start_date": window.start, "end_date": window.end},
        ).fetchall()[0][0]
        return None if found is None else float(found)

    def _run(self, query: Query, params: dict[str, Any], into: str = "") -> pa.Table:
        datasets = self.lake.datasets
        for name in sorted(query.words & set(datasets)):
            version, files = self.lake.newest(name)
            if version is not None:
                self.versions[name] = version
            select = relation(datasets[name], files)
            self._connection.execute(f'create or replace temp view "{name}" as {select}')
        used = self._connection.extract_statements(query.sql)[0].named_parameters
        _hold(query, used, params)
        given = {name: _bound(value) for name, value in params.items() if name in used}
        try:
            if into:
                return self._connection.execute(f"create temp table {into} as {query.sql}", given or None)
            return self._connection.sql(query.sql, params=given or None).to_arrow_table()
        except duckdb.Error as error:
            what = str(error).partition("\n")[0]
            raise BadRequest(f"the query {query.name} failed: {what}") from error


def _hold(query: Query, used: set[str], params: dict[str, Any]) -> None:
    missing = sorted(used - set(params))
    unknown = sorted(set(params) - used - set(query.params))
    if missing or unknown:
        said = [f"needs {', '.join(missing)}"] if missing else []
        said += [f"does not know {', '.join(unknown)}"] if unknown else []
        raise BadRequest(f"the query {query.name} {' and '.join(said)}")


def _bound(value: Any) -> Any:
    """A moment without a zone would be read as UTC in silence."""
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        raise BadRequest(f"the moment {value} names no time zone")
    return value
