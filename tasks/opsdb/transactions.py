"""Writing to the ops database: the same statements for SQLite and PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

WRITES = "wechat_ops_writes"
"""Execution option that tells a SQLite connection to take the write lock as it begins."""


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that will write.

    In SQLite it takes the write lock at once: a transaction that reads first and writes later would fail
    as soon as another process has written in between.
    """
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        yield connection


def one_at_a_time(connection: sa.Connection, table: sa.Table) -> None:
    """Let writers that delete and insert the same rows of ``table`` wait for each other until they commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(table.name))))


def upsert(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows, or update those whose primary key is there; how many were given."""
    batch = list(rows)
    if not batch:
        return 0
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    key = [column.name for column in table.primary_key]
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in batch[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), batch)
    return len(batch)


def insert_missing(
    connection: sa.Connection, table: sa.Table, row: Mapping[str, Any], by: Sequence[str]
) -> sa.Row[Any] | None:
    """Insert a row unless one with the same ``by`` is there; its primary key, or None when it was."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**row).on_conflict_do_nothing(index_elements=list(by))
    return connection.execute(statement.returning(*table.primary_key)).first()
