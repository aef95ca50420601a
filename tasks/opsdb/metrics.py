"""The published metric values: one row per metric, account, breakdown and business date, and what they were before.

``metric_value`` holds what is published now, ``measurement`` the runs that found it, ``metric_restatement`` every
row that was published once and is not any more, with the moments from and until which it was.
"""

import dataclasses
import datetime as dt
import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tasks import calendars
from tasks.calendars import Window
from tasks.errors import BadRequest
from tasks.opsdb.schema import measurement, metric_restatement, metric_value
from tasks.opsdb.transactions import one_at_a_time, upsert, writing
from tasks.records import MetricValue

BRAND = "*"
"""Account id of values over all accounts."""
BATCH = 10_000
"""Published rows that are held against the new ones at a time."""
SAME_TO = 1e-9
"""Relative difference up to which two numbers are the same."""


def write(
    engine: sa.Engine,
    values: Sequence[MetricValue],
    window: Window,
    metric_ids: Collection[str] | None = None,
    *,
    lake_versions: Mapping[str, int] | None = None,
) -> int:
    """Publish what was measured in ``window``, in one transaction; how many values it holds now.

    Only what is new or differs from what is published is written: a number that comes out the same keeps its row
    and the run that found it first; a row that is replaced or vanishes is kept in ``metric_restatement``. Another
    note alone is no restatement.

    Args:
        engine: the database.
        values: every value of the window.
        window: the business dates measured.
        metric_ids: the metrics replaced, also those that have no value now; None: those of ``values``.
        lake_versions: dataset → version of the lake's table that was read.

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
    arriving = {_key(value): value for value in values}
    count = len(arriving)
    with writing(engine) as connection:
        one_at_a_time(connection, metric_value)
        run, now = _begin_run(connection, lake_versions or {})
        gone: list[MetricValue] = []
        restated: list[tuple[MetricValue, int]] = []
        renoted: list[dict[str, Any]] = []
        published = _select(metric_value, window, replaced).add_columns(metric_value.c.measurement_id)
        for *fields, former_run in connection.execute(published, execution_options={"yield_per": BATCH}):
            former = MetricValue(*fields)
            new = arriving.pop(_key(former), None)
            if new and _same(former, new):
                if former.note != new.note:
                    renoted.append({**vars(former), "note": new.note, "measurement_id": former_run})
                continue
            restated.append((former, former_run))
            if new:
                arriving[_key(new)] = new
            else:
                gone.append(former)
        _keep(connection, restated, until=now)
        _delete(connection, gone)
        upsert(connection, metric_value, renoted)
        upsert(connection, metric_value, ({**vars(v), "measurement_id": run} for v in arriving.values()))
    return count


def read(
    engine: sa.Engine,
    window: Window,
    *,
    metric_ids: Collection[str] | None = None,
    account_id: str | None = None,
    dimension: str | None = None,
) -> list[MetricValue]:
    """Values of a window as they are now, sorted by metric, account, breakdown and date.

    Args:
        engine: the database.
        window: business dates.
        metric_ids: only these metrics.
        account_id: only this account; ``*`` for the whole brand.
        dimension: only this breakdown; empty for the totals.
    """
    return _found(engine, _select(metric_value, window, metric_ids, account_id, dimension))


def as_reported(
    engine: sa.Engine,
    moment: dt.datetime,
    window: Window,
    *,
    metric_ids: Collection[str] | None = None,
    account_id: str | None = None,
    dimension: str | None = None,
) -> list[MetricValue]:
    """Values of a window as they were published at a moment; the rest is as in :func:`read`.

    What was measured before the database remembered its runs counts as published ever since.
    """
    narrow = (window, metric_ids, account_id, dimension)
    still = _select(metric_value, *narrow).join_from(
        metric_value, measurement, measurement.c.measurement_id == metric_value.c.measurement_id
    )
    no_more = metric_restatement.c
    both = sa.union_all(
        still.where(measurement.c.computed_at <= moment),
        _select(metric_restatement, *narrow).where(
            no_more.reported_from <= moment, no_more.reported_until > moment
        ),
    )
    return _found(engine, both)


def first_value(
    engine: sa.Engine, metric_id: str, on_or_after: dt.date, account_id: str = BRAND
) -> MetricValue | None:
    """The earliest total of a metric that can be trusted, on or after a date; None when there is none yet."""
    columns = metric_value.c
    statement = (
        sa.select(*_published(metric_value))
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
        return MetricValue(*row) if row else None


def first_day(engine: sa.Engine) -> dt.date | None:
    """The earliest business date that was ever measured; None before the first."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.min(metric_value.c.business_date))).scalar()


