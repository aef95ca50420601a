"""What was done about alerts: the same action handed in twice is one row."""

import datetime as dt
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from tasks.calendars import Window
from tasks.opsdb.schema import action, alert, notice
from tasks.opsdb.transactions import insert_missing, writing
from tasks.records import Action, ActionKind, Level, Raised


def record(engine: sa.Engine, entry: Action) -> bool:
    """Write an action down unless it is there; False when it was, and is left as it is."""
    with writing(engine) as connection:
        return insert_missing(connection, action, asdict(entry), ["action_id"]) is not None


def close(engine: sa.Engine, action_id: str, done_at: dt.datetime | None, outcome: str) -> Action | None:
    """Write down what came of an action; the action as it is now, None when there is none of that id.

    Args:
        engine: the database.
        action_id: which.
        done_at: when it was done; an earlier moment that is there already stays. None: it is not done yet.
        outcome: what came of it; empty leaves what is there.
    """
    with writing(engine) as connection:
        change: dict[str, Any] = {"outcome": outcome} if outcome else {}
        if done_at is not None:
            change["done_at"] = sa.func.coalesce(action.c.done_at, sa.literal(done_at, action.c.done_at.type))
        if change:
            connection.execute(sa.update(action).where(action.c.action_id == action_id).values(**change))
        row = connection.execute(sa.select(action).where(action.c.action_id == action_id)).first()
    return _action(row) if row else None


def read(
    engine: sa.Engine,
    *,
    about: str | None = None,
    since: dt.datetime | None = None,
    is_open: bool | None = None,
) -> list[Action]:
    """Actions, oldest first.

    Args:
        engine: the database.
        about: only those about this metric or notice.
        since: only those recorded or done at or after this moment.
        is_open: only those not done yet (True) or done (False).
    """
    statement = sa.select(action).order_by(action.c.recorded_at, action.c.action_id)
    if about is not None:
        statement = statement.where(action.c.about == about)
    if since is not None:
        statement = statement.where(sa.or_(action.c.recorded_at >= since, action.c.done_at >= since))
    if is_open is not None:
        statement = statement.where(action.c.done_at.is_(None) if is_open else action.c.done_at.is_not(None))
    with engine.connect() as connection:
        return [_action(row) for row in connection.execute(statement)]


def raised(engine: sa.Engine, window: Window) -> list[Raised]:
    """The alerts of a window, oldest first: every KPI that got worse on a day or was behind when first judged.

    Notices likewise, by their key.
    """
    parts = [
        sa.select(about.label("metric_id"), table.c.business_date, table.c.level).where(
            table.c.business_date >= window.start,
            table.c.business_date < window.end,
            table.c.changed.in_(("started", "worsened")),
        )
        for table, about in ((alert, alert.c.metric_id), (notice, notice.c.key))
    ]
    statement = sa.union_all(*parts).order_by("business_date", "metric_id")
    with engine.connect() as connection:
        return [Raised(**row._mapping) for row in connection.execute(statement)]


def missed(engine: sa.Engine, keys: set[str], window: Window) -> dict[str, dict[dt.date, bool]]:
    """Whether KPIs and notices were yellow or worse by the figures of each day alone; grey days are left out.

    A notice that is not there on a day that was judged, after it was, is over.
    """
    found: dict[str, dict[dt.date, bool]] = {key: {} for key in keys}
    parts = [
        sa.select(about, table.c.business_date, level)
        .where(
            table.c.business_date >= window.start,
            table.c.business_date < window.end,
            about.in_(keys),
            level != Level.grey,
        )
        .order_by(table.c.business_date)
        for table, about, level in (
            (alert, alert.c.metric_id, alert.c.raw_level),
            (notice, notice.c.key, notice.c.level),
        )
    ]
    judged = (
        sa.select(alert.c.business_date)
        .distinct()
        .where(alert.c.business_date >= window.start, alert.c.business_date < window.end)
    )
    with engine.connect() as connection:
        days = list(connection.execute(judged.order_by(alert.c.business_date)).scalars())
        kpis, notices = (list(connection.execute(part)) for part in parts)
    for key, day, level in [*kpis, *notices]:
        found[key][day] = level != Level.green
    for key in {key for key, _, _ in notices}:
        first = min(found[key])
        found[key] |= {day: False for day in days if day > first and day not in found[key]}
    return found


def _action(row: sa.Row[Any]) -> Action:
    return Action(**{**row._mapping, "kind": ActionKind(row.kind)})
