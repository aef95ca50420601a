"""The ops database looked at without changing it: reachable, writable, and of which schema."""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tasks.errors import Busy
from tasks.opsdb import database, migrate
from tasks.opsdb.transactions import writing

PATIENCE_MILLISECONDS = 3000
"""How long a probe waits for another writer; far longer than any transaction of ours."""


@dataclass(frozen=True)
class Health:
    """What the database says of itself."""

    kind: str
    """``sqlite`` or ``postgresql``."""
    version: str
    journal: str
    """SQLite's journal mode; ``wal`` lets readers and one writer work side by side."""
    milliseconds: float
    """One question and its answer."""
    revision: str
    """Revision of the schema; empty: no tables yet."""
    is_known: bool
    """False when a newer release than this one has migrated it."""

    @property
    def is_current(self) -> bool:
        """True when this release need not migrate it."""
        return self.revision == migrate.HEAD


def missing(url: str) -> bool:
    """True for a SQLite database whose file nobody has made yet; looking would make it."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        return False
    if address.drivername.partition("+")[0] != "sqlite" or address.database in {None, "", ":memory:"}:
        return False
    return not Path(str(address.database)).exists()


def look(url: str, timeout: float) -> Health:
    """Connect, ask, take the write lock for a moment, and read the schema's revision; nothing is migrated.

    Raises:
        ConfigurationError: the URL or the file is no database, or cannot be written.
        Busy: the server cannot be reached, or another writer held on to it.
    """
    engine = database.open(_impatient(url, timeout))
    try:
        revision = migrate.current(engine)
        with engine.connect() as connection:
            started = time.perf_counter()
            connection.execute(sa.select(sa.literal(1)))
            milliseconds = (time.perf_counter() - started) * 1000
            is_sqlite = engine.dialect.name == "sqlite"
            version = (
                sqlite3.sqlite_version if is_sqlite else str(connection.execute(_SERVER_VERSION).scalar())
            )
            journal = str(connection.exec_driver_sql("pragma journal_mode").scalar()) if is_sqlite else ""
        _lock(engine)
        known = not revision or revision in migrate.revisions()
        return Health(engine.dialect.name, version, journal, milliseconds, revision, known)
    finally:
        engine.dispose()


_SERVER_VERSION = sa.select(sa.func.current_setting("server_version"))


def _impatient(url: str, timeout: float) -> str:
    """The same address with a limit on connecting to a server."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        return url  # told by whoever opens it
    if not address.drivername.startswith("postgres") or "connect_timeout" in address.query:
        return url
    limited = address.update_query_dict({"connect_timeout": str(max(int(timeout), 2))})
    return limited.render_as_string(hide_password=False)


def _lock(engine: sa.Engine) -> None:
    """Take and give back the write lock of a SQLite file."""
    if engine.dialect.name != "sqlite":
        return

    def hurry(connection: sqlite3.Connection, *_more: object) -> None:
        connection.execute(f"pragma busy_timeout = {PATIENCE_MILLISECONDS}")

    sa.event.listen(engine, "checkout", hurry)
    try:
        with writing(engine):
            pass
    except sa.exc.DBAPIError as error:
        raise Busy(f"the ops database cannot be written: {error.orig}") from None
