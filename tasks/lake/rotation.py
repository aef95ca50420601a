"""A change of the secret key: everything in the lake that was made with the old one is made with the new one.

Keys of persons are translated through the mapping, which tells the plain id behind each; bodies are encrypted anew.
Each dataset is one transaction, and what is new already stays as it is, so a rotation that was killed is simply run
again. Until it is finished, a mark in the mapping keeps every other writer out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from tasks import calendars
from tasks.errors import ConfigurationError
from tasks.lake import keyring, raw
from tasks.lake.conform import conform
from tasks.lake.datasets import Dataset
from tasks.lake.keyring import ROTATING, Seal
from tasks.lake.predicates import quoted
from tasks.lake.queries import build_order
from tasks.lake.relations import files_of, relation
from tasks.lake.store import Lake
from tasks.lake.streams import Counted, reader

MEMORY = "1500MB"
"""What a join with the keys of everybody may take before it works on disk."""
BATCH, BODIES = 100_000, 200
"""Rows, and raw bodies, in memory at a time."""
NEITHER = (
    "the lake's person ids were sealed with neither the old nor the new key: WECHAT_OPS_SECRET_KEY must be the key "
    "they were written with"
)
Recode = Callable[[str], str | None]
"""Ciphertext → the same text under the new key; ``None`` when it cannot be opened."""


@dataclass(frozen=True)
class Rewritten:
    """What became of one dataset."""

    name: str
    rows: int
    unmapped: int = 0
    """Keys, or bodies, that could not be opened: they stay as they are."""


class Rotation:
    """One change of the key.

    Args:
        lake: whose keys change.
        old: the present secret's.
        new: the coming secret's.
        folder: scratch space for pairs of keys; nothing plain is ever written.
    """

    def __init__(self, lake: Lake, old: Seal, new: Seal, folder: Path) -> None:
        self._lake = lake
        self._old, self._new = old, new
        self._pairs = folder / "pairs.parquet"

    @property
    def begun(self) -> bool:
        """True when an earlier rotation was not finished."""
        marked = f"id_key = {quoted(ROTATING)}"
        return any(rows.num_rows for rows in self._mapping(self._lake.files(keyring.DATASET), marked))

    def pair(self) -> int:
        """Note for every id its old and its new key; the number of ids.

        Raises:
            ConfigurationError: an id opens with neither key.
        """
        schema = pa.schema([("old", pa.string()), ("new", pa.string())])
        ids = 0
        with pq.ParquetWriter(self._pairs, schema) as writer:
            for rows in self._mapping(self._lake.files(keyring.DATASET)):
                plains = [plain for plain, _ in self._opened(rows)]
                pairs = [[seal.key(plain) for plain in plains] for seal in (self._old, self._new)]
                writer.write_table(pa.table(pairs, schema=schema))
                ids += len(plains)
        return ids

    def mark(self) -> None:
        """Keep other writers out of the mapping until :meth:`finish`."""
        if not self.begun:
            today = calendars.business_date(calendars.now())
            mark = {"id_key": ROTATING, "sealed": "", "first_seen": today}
            self._lake.merge(keyring.DATASET, [mark])

    def datasets(self) -> list[str]:
        """Datasets whose keys are translated: all with keys of persons but the derived ones, which are built anew."""
        derived = {Path(name).name for name in build_order()}
        return [name for name, d in self._lake.datasets.items() if d.keyed and name not in derived]

    def unmapped(self) -> int:
        """Keys in the lake, each counted once a column, whose plain id the mapping does not know."""
        return sum(self._unmapped(self._lake.dataset(name)) for name in self.datasets())

    def translate(self, name: str) -> Rewritten:
        """Put the new keys in the place of the old ones in one dataset, in texts of their rows as well.

        A key without a known id stays.
        """
        d = self._lake.dataset(name)
        if not self._lake.exists(name):
            return Rewritten(name, 0)
        unmapped = self._unmapped(d)
        new = ", ".join(f'{sql} as "{name}"' for name, sql in _translated(d).items())
        joins = " ".join(f'left join pairs as p{n} on p{n}.old = t."{key}"' for n, key in enumerate(d.keyed))

        def write(delta: DeltaTable) -> int:
            with self._pairing() as connection:
                stored = relation(d, files_of(delta))
                query = f"select t.* replace ({new}) from ({stored}) as t {joins}"
                batches = connection.execute(query).to_arrow_reader(BATCH)
                with Counted(conform(d, pa.Table.from_batches([b]), some=True) for b in batches) as tables:
                    write_deltalake(delta, tables.reader(d.stored), mode="overwrite")
                return tables.rows

        return Rewritten(name, self._lake.transact(name, write), unmapped)

    def recode_bodies(self, recode: Recode) -> Rewritten:
        """Encrypt the raw bodies anew, a day of fetching at a time."""
        d = self._lake.dataset(raw.DATASET)
        rows = unmapped = 0
        for day in self._days(d):
            here, lost = self._recode_day(d, str(day), recode)
            rows, unmapped = rows + here, unmapped + lost
        return Rewritten(d.name, rows, unmapped)

    def finish(self) -> Rewritten:
        """Seal the mapping with the new key, and let other writers in again."""
        d = self._lake.dataset(keyring.DATASET)

        def tables(files: list[str]) -> Iterator[pa.Table]:
            for rows in self._mapping(files):
                made = [(self._new.key(plain), plain, seen) for plain, seen in self._opened(rows)]
                keys = [key for key, _, _ in made]
                sealed = [self._new.seal(key, plain) for key, plain, _ in made]
                yield pa.table([keys, sealed, [seen for _, _, seen in made]], schema=d.schema)

        def write(delta: DeltaTable) -> int:
            with Counted(tables(files_of(delta))) as everybody:
                write_deltalake(delta, everybody.reader(d.stored), mode="overwrite")
            return everybody.rows

        return Rewritten(d.name, self._lake.transact(d.name, write))

    def _recode_day(self, d: Dataset, day: str, recode: Recode) -> tuple[int, int]:
        lost = 0

        def anew(rows: pa.Table) -> pa.Table:
            nonlocal lost
            found = rows.to_pylist()
            for row in found:
                if row["is_personal"]:
                    body = recode(row["body"])
                    lost += body is None
                    row["body"] = row["body"] if body is None else body
            return conform(d, found, some=True)

        def write(delta: DeltaTable) -> int:
            nonlocal lost
            lost = 0
            with reader(MEMORY) as connection:
                query = f"select * from ({relation(d, files_of(delta))}) where fetched_date = {quoted(day)}"
                batches = connection.execute(query).to_arrow_reader(BODIES)
                mine = f"fetched_date = {quoted(day)}"
                with Counted(anew(pa.Table.from_batches([batch])) for batch in batches) as tables:
                    write_deltalake(delta, tables.reader(d.stored), mode="overwrite", predicate=mine)
                return tables.rows

        return self._lake.transact(d.name, write), lost

    def _days(self, d: Dataset) -> list[Any]:
        with reader() as connection:
            days = f"select distinct fetched_date from ({relation(d, self._lake.files(d.name))}) order by 1"
            return [day for (day,) in connection.execute(days).fetchall()]

    def _opened(self, rows: pa.RecordBatch) -> Iterator[tuple[str, Any]]:
        """Plain id and first day of each row of the mapping, whichever of the two keys sealed it."""
        for row in rows.to_pylist():
            key, sealed = row["id_key"], row["sealed"]
            if key == ROTATING:
                continue
            plain = self._old.open(key, sealed) or self._new.open(key, sealed)
            if plain is None:
                raise ConfigurationError(NEITHER)
            yield plain, row["first_seen"]

    def _unmapped(self, d: Dataset) -> int:
        stored = relation(d, self._lake.files(d.name))
        known = "select old from pairs union all select new from pairs"
        with self._pairing() as connection:
            return sum(
                connection.execute(
                    f'select count(distinct "{key}") from ({stored}) '
                    f'where "{key}" is not null and "{key}" not in ({known})'
                ).fetchall()[0][0]
                for key in d.keyed
            )

    def _mapping(self, files: list[str], where: str = "true") -> Iterator[pa.RecordBatch]:
        d = self._lake.dataset(keyring.DATASET)
        with reader() as connection:
            query = f"select * from ({relation(d, files)}) where {where}"
            yield from connection.execute(query).to_arrow_reader(BATCH)

    @contextmanager
    def _pairing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """DuckDB that knows the pairs of keys as ``pairs``."""
        with reader(MEMORY) as connection:
            pairs = f"read_parquet({quoted(str(self._pairs))})"
            connection.execute(f"create view pairs as select distinct old, new from {pairs}")
            yield connection


def _translated(d: Dataset) -> dict[str, str]:
    """SQL of every column that may hold keys: their own, and texts, for an import puts them wherever an id stood."""
    found = {key: f'coalesce(p{n}.new, t."{key}")' for n, key in enumerate(d.keyed)}
    for column in d.columns:
        if column.type == "text" and column.name not in found:
            sql = f't."{column.name}"'
            for n, key in enumerate(d.keyed):
                sql = f"""replace({sql}, coalesce(t."{key}", ''), coalesce(p{n}.new, t."{key}", ''))"""
            found[column.name] = sql
    return found
