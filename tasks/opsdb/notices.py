"""What needs a person beside the KPIs' pace, day by day: milestones, budgets, incidents, churn.

A notice that is over is written once more as green, so that those who were told hear of it.
"""

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from tasks.calendars import Window
from tasks.errors import BadRequest
from tasks.opsdb.schema import notice
from tasks.opsdb.transactions import one_at_a_time, upsert, writing
from tasks.records import Level, Notice


def write(
    engine: sa.Engine,
    when: dt.date | Window,
    rows: Sequence[Notice],
    kinds: Collection[str] | None = None,
) -> int:
    """Replace the notices of a day or a window, all or those of some kinds, in one transaction; how many.

    Raises:
        BadRequest: a row is of another day or kind.
    """
    window = when if isinstance(when, Window) else Window.of_day(when)
    for row in rows:
        if row.business_date not in window or (kinds is not None and row.kind not in kinds):
            raise BadRequest(f"the notice {row.key} on {row.business_date} is not of {window} {kinds or ''}")
    old = _during(window) if kinds is None else sa.and_(_during(window), notice.c.kind.in_(kinds))
    with writing(engine) as connection:
        one_at_a_time(connection, notice)
        connection.execute(sa.delete(notice).where(old))
        return upsert(connection, notice, map(dataclasses.asdict, rows))


def of(engine: sa.Engine, day: dt.date) -> list[Notice]:
    """The notices of one day, by key."""
    return _read(engine, Window.of_day(day))


def before(engine: sa.Engine, day: dt.date, days: int = 30) -> list[Notice]:
    """The notices of the ``days`` days that end before ``day``, oldest first."""
    return _read(engine, Window(day - dt.timedelta(days=days), day))


def _read(engine: sa.Engine, window: Window) -> list[Notice]:
    statement = sa.select(notice).where(_during(window)).order_by(notice.c.business_date, notice.c.key)
    with engine.connect() as connection:
        return [
            Notice(**{**row._mapping, "level": Level(row.level)}) for row in connection.execute(statement)
        ]


def _during(window: Window) -> sa.ColumnElement[bool]:
    return sa.and_(notice.c.business_date >= window.start, notice.c.business_date < window.end)
