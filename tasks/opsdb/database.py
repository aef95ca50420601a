"""The ops database opened: one way for SQLite and PostgreSQL."""

import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchModuleError

from tasks.errors import ConfigurationError
from tasks.opsdb import migrate
from tasks.opsdb.transactions import WRITES

BUSY_MILLISECONDS = 30_000
"""How long one SQLite writer waits for another."""


def connect(url: str) -> sa.Engine:
    """The database at ``url``, its schema migrated to the newest.

    Raises:
        ConfigurationError: the URL is not one of SQLite or PostgreSQL, or its schema is from a newer release.
        Busy: the server cannot be reached.
    """
    engine = open(url)
    migrate.upgrade(engine)
    return engine


def open(url: str) -> sa.Engine:
    """The database at ``url`` as it is; nothing is sent before its first use.

    Args:
        url: ``sqlite:///path`` or ``postgresql://…``; the folder of a SQLite file is made when missing.

    Raises:
        ConfigurationError: the URL is not one of SQLite or PostgreSQL.
    """
    try:
        address = sa.make_url(url)
        if address.drivername in {"postgres", "postgresql"}:
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() not in {"sqlite", "postgresql"}:
            raise ConfigurationError(
                f"the database must be SQLite or PostgreSQL, not {address.get_backend_name()}"
            )
        if address.get_backend_name() == "postgresql":
            return sa.create_engine(address, pool_pre_ping=True, hide_parameters=True)
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            address, connect_args={"timeout": BUSY_MILLISECONDS / 1000}, hide_parameters=True
        )
    except (sa.exc.ArgumentError, NoSuchModuleError, ModuleNotFoundError, OSError) as error:
        raise ConfigurationError(
            "WECHAT_OPS_DATABASE_URL cannot be opened; write sqlite:///path or postgresql://user@host/name "
            f"(with the extra [postgres] installed): {type(error).__name__}"
        ) from None
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of each new SQLite connection; transactions are ours to begin, not the driver's."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"pragma busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("pragma foreign_keys = on")
    cursor.execute("pragma synchronous = normal")
    for _ in range(600):
        # The switch to WAL does not wait for others on its own; it is needed once in a database's life.
        try:
            cursor.execute("pragma journal_mode = wal")
            break
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(0.05)
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("begin immediate" if writes else "begin")
