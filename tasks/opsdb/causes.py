"""Why the numbers behind a day's alerts moved: one row per alert, dimension and member."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from tasks.errors import BadRequest
from tasks.opsdb.schema import alert_cause
from tasks.opsdb.transactions import one_at_a_time, upsert, writing
from tasks.records import Contribution


def write(engine: sa.Engine, day: dt.date, rows: Sequence[Contribution]) -> int:
    """Replace all causes of a day, in one transaction; how many rows are written.

    Raises:
        BadRequest: a row is of another day.
    """
    for row in rows:
        if row.business_date != day:
            raise BadRequest(f"the cause of {row.metric_id} on {row.business_date} is not of {day}")
    with writing(engine) as connection:
        one_at_a_time(connection, alert_cause)
        connection.execute(sa.delete(alert_cause).where(alert_cause.c.business_date == day))
        return upsert(connection, alert_cause, map(dataclasses.asdict, rows))


def of(engine: sa.Engine, day: dt.date) -> list[Contribution]:
    """The causes of one day, by metric, dimension and rank."""
    columns = alert_cause.c
    statement = sa.select(alert_cause).where(columns.business_date == day)
    order = (columns.metric_id, columns.dimension, columns.rank, columns.member)
    with engine.connect() as connection:
        return [Contribution(**row._mapping) for row in connection.execute(statement.order_by(*order))]
