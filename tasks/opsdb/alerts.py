"""The judgements of every day: levels, since when, and what to do."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from tasks.calendars import Window
from tasks.errors import BadRequest
from tasks.opsdb.schema import alert
from tasks.opsdb.transactions import one_at_a_time, upsert, writing
from tasks.records import AlertRow, Level


def write(engine: sa.Engine, when: dt.date | Window, rows: Sequence[AlertRow]) -> int:
    """Replace all judgements of a day or a window, in one transaction; how many are written.

    Raises:
        BadRequest: a row is of another day.
    """
    window = when if isinstance(when, Window) else Window.of_day(when)
    for row in rows:
        if row.business_date not in window:
            raise BadRequest(f"the judgement of {row.metric_id} on {row.business_date} is not of {window}")
    with writing(engine) as connection:
        one_at_a_time(connection, alert)
        connection.execute(sa.delete(alert).where(_during(window)))
        return upsert(connection, alert, map(dataclasses.asdict, rows))


def of(engine: sa.Engine, day: dt.date) -> list[AlertRow]:
    """The judgements of one day, by metric."""
    return _read(engine, Window.of_day(day))


def before(engine: sa.Engine, day: dt.date, days: int = 30) -> list[AlertRow]:
    """The judgements of the ``days`` days that end before ``day``, oldest first."""
    return _read(engine, Window(day - dt.timedelta(days=days), day))


def plan_versions(engine: sa.Engine, window: Window) -> dict[dt.date, str]:
    """Which version of the plan judged each day of a window; days not judged yet are left out."""
    t = alert.c
    statement = sa.select(t.business_date, sa.func.max(t.plan_version)).where(_during(window))
    with engine.connect() as connection:
        rows = connection.execute(statement.group_by(t.business_date))
        return {day: version for day, version in rows}


def _read(engine: sa.Engine, window: Window) -> list[AlertRow]:
    statement = sa.select(alert).where(_during(window)).order_by(alert.c.business_date, alert.c.metric_id)
    with engine.connect() as connection:
        return [
            AlertRow(**{**row._mapping, "level": Level(row.level), "raw_level": Level(row.raw_level)})
            for row in connection.execute(statement)
        ]


def _during(window: Window) -> sa.ColumnElement[bool]:
    return sa.and_(alert.c.business_date >= window.start, alert.c.business_date < window.end)
