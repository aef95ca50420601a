"""The lake looked at as a whole: may it be written, and can every table be read to its last file."""

import shutil
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from tasks.errors import Busy, OpsError, UnexpectedShape
from tasks.lake.predicates import quoted
from tasks.lake.relations import connection_of, files_of, relation
from tasks.lake.store import Lake

SCRATCH = "_doctor"
"""Folder of the table that is written and deleted again; no dataset is named so."""


@dataclass(frozen=True)
class Table:
    """One table as it was found."""

    name: str
    rows: int = 0
    files: int = 0
    size: int | None = None
    """Bytes of its newest version; None where the lake is no folder of this machine."""
    trouble: str = ""
    """Why it cannot be read; empty when it can."""


def scratch(lake: Lake) -> float:
    """Write a table of one row, read it, and delete it again; how many milliseconds that took.

    Raises:
        Busy: the lake cannot be written or read; the message says why.
        UnexpectedShape: what was read is not what was written.
    """
    local = "://" not in lake.root
    folder = f"{lake.root}/{SCRATCH}/{uuid.uuid4().hex if local else 'probe'}"
    mark = uuid.uuid4().hex
    started = time.perf_counter()
    try:
        write_deltalake(folder, pa.table({"mark": [mark]}), mode="overwrite", storage_options=lake._options)
        table = DeltaTable(folder, storage_options=lake._options)
        names = ", ".join(map(quoted, files_of(table)))
        with connection_of({"threads": 1}) as connection:
            found = connection.execute(f"select mark from read_parquet([{names}])").fetchall()
        if not local:
            table.delete()
    except (DeltaError, OSError, duckdb.Error) as error:
        raise Busy(f"{lake.root}: {_first_line(error)}") from None
    finally:
        if local:
            shutil.rmtree(folder, ignore_errors=True)
            _remove_if_empty(Path(lake.root) / SCRATCH)
    if found != [(mark,)]:
        raise UnexpectedShape(f"{lake.root}: the row that was written did not come back")
    return (time.perf_counter() - started) * 1000


def tables(lake: Lake) -> Iterator[Table]:
    """Every table that was ever written, read to the footer of its last file; a broken one stops no other."""
    for name in lake.datasets:
        try:
            if lake.exists(name):
                yield _table(lake, name)
            elif _is_folder(lake.uri(name)):
                yield Table(name, trouble="there are files, but no _delta_log that names them")
        except (DeltaError, OSError, duckdb.Error, OpsError) as error:
            yield Table(name, trouble=_first_line(error))


def _table(lake: Lake, name: str) -> Table:
    files = lake.files(name)
    size = sum(Path(file).stat().st_size for file in files) if "://" not in lake.root else None
    with connection_of({"threads": 1}) as connection:
        query = f"select count(*) from ({relation(lake.dataset(name), files)})"
        rows = connection.execute(query).fetchall()[0][0]
    return Table(name, int(rows), len(files), size)


def _is_folder(uri: str) -> bool:
    return "://" not in uri and any(Path(uri).glob("**/*.parquet"))


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # another doctor is at work in it


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
