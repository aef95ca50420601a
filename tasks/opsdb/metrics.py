"""The published metric values: one row per metric, account, breakdown and business date."""

import dataclasses
import datetime as dt
import math
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from tasks.calendars import Window
from tasks.errors import BadRequest
from tasks.opsdb.schema import metric_value
from tasks.opsdb.transactions import one_at_a_time, upsert, writing
from tasks.records import MetricValue

BRAND = "*"
"""Account id of values over all accounts."""


def write(
    engine: sa.Engine,
    values: Sequence[MetricValue],
    window: Window,
    metric_ids: Collection[str] | None = None,
) -> int:
    """Replace what was measured in ``window``, in one transaction; how many values are written.

    Args:
        engine: the database.
        values: every value of the window.
        window: the business dates measured.
        metric_ids: the metrics replaced, also those that have no value now; None: those of ``values``.

    Raises:
        BadRequest: a value lies outside the window, is not finite, or is of no metric in ``metric_ids``.
    """
    replaced = {value.metric_id for value in values} if metric_ids is None else set(metric_ids)
    for value in values:
        if value.business_date not in window or value.metric_id not in replaced:
            raise BadRequest(
                f"{value.metric_id} of {value.business_date} is not part of this write ({window})"
            )
        if any(number is not None and not math.isfinite(number) for number in _numbers(value)):
            raise BadRequest(f"{value.metric_id} of {value.business_date} is not a finite number; use null")
    with writing(engine) as connection:
        one_at_a_time(connection, metric_value)
        columns = metric_value.c
        connection.execute(
            sa.delete(metric_value).where(
                columns.metric_id.in_(replaced),
                columns.business_date >= window.start,
                columns.business_date < window.end,
            )
        )
        return upsert(connection, metric_value, map(dataclasses.asdict, values))


def read(
    engine: sa.Engine,
    window: Window,
    *,
    metric_ids: Collection[str] | None = None,
    account_id: str | None = None,
    dimension: str | None = None,
) -> list[MetricValue]:
    """Values of a window, sorted by metric, account, breakdown and date.

    Args:
        engine: the database.
        window: business dates.
        metric_ids: only these metrics.
        account_id: only this account; ``*`` for the whole brand.
        dimension: only this breakdown; empty for the totals.
    """
    columns = metric_value.c
    statement = sa.select(metric_value).where(
        columns.business_date >= window.start, columns.business_date < window.end
    )
    if metric_ids is not None:
        statement = statement.where(columns.metric_id.in_(metric_ids))
    if account_id is not None:
        statement = statement.where(columns.account_id == account_id)
    if dimension is not None:
        statement = statement.where(columns.dimension == dimension)
    with engine.connect() as connection:
        found = connection.execute(statement.order_by(*metric_value.primary_key))
        return [MetricValue(**row._mapping) for row in found]


def first_value(
    engine: sa.Engine, metric_id: str, on_or_after: dt.date, account_id: str = BRAND
) -> MetricValue | None:
    """The earliest total of a metric that can be trusted, on or after a date; None when there is none yet."""
    columns = metric_value.c
    statement = (
        sa.select(metric_value)
        .where(
            columns.metric_id == metric_id,
            columns.account_id == account_id,
            columns.dimension == "",
            columns.business_date >= on_or_after,
            columns.value.is_not(None),
            columns.status != "grey",
        )
        .order_by(columns.business_date)
        .limit(1)
    )
    with engine.connect() as connection:
        row = connection.execute(statement).first()
        return MetricValue(**row._mapping) if row else None


def first_day(engine: sa.Engine) -> dt.date | None:
    """The earliest business date that was ever measured; None before the first."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.min(metric_value.c.business_date))).scalar()


def _numbers(value: MetricValue) -> tuple[float | None, ...]:
    return value.numerator, value.denominator, value.value, value.completeness
