"""Many rows into a table by key, in one transaction: what a file says replaces what was said before.

Not a row-wise merge: the partitions that change are written anew from the rows they keep and the rows that are new
or different, all by DuckDB. A file that says nothing new writes nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

import duckdb
from deltalake import DeltaTable

from tasks.errors import UnexpectedShape
from tasks.lake.datasets import MONTH, Dataset
from tasks.lake.exchange import AT_ONCE, discard, exchange, written
from tasks.lake.predicates import quoted
from tasks.lake.relations import files_of, relation

Partitions: TypeAlias = dict[str, list[str]]
"""Values of each partition column: every combination of them is meant."""

LINEAGE = "import_id"
"""Column that says where a row came from: two rows that differ in nothing else are the same."""


@dataclass(frozen=True)
class Upserted:
    """What became of the rows."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Arriving:
    """Rows on their way into a table."""

    connection: duckdb.DuckDBPyConnection
    """Where they are; temporary tables ``upsert_…`` are made there."""
    rows: str
    """Name of a view or table with at least the declared columns."""
    handles: str = ""
    """Name of a cheaper one with at least the columns of key, partition and slice."""
    before: Callable[[dt.date], None] | None = None
    """Told the earliest business date that is about to change, before it does."""
    meanwhile: Callable[[], object] | None = None
    """Done while the rows are written and before anybody sees them; what it raises leaves the table as it was."""
    is_settled: bool = False
    """The caller has seen to it that no key is null or stands twice."""


@contextmanager
def upserting(d: Dataset, arriving: Arriving) -> Iterator[Callable[[DeltaTable], Upserted]]:
    """What inserts the rows, or replaces those with their key, on a table's newest version; other rows stay.

    Raises:
        UnexpectedShape: a key is null or stands twice; nothing is written.
    """
    work = _Work(d, arriving.connection, arriving.rows, arriving.handles or arriving.rows)
    work.name_rows()
    if not arriving.is_settled:
        work.hold()

    def write(delta: DeltaTable) -> Upserted:
        told = work.compare(delta)
        if told.added + told.changed:
            touched, earliest = work.touched()
            if arriving.before is not None and earliest is not None:
                arriving.before(earliest)
            with ThreadPoolExecutor(1) as beside:
                done = beside.submit(arriving.meanwhile or (lambda: None))
                come = written(arriving.connection, d, delta, work.merged(delta, touched))
                try:
                    done.result()
                except BaseException:
                    discard(delta, come)
                    raise
            exchange(delta, d, _files(delta, touched), come)
        return told

    try:
        yield write
    finally:
        work.clear()


