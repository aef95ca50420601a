"""Room to work in: a DuckDB of our own and a folder that is gone afterwards, with whatever ids were in it."""

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa


class Scratch:
    """One file's workplace: tables of text, then of values. From one thread at a time.

    Args:
        memory_limit: DuckDB spills to the folder beyond it.
        threads: cores one statement may use.
    """

    def __init__(self, *, memory_limit: str = "600MB", threads: int = 2) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="wechat-ops-import-")
        self.folder = Path(self._place.name)
        self.connection = duckdb.connect(
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "temp_directory": str(self.folder / "spill"),
                "autoinstall_known_extensions": "false",
            }
        )
        self.connection.execute("set TimeZone = 'UTC'")
        # Where DuckDB takes us for a person at a prompt it draws a bar into whatever we print.
        self.connection.execute("set enable_progress_bar = false")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self._place.cleanup()

    def run(self, sql: str) -> None:
        """Do one statement."""
        self.connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Every row of one query."""
        return self.connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The first value of the first row."""
        found = self.connection.execute(sql).fetchone()
        return found[0] if found else None

    def linked(self, path: Path) -> Path:
        """The file under a name without ``*``, ``[`` or quotes, which DuckDB would take for a pattern."""
        link = self.folder / f"source{len(list(self.folder.glob('source*')))}"
        link.symlink_to(path.resolve())
        return link

    def take(self, name: str, table: pa.Table) -> None:
        """Put an Arrow table into a DuckDB table, after what is there already."""
        self.connection.register("arriving", table)
        there = self.one(f"select count(*) from duckdb_tables() where table_name = {quoted(name)}")
        self.run(
            f'insert into "{name}" from arriving' if there else f'create temp table "{name}" as from arriving'
        )
        self.connection.unregister("arriving")


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
