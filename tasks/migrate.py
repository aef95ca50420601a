"""Migrate the ops database to this release's schema ahead of the next run, which would do it too (floor 5)."""

from tasks.connections import connect


def migrate() -> str:
    """The database's address, without its password, once its schema is this release's."""
    with connect() as c:
        return c.database.url.render_as_string(hide_password=True)
