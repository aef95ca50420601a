"""The lake's tables and every way to write them (floor 3).

Speaks to Delta tables through delta-rs: any number of processes may write at once, each write is one
transaction. Rows in → declared columns → one commit → a new version. Reading goes over :meth:`Lake.files`
and DuckDB; ``DeltaTable.to_pyarrow_table`` and its sisters are never called: with deltalake 1.6 and pyarrow
26 the interpreter aborts at exit.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import TableNotFoundError

from tasks.calendars import ONE_DAY, Window
from tasks.errors import BadRequest
from tasks.lake import raw
from tasks.lake.commits import cleared, commit, openable
from tasks.lake.conform import conform, inside
from tasks.lake.datasets import FOLDER, Dataset, dataset, load
from tasks.lake.members import Members
from tasks.lake.predicates import quoted, slice_of
from tasks.lake.raw import Cipher
from tasks.lake.relations import files_of, relation
from tasks.lake.snapshots import BATCH, facts, hold, member, member_columns, next_state
from tasks.lake.streams import Counted, reader
from tasks.lake.upsert import Arriving, Upserted, upserting
from tasks.records import RawResponse

T = TypeVar("T")
Rows: TypeAlias = "pa.Table | Sequence[Mapping[str, Any]]"

RAW_MEMORY, TOGETHER = "400MB", 50
"""What reading raw bodies in their order may take, and how many are read at a time."""
SNAPSHOT_MEMORY = "600MB"
"""What the join of a list of members with its history may take; two of five million fit."""


class Lake:
    """Facts as Delta tables under one folder or object-store address.

    Args:
        root: folder or URL, as ``openable`` takes it; one table per dataset below it.
        storage_options: credentials of an object store, as delta-rs names them.
        declarations: folder of the dataset declarations.
    """

    def __init__(
        self, root: str, storage_options: Mapping[str, str] | None = None, *, declarations: Path = FOLDER
    ) -> None:
        self.root = openable(root)
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

    def replace_stream(
        self, name: str, read: Callable[[], Iterable[pa.RecordBatch]], window: Window | None = None
    ) -> int:
        """The same for more rows than memory holds: of all accounts, and looked through for doubled keys already.

        Args:
            name: the dataset.
            read: begins to read the rows; called again when another writer was faster.
            window: the slice is these dates; without it the whole table is replaced.

        Raises:
            UnexpectedShape: rows do not fit the declaration or the slice; nothing was written.
        """
        d = self.dataset(name)

        def fitting(batch: pa.RecordBatch) -> pa.Table:
            table = conform(d, pa.Table.from_batches([batch]), some=True)
            inside(d, table, None, window if d.is_dated else None)
            return table

        def write(delta: DeltaTable) -> int:
            with Counted(fitting(batch) for batch in read()) as tables:
                _overwrite(delta, tables.reader(d.stored), slice_of(d, None, window))
            return tables.rows

        return self.transact(name, write)

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

    def upsert(self, name: str, arriving: Arriving) -> Upserted:
        """Insert or replace many rows by the declared key, in one transaction; see :mod:`tasks.lake.upsert`."""
        with upserting(self.dataset(name), arriving) as write:
            return self.transact(name, write)

    def snapshot(
        self,
        name: str,
        account_id: str,
        rows: Rows,
        present: Iterable[str],
        day: dt.date,
        *,
        believe: bool = False,
    ) -> int:
        """Write down who is there on ``day``; the number of rows the account now has, gone ones included.

        Args:
            name: a dataset with ``seen_date`` and ``gone_date``.
            account_id: whose members.
            rows: details of members, at least of those never seen before and of those who return.
            present: everybody seen now, as ``member_key`` or ``member_key|staff_id`` after the declared key;
                as :class:`Members` where they are many.
            day: business date of the look. Members no longer present get it as ``gone_date``.
            believe: somebody has looked, and a loss is real.

        Raises:
            ShortAnswer: 50 or more were present and over a fifth of them is missing; nothing was written.
        """
        d = self.dataset(name)
        details = conform(d, rows)
        inside(d, details, account_id, None)
        everybody = present if isinstance(present, Members) else Members.of(present)

        def write(delta: DeltaTable) -> int:
            files = files_of(delta)
            if not believe:
                hold(d, files, account_id, everybody)
            with reader(SNAPSHOT_MEMORY) as connection:
                mine = f"select * from ({relation(d, files)}) where account_id = {quoted(account_id)}"
                connection.execute(f"create temp view before as {mine}")
                state = next_state(connection, d, account_id, details.select(d.names), everybody, day)
                with Counted(conform(d, pa.Table.from_batches([b]), some=True) for b in state) as tables:
                    _overwrite(delta, tables.reader(d.stored), slice_of(d, account_id, None))
                return tables.rows

        return self.transact(name, write)

    def present(self, name: str, account_id: str) -> Members:
        """Members believed present, named as :meth:`snapshot` takes them.

        Those whose details never came are left out, so that whoever asks about new ones asks about them again.
        """
        d = self.dataset(name)
        told = " or ".join(f'"{column}" is not null' for column in facts(d))
        with reader() as connection:
            return Members.read(
                connection.execute(
                    f"select {member(member_columns(d))} from ({relation(d, self.files(name))}) "
                    f"where account_id = $account_id and gone_date is null and ({told})",
                    {"account_id": account_id},
                ).to_arrow_reader(BATCH)
            )

    def compact(self, name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
        """Some of a dataset's rows as a table of a tenth of the size, to be collected and landed together.

        Raises:
            UnexpectedShape: they do not fit the declaration.
        """
        d = self.dataset(name)
        return conform(d, rows, some=True).select(d.names)

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
        personal: bool | None = None,
    ) -> Iterator[RawResponse]:
        """Kept answers in the order they came, bodies decrypted, to be parsed again without the platform.

        Args:
            cipher: needed where bodies name persons.
            source: only this platform's.
            account_id: only this account's.
            endpoint: only this endpoint's.
            window: only answers whose first business date lies inside.
            personal: only those that name persons, or only the others.

        Raises:
            ConfigurationError: a body is encrypted and there is no cipher, or it is another key's.
        """
        d = self.dataset(raw.DATASET)
        wanted = {"source": source, "account_id": account_id, "endpoint": endpoint, "is_personal": personal}
        given: dict[str, Any] = {key: value for key, value in wanted.items() if value is not None}
        where = [f"{key} = ${key}" for key in given]
        if window is not None:
            where.append("business_date >= $start_date and business_date < $end_date")
            given |= {"start_date": window.start, "end_date": window.end}
        with reader(RAW_MEMORY) as connection:
            stored = relation(d, self.files(d.name))
            query = f"select * from ({stored}) where {' and '.join(where) or 'true'} order by fetched_at, response_id"
            for batch in connection.execute(query, given).to_arrow_reader(TOGETHER):
                for row in batch.to_pylist():
                    yield raw.answer_of(row, cipher)

    def span(self, name: str) -> Window | None:
        """The dates that a dataset is about; ``None`` when it is empty or has no date to slice by."""
        d = self.dataset(name)
        if not d.is_dated:
            return None
        with reader() as connection:
            stored = relation(d, self.files(name))
            dates = f'select min("{d.slice}"), max("{d.slice}") from ({stored})'
            first, last = connection.execute(dates).fetchall()[0]
        return None if first is None else Window(first, last + ONE_DAY)

    def transact(self, name: str, write: Callable[[DeltaTable], T]) -> T:
        """Run ``write`` on the newest version of a table, again whenever another writer was faster.

        Raises:
            Busy: other writers kept the table busy for minutes.
        """
        return commit(self.uri(name), self.dataset(name), self._options, write)

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
        return cleared(DeltaTable(self.uri(name), storage_options=self._options), keep)

    def files(self, name: str) -> list[str]:
        """Parquet files of the table's newest version; none when it was never written."""
        return self.newest(name)[1]

    def newest(self, name: str) -> tuple[int | None, list[str]]:
        """The table's newest version and its Parquet files; no version and none when it was never written."""
        try:
            table = DeltaTable(self.uri(self.dataset(name).name), storage_options=self._options)
        except TableNotFoundError:
            return None, []
        return table.version(), files_of(table)

    def exists(self, name: str) -> bool:
        """True when the table was ever written."""
        return DeltaTable.is_deltatable(self.uri(self.dataset(name).name), self._options)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows, sorted by key: for small datasets, tests and a look by hand."""
        d = self.dataset(name)
        order = ", ".join(f'"{column}"' for column in d.key)
        with reader() as connection:
            query = f"select * from ({relation(d, self.files(name))}) order by {order}"
            return list(connection.sql(query).to_arrow_table().to_pylist())

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


def _overwrite(delta: DeltaTable, table: pa.Table | pa.RecordBatchReader, predicate: str | None) -> None:
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
