"""The lake's tables and every way to write them (floor 3).

Speaks to Delta tables through delta-rs: any number of processes may write at once, each write is one
transaction. Rows in → declared columns → one commit → a new version. Reading goes over :meth:`Lake.files`
and DuckDB; ``DeltaTable.to_pyarrow_table`` and its sisters are never called: with deltalake 1.6 and pyarrow
26 the interpreter aborts at exit.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import TableNotFoundError

from tasks.calendars import Window
from tasks.errors import BadRequest
from tasks.lake import raw
from tasks.lake.commits import commit
from tasks.lake.conform import conform, inside
from tasks.lake.datasets import FOLDER, Dataset, dataset, load
from tasks.lake.predicates import slice_of
from tasks.lake.raw import Cipher
from tasks.lake.relations import connection_of, relation
from tasks.lake.snapshots import KEPT, member, member_columns, next_state
from tasks.records import RawResponse

Rows: TypeAlias = "pa.Table | Sequence[Mapping[str, Any]]"


class Lake:
    """Facts as Delta tables under one folder or object-store address.

    Args:
        root: folder or URL; one table per dataset below it.
        storage_options: credentials of an object store, as delta-rs names them.
        declarations: folder of the dataset declarations.
    """

    def __init__(
        self, root: str, storage_options: Mapping[str, str] | None = None, *, declarations: Path = FOLDER
    ) -> None:
        self.root = root.rstrip("/")
        self.declarations = declarations
        self._options = dict(storage_options or {})

    def replace(
        self, name: str, rows: Rows, *, account_id: str | None = None, window: Window | None = None
    ) -> int:
        """Put ``rows`` in the place of a slice, in one transaction; the number of rows written.

        Args:
            name: the dataset.
            rows: all rows of the slice; none only deletes.
            account_id: the slice is this account's rows.
            window: the slice is these dates of the dataset's slice column; a dataset without a date to slice
                by ignores it. With neither, the whole table is replaced.

        Raises:
            UnexpectedShape: rows do not fit the declaration or the slice; nothing was written.
            Busy: other writers kept the table busy for minutes.
        """
        d = self.dataset(name)
        table = conform(d, rows)
        inside(d, table, account_id, window if d.is_dated else None)
        predicate = slice_of(d, account_id, window)
        if not table.num_rows and not self.exists(name):
            return 0
        if window is not None and not len(window):
            return 0
        commit(self.uri(name), d, self._options, lambda delta: _overwrite(delta, table, predicate))
        return int(table.num_rows)

    def merge(self, name: str, rows: Rows, *, newer: str | None = None) -> int:
        """Insert or update rows by the declared key; the number of rows inserted or changed.

        Args:
            name: the dataset.
            rows: at most one per key.
            newer: column that moves on with every change; a row older than the stored one changes nothing.

        Raises:
            UnexpectedShape: rows do not fit the declaration; nothing was written.
            BadRequest: ``newer`` is not a column.
        """
        d = self.dataset(name)
        if newer is not None and newer not in d.names:
            raise BadRequest(f"{name} has no column {newer} to tell newer rows by")
        table = conform(d, rows)
        if not table.num_rows:
            return 0
        return commit(self.uri(name), d, self._options, lambda delta: _upsert(delta, d, table, newer))

    def snapshot(
        self,
        name: str,
        account_id: str,
        rows: Sequence[Mapping[str, Any]],
        present: Sequence[str],
        day: dt.date,
    ) -> int:
        """Write down who is there on ``day``; the number of rows the account now has, gone ones included.

        Args:
            name: a dataset with ``seen_date`` and ``gone_date``.
            account_id: whose members.
            rows: details of members, at least of those never seen before.
            present: everybody seen now, as ``member_key`` or ``member_key|staff_id`` after the declared key.
            day: business date of the look. Members no longer present get it as ``gone_date``.

        Raises:
            ShortAnswer: 50 or more were present and over a fifth of them is missing; nothing was written.
        """
        d = self.dataset(name)
        details = conform(d, [{**row, "seen_date": day, "gone_date": None} for row in rows])
        inside(d, details, account_id, None)

        def write(delta: DeltaTable) -> int:
            with _reader() as connection:
                connection.execute(f"create temp view everybody as {relation(d, delta.file_uris())}")
                connection.execute(
                    "create temp table before as from everybody where account_id = $account_id",
                    {"account_id": account_id},
                )
                state = next_state(connection, d, account_id, details.select(d.names), present, day)
            table = conform(d, state)
            _overwrite(delta, table, slice_of(d, account_id, None))
            return int(table.num_rows)

        return commit(self.uri(name), d, self._options, write)

    def present(self, name: str, account_id: str) -> frozenset[str]:
        """Members believed present, named as :meth:`snapshot` takes them.

        Those whose details never came are left out, so that whoever asks about new ones asks about them again.
        """
        d = self.dataset(name)
        columns = member_columns(d)
        facts = [f'"{column}" is not null' for column in d.names if column not in {*d.key, *KEPT}]
        where = f"account_id = $account_id and gone_date is null and ({' or '.join(facts)})"
        rows = self._select(d, self.files(name), where, {"account_id": account_id})
        return frozenset(member(columns, row) for row in rows.select(columns).to_pylist())

    def append_raw(self, answers: Iterable[RawResponse], cipher: Cipher | None) -> int:
        """Keep raw answers, all in one commit; how many.

        Raises:
            ConfigurationError: an answer names persons and there is no cipher; nothing was written.
        """
        d = self.dataset(raw.DATASET)
        table = conform(d, [raw.row_of(answer, cipher) for answer in answers])
        if table.num_rows:
            commit(
                self.uri(d.name), d, self._options, lambda delta: write_deltalake(delta, table, mode="append")
            )
        return int(table.num_rows)

    def raw(
        self,
        cipher: Cipher | None = None,
        *,
        source: str | None = None,
        account_id: str | None = None,
        endpoint: str | None = None,
        window: Window | None = None,
    ) -> Iterator[RawResponse]:
        """Kept answers in the order they came, bodies decrypted, to be parsed again without the platform.

        Args:
            cipher: needed where bodies name persons.
            source: only this platform's.
            account_id: only this account's.
            endpoint: only this endpoint's.
            window: only answers whose first business date lies inside.

        Raises:
            ConfigurationError: a body is encrypted and there is no cipher, or it is another key's.
        """
        d = self.dataset(raw.DATASET)
        wanted: dict[str, Any] = {"source": source, "account_id": account_id, "endpoint": endpoint}
        given = {key: value for key, value in wanted.items() if value is not None}
        where = [f"{key} = ${key}" for key in given]
        if window is not None:
            where.append("business_date >= $start_date and business_date < $end_date")
            given |= {"start_date": window.start, "end_date": window.end}
        rows = self._select(
            d, self.files(d.name), " and ".join(where) or "true", given, "fetched_at, response_id"
        )
        for batch in rows.to_batches(max_chunksize=500):
            for row in batch.to_pylist():
                yield raw.answer_of(row, cipher)

    def tidy(self, name: str, keep: dt.timedelta = dt.timedelta(days=7)) -> int:
        """Join a table's small files and remove those that no version of the last days names; how many went.

        Rows do not change. To forget rows, replace their slice by none first.

        Args:
            name: the dataset.
            keep: how long files of older versions stay for readers that still have them open.

        Raises:
            Busy: other writers kept the table busy for minutes.
        """
        d = self.dataset(name)
        if not self.exists(name):
            return 0
        commit(self.uri(name), d, self._options, lambda delta: delta.optimize.compact())
        hours = int(keep.total_seconds() // 3600)
        table = DeltaTable(self.uri(name), storage_options=self._options)
        return len(table.vacuum(hours, dry_run=False, enforce_retention_duration=False))

    def files(self, name: str) -> list[str]:
        """Parquet files of the table's newest version; none when it was never written."""
        d = self.dataset(name)
        try:
            return DeltaTable(self.uri(d.name), storage_options=self._options).file_uris()
        except TableNotFoundError:
            return []

    def exists(self, name: str) -> bool:
        """True when the table was ever written."""
        return DeltaTable.is_deltatable(self.uri(self.dataset(name).name), self._options)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows, sorted by key: for small datasets, tests and a look by hand."""
        d = self.dataset(name)
        order = ", ".join(f'"{column}"' for column in d.key)
        found: list[dict[str, Any]] = self._select(d, self.files(name), "true", {}, order).to_pylist()
        return found

    def dataset(self, name: str) -> Dataset:
        """The declaration of a dataset.

        Raises:
            ConfigurationError: there is none of that name.
        """
        return dataset(name, self.declarations)

    @property
    def datasets(self) -> Mapping[str, Dataset]:
        """Every declared dataset by name."""
        return load(self.declarations)

    def uri(self, name: str) -> str:
        """Where a table lies."""
        return f"{self.root}/{name}"

    @staticmethod
    def _select(
        d: Dataset, files: Sequence[str], where: str, params: Mapping[str, Any], order: str = ""
    ) -> pa.Table:
        ordered = f" order by {order}" if order else ""
        with _reader() as connection:
            query = f"select * from ({relation(d, files)}) where {where}{ordered}"
            return connection.sql(query, params=dict(params)).to_arrow_table()


def _reader() -> duckdb.DuckDBPyConnection:
    return connection_of({"threads": 1})


def _overwrite(delta: DeltaTable, table: pa.Table, predicate: str | None) -> None:
    if predicate is None:
        write_deltalake(delta, table, mode="overwrite")
    else:
        write_deltalake(delta, table, mode="overwrite", predicate=predicate)


def _upsert(delta: DeltaTable, d: Dataset, table: pa.Table, newer: str | None) -> int:
    same = " and ".join(f"target.{name} = source.{name}" for name in d.key)
    guard = f"target.{newer} is null or source.{newer} >= target.{newer}" if newer else None
    done = (
        delta.merge(table, same, source_alias="source", target_alias="target")
        .when_matched_update_all(predicate=guard)
        .when_not_matched_insert_all()
        .execute()
    )
    return int(done["num_target_rows_inserted"]) + int(done["num_target_rows_updated"])