def last_day(engine: sa.Engine) -> dt.date | None:
    """The latest business date that was ever measured; None before the first."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.max(metric_value.c.business_date))).scalar()


def _begin_run(connection: sa.Connection, lake_versions: Mapping[str, int]) -> tuple[int, dt.datetime]:
    """Note that a run measures now; its id and moment."""
    # Not before the lock: of two runs, the one that publishes last has the later moment.
    now = calendars.now()
    told = json.dumps(dict(lake_versions), sort_keys=True)
    added = connection.execute(sa.insert(measurement).values(computed_at=now, lake_versions=told))
    (run,) = added.inserted_primary_key or (0,)
    return int(run), now


def _keep(connection: sa.Connection, restated: Sequence[tuple[MetricValue, int]], until: dt.datetime) -> None:
    """Remember rows as they were published, from the moment of their run on."""
    columns = measurement.c
    began = {
        run: connection.execute(
            sa.select(columns.computed_at).where(columns.measurement_id == run)
        ).scalar_one()
        for run in {run for _, run in restated}
    }
    upsert(
        connection,
        metric_restatement,
        (
            {**vars(former), "measurement_id": run, "reported_from": began[run], "reported_until": until}
            for former, run in restated
        ),
    )


def _delete(connection: sa.Connection, gone: Sequence[MetricValue]) -> None:
    if gone:
        key = [column.name for column in metric_value.primary_key]
        same = [metric_value.c[name] == sa.bindparam(f"its_{name}") for name in key]
        rows = [{f"its_{name}": getattr(value, name) for name in key} for value in gone]
        connection.execute(sa.delete(metric_value).where(*same), rows)


def _published(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of a :class:`MetricValue`, in the order of its fields."""
    return [table.c[field.name] for field in dataclasses.fields(MetricValue)]


def _select(
    table: sa.Table,
    window: Window,
    metric_ids: Collection[str] | None = None,
    account_id: str | None = None,
    dimension: str | None = None,
) -> sa.Select[Any]:
    columns = table.c
    statement = sa.select(*_published(table)).where(
        columns.business_date >= window.start, columns.business_date < window.end
    )
    if metric_ids is not None:
        statement = statement.where(columns.metric_id.in_(metric_ids))
    if account_id is not None:
        statement = statement.where(columns.account_id == account_id)
    if dimension is not None:
        statement = statement.where(columns.dimension == dimension)
    return statement


def _found(engine: sa.Engine, statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[MetricValue]:
    # Sorted here: asked for an order, SQLite walks all years of a metric in it to find a few days.
    with engine.connect() as connection:
        return sorted((MetricValue(*row) for row in connection.execute(statement)), key=_key)


def _key(value: MetricValue) -> tuple[str, str, str, str, dt.date]:
    return value.metric_id, value.account_id, value.dimension, value.member, value.business_date


def _same(former: MetricValue, value: MetricValue) -> bool:
    """Whether nothing was restated; sums of the same rows in another order differ in their last bits."""
    return former.status == value.status and all(
        before == now
        or (before is not None and now is not None and math.isclose(before, now, rel_tol=SAME_TO))
        for before, now in zip(_numbers(former), _numbers(value), strict=True)
    )


def _numbers(value: MetricValue) -> tuple[float | None, ...]:
    return value.numerator, value.denominator, value.value, value.completeness