class _Work:
    """The statements of one upsert, and the tables they leave for each other."""

    def __init__(self, d: Dataset, connection: duckdb.DuckDBPyConnection, rows: str, handles: str) -> None:
        self.d, self.connection, self.rows, self.handles = d, connection, rows, handles
        self.key = ", ".join(map(_q, d.key))
        self.placed = ", ".join(dict.fromkeys([f"{_of(d, p)} as {_q('in_' + p)}" for p in d.partition]))
        day = f"{_q(d.slice)} as on_date" if d.is_dated else "null::date as on_date"
        self.handle = f"{self.key}, {self.placed}, {day}"
        """A row by its key, its partition and its date."""
        self.columns = ", ".join(f"{_q(c.name)}::{c.type} as {_q(c.name)}" for c in d.columns)
        self.met = self.same = 0

    def name_rows(self) -> None:
        """Every row by its key, as ``upsert_all``: a view, for most tables are asked about few of its columns."""
        self._run(f"create or replace temp view upsert_all as select {self.handle} from {self.handles}")

    def hold(self) -> None:
        """Refuse rows that are not one per key."""
        needed = (*self.d.key, *(("on_date",) if self.d.is_dated else ()))
        nulls = " or ".join(f"{_q(name)} is null" for name in needed)
        if bad := self._one(f"select count(*) from upsert_all where {nulls}"):
            raise UnexpectedShape(f"{self.d.name}: {bad} rows without a full key or date; nothing written")
        doubled = f"select 1 from upsert_all group by {self.key} having count(*) > 1"
        if bad := self._one(f"select count(*) from ({doubled})"):
            raise UnexpectedShape(f"{self.d.name}: {bad} keys stand in several rows; nothing written")

    def compare(self, delta: DeltaTable) -> Upserted:
        """Which rows the table has already, and which of them word for word."""
        files = files_of(delta)
        known = f" semi join upsert_all using ({self.key})" if files else ""
        self._run(
            f"create or replace temp table upsert_met as select {self.handle} "
            f"from ({relation(self.d, files)}) as old{known}"
        )
        self.met = self._one("select count(*) from upsert_met")
        where = self._partitions("upsert_met") if self.met else {}
        others = ", ".join(
            f"{_q(c.name)}::{c.type}" for c in self.d.columns if c.name not in {*self.d.key, LINEAGE}
        )
        # Rows are held against each other by a hash of 64 bits: a join over all columns takes gigabytes.
        said = f"select {self.key}, hash({others or 'true'}) as said from"
        self._run(
            f"create or replace temp table upsert_same as select {self.key} from ({said} {self.rows}) as new "
            f"semi join ({said} ({relation(self.d, _files(delta, where))})) as old using ({self.key}, said)"
            if self.met
            else f"create or replace temp table upsert_same as select {self.key} from upsert_all where false"
        )
        self.same = self._one("select count(*) from upsert_same")
        total = self._one("select count(*) from upsert_all")
        return Upserted(added=total - self.met, changed=self.met - self.same, unchanged=self.same)

    def touched(self) -> tuple[Partitions, dt.date | None]:
        """The partitions in which rows come, change or go, and the first date of such a row."""
        places = ", ".join(_q("in_" + name) for name in self.d.partition)
        left_alone = self._but("upsert_same", self.same)
        moving = " union all ".join(
            f"(select {places}, min(on_date) as on_date from {table}{left_alone} group by {places})"
            for table in ("upsert_all", "upsert_met")
        )
        self._run(f"create or replace temp table upsert_moving as {moving}")
        return self._partitions("upsert_moving"), self._one("select min(on_date) from upsert_moving")

    def merged(self, delta: DeltaTable, touched: Partitions) -> list[str]:
        """SQL of all that the touched partitions are to hold, some at a time: what they keep, and what is new."""
        rows = f"select {self.columns} from {self.rows} as new" + self._but("upsert_same", self.same)
        if files := _files(delta, touched):
            # A row that stays word for word stays where it is: only what it would replace must go.
            gone = f"(from upsert_met anti join upsert_same using ({self.key}))"
            kept = f"select * from ({relation(self.d, files)}) as old" + self._but(gone, self.met - self.same)
            rows = f"({kept}) union all ({rows})"
        placed = self._placed(rows)
        column, values = max(touched.items(), key=lambda entry: len(entry[1]))
        if len(values) <= AT_ONCE:
            return [placed]
        some = [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
        return [f"from ({placed}) where {_q(column)} in ({', '.join(map(quoted, few))})" for few in some]

    def clear(self) -> None:
        """Drop what was only for now."""
        self._run("drop view if exists upsert_all")
        for table in ("upsert_met", "upsert_same", "upsert_moving"):
            self._run(f"drop table if exists {table}")

    def _placed(self, query: str) -> str:
        """The rows with every column to partition by."""
        return f"select *{f', {_of(self.d, MONTH)} as {MONTH}' if self.d.has_month else ''} from ({query})"

    def _but(self, table: str, rows: int) -> str:
        """Leave out the rows with a key of ``table``; a join of a million keys with nothing is dear."""
        return f" anti join {table} using ({self.key})" if rows else ""

    def _partitions(self, source: str) -> Partitions:
        found: Partitions = {}
        for name in self.d.partition:
            values = self.connection.execute(f"select distinct {_q('in_' + name)}::varchar from {source}")
            found[name] = sorted(value for (value,) in values.fetchall())
        return found

    def _run(self, sql: str) -> None:
        self.connection.execute(sql)

    def _one(self, sql: str) -> Any:
        row = self.connection.execute(sql).fetchone()
        return row[0] if row else None


def _files(delta: DeltaTable, partitions: Partitions) -> Sequence[str]:
    """Files of those partitions, told by their paths: asking delta-rs with thirty values takes gigabytes."""
    wanted = {name: {f"{name}={value}" for value in values} for name, values in partitions.items()}

    def is_inside(uri: str) -> bool:
        folders = {unquote(part) for part in uri.split("/")[:-1]}
        return all(folders & values for values in wanted.values())

    return [uri for uri in files_of(delta) if is_inside(uri)]


def _of(d: Dataset, partition: str) -> str:
    """SQL of a partition column's value."""
    return f"strftime({_q(d.slice)}, '%Y-%m')" if partition == MONTH and d.has_month else _q(partition)


def _q(name: str) -> str:
    return f'"{name}"'
