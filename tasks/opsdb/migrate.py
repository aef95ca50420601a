"""The schema brought to the newest revision, and the views on it, by whichever process comes first."""

from pathlib import Path

import sqlalchemy as sa

from tasks.errors import Busy, ConfigurationError
from tasks.opsdb import views
from tasks.opsdb.transactions import writing

HEAD = "0003"
"""Newest revision in ``migrations/versions``; a test holds it against them."""
LOCK = 0x77656368
"""Number of the lock that migrating processes wait for in PostgreSQL."""
_VERSION = sa.table("alembic_version", sa.column("version_num"))


def upgrade(engine: sa.Engine) -> None:
    """Bring the schema to :data:`HEAD`; one cheap query when it is there already.

    Any number of processes may call this at once on a new database: one migrates, the others wait.

    Raises:
        Busy: the server cannot be reached.
        ConfigurationError: the file is no database, or the database is of a newer release than this one.
    """
    if current(engine) != HEAD:
        _run(engine, HEAD)


def downgrade(engine: sa.Engine, revision: str = "base") -> None:
    """Take the schema back to ``revision``; what only newer revisions can hold is lost."""
    _run(engine, revision, back=True)


def revisions() -> tuple[str, ...]:
    """Every revision this release knows, oldest first."""
    folder = Path(__file__).parent / "migrations" / "versions"
    return tuple(sorted(file.stem.partition("_")[0] for file in folder.glob("[0-9]*.py")))


def current(engine: sa.Engine) -> str:
    """The schema's revision, empty for a new database.

    Raises:
        Busy: the server cannot be reached.
        ConfigurationError: the file is no database, or cannot be written.
    """
    try:
        with engine.connect() as connection:
            return _current(connection)
    except sa.exc.DBAPIError as error:
        what = (
            f"the ops database {engine.url.render_as_string(hide_password=True)} cannot be used: {error.orig}"
        )
        if engine.dialect.name == "sqlite":
            raise ConfigurationError(f"{what}; WECHAT_OPS_DATABASE_URL says where it is") from None
        raise Busy(f"{what}; trying again helps once the server answers") from None


def _current(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return ""
    return str(connection.execute(sa.select(_VERSION.c.version_num)).scalar() or "")


def _run(engine: sa.Engine, revision: str, *, back: bool = False) -> None:
    # Alembic takes a tenth of a second to import, and nearly every process finds nothing to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "tasks.opsdb:migrations")
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        if _current(connection) == revision:
            return
        config.attributes["connection"] = connection
        views.drop(connection)
        try:
            (command.downgrade if back else command.upgrade)(config, revision)
        except CommandError as error:
            raise ConfigurationError(
                f"the ops database is at revision {_current(connection)}, which this release does not know: "
                f"update the program, or restore the database of this release ({error})"
            ) from None
        if revision == HEAD:
            views.create(connection)
