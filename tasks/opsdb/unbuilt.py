"""Which facts landed since the last build.

Written before they land, so that a killed run is not forgotten, and once more when they have, so that a build in
between does not take the note away from rows that it did not see.
"""

import datetime as dt
import secrets

import sqlalchemy as sa

from tasks.opsdb.schema import unbuilt
from tasks.opsdb.transactions import one_at_a_time, upsert, writing


def mark(engine: sa.Engine, since: dt.date) -> None:
    """Facts from ``since`` on are about to land, or have just landed."""
    with writing(engine) as connection:
        one_at_a_time(connection, unbuilt)
        row = connection.execute(sa.select(unbuilt)).first()
        earliest = min(row.since, since) if row else since
        # Drawn and not counted: counting would begin again after a build, and two builds at once mix them up.
        upsert(connection, unbuilt, [{"only_row": 1, "since": earliest, "version": secrets.randbelow(2**31)}])


def read(engine: sa.Engine) -> tuple[dt.date, int] | None:
    """First business date that waits for a build, and the version to clear it by; None when nothing waits."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(unbuilt)).first()
    return (row.since, row.version) if row else None


def clear(engine: sa.Engine, version: int, *, up_to: dt.date | None = None) -> None:
    """What was noted up to ``version`` is built; what landed meanwhile goes on waiting.

    Args:
        engine: of the ops database.
        version: of the note that was read before the build.
        up_to: facts from this date on were not built, and wait as well; None where there can be none.
    """
    mine = unbuilt.c.version == version
    with writing(engine) as connection:
        connection.execute(
            sa.delete(unbuilt).where(mine)
            if up_to is None
            else sa.update(unbuilt).where(mine).values(since=up_to)
        )
