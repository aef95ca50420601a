"""The views for BI tools: each file of ``sql/bi`` is one, named as the file.

They are no part of any revision: every migration drops them first, so that tables may change, and makes those of
this release at its end.
"""

import sqlalchemy as sa

from tasks.settings import HOME

FOLDER = HOME / "sql" / "bi"


def names() -> tuple[str, ...]:
    """Every view of this release."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.sql")))


def drop(connection: sa.Connection) -> None:
    """Take the views away; those of somebody else stay."""
    there = set(sa.inspect(connection).get_view_names())
    for name in there.intersection(names()):
        connection.execute(sa.text(f"drop view {name}"))


def create(connection: sa.Connection) -> None:
    """Make the views on the newest tables."""
    for name in names():
        select = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
        connection.execute(sa.text(f"create view {name} as\n{select}"))
