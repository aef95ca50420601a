"""The cases of alerts: where each stands, what happened to it, and what was said about it.

Whoever changes a case reads it in the same transaction: a run and a person who acknowledges do not overwrite
each other.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from tasks import calendars
from tasks.calendars import Window
from tasks.errors import ConfigurationError
from tasks.opsdb.schema import alert, alert_case, alert_case_event, alert_message, notice
from tasks.opsdb.transactions import one_at_a_time, upsert, writing
from tasks.records import AlertMessage, Case, CaseEvent, Level

LONGEST_SNOOZE = 90
"""Days. What should stay silent for longer should leave the plan."""

Change = tuple[Iterable[Case], Iterable[CaseEvent], Iterable[AlertMessage]]


def of(engine: sa.Engine, key: str) -> Case | None:
    """The case of one alert; None when it never was behind."""
    return cases(engine).get(key)


def open_cases(engine: sa.Engine) -> list[Case]:
    """Every alert that is behind, the worst first, then the longest."""
    order = [Level.red, Level.orange, Level.yellow]
    found = [case for case in cases(engine).values() if case.is_open]
    return sorted(found, key=lambda case: (order.index(case.level), case.since, case.key))


def cases(engine: sa.Engine) -> dict[str, Case]:
    """Every case there is, those that are over included, by key."""
    with engine.connect() as connection:
        return _read(connection)


def events(engine: sa.Engine, key: str | None = None) -> list[tuple[dt.datetime, CaseEvent]]:
    """What happened when, oldest first; of one alert or of all."""
    t = alert_case_event
    statement = sa.select(t).order_by(t.c.event_id)
    if key is not None:
        statement = statement.where(t.c.key == key)
    with engine.connect() as connection:
        return [(row.at, _event(row)) for row in connection.execute(statement)]


def told(engine: sa.Engine, window: Window) -> list[tuple[dt.datetime, CaseEvent]]:
    """When people were told of what got worse in the window, new alerts included; UTC, oldest first."""
    t = alert_case_event
    statement = (
        sa.select(t)
        .where(
            t.c.what == "told",
            t.c.note.in_(("started", "worsened")),
            t.c.business_date >= window.start,
            t.c.business_date < window.end,
        )
        .order_by(t.c.event_id)
    )
    with engine.connect() as connection:
        return [(row.at, _event(row)) for row in connection.execute(statement)]


def entered(engine: sa.Engine) -> dict[str, dt.date]:
    """The business date whose run found each alert at its last level; restated history does not move it."""
    t = alert_case_event.c
    statement = (
        sa.select(t.key, sa.func.max(t.business_date))
        .where(t.what.in_(("opened", "worsened", "improved")))
        .group_by(t.key)
    )
    with engine.connect() as connection:
        return {key: day for key, day in connection.execute(statement)}


def newest_day(engine: sa.Engine) -> dt.date | None:
    """The last business date that was judged or noticed; alerts of an earlier one are history.

    Incidents do not count: their clocks are watched through the day, before it is over and judged.
    """
    dates = (
        sa.select(sa.func.max(alert.c.business_date)),
        sa.select(sa.func.max(notice.c.business_date)).where(notice.c.kind != "incident"),
    )
    with engine.connect() as connection:
        found = [connection.execute(statement).scalar() for statement in dates]
    return max((day for day in found if day), default=None)


def change(engine: sa.Engine, think: Callable[[Mapping[str, Case]], Change]) -> None:
    """Read all cases, let ``think`` say what becomes of them, and write that, in one transaction."""
    with writing(engine) as connection:
        one_at_a_time(connection, alert_case)
        changed, happened, messages = think(_read(connection))
        _write(connection, changed, happened)
        for message in messages:
            _add(connection, message)


def messages(engine: sa.Engine, since: dt.date, until: dt.date) -> list[AlertMessage]:
    """The messages about the business dates from ``since`` to ``until``, both included, oldest first."""
    t = alert_message
    statement = (
        sa.select(t)
        .where(t.c.business_date.between(since, until))
        .order_by(t.c.business_date, t.c.owner, t.c.audience, t.c.number)
    )
    with engine.connect() as connection:
        return [
            AlertMessage(
                row.business_date,
                row.owner,
                row.audience,
                tuple(Level(level) for level in row.levels.split(",")),
                row.body,
                row.number,
                row.made_at,
            )
            for row in connection.execute(statement)
        ]


def acknowledge(engine: sa.Engine, keys: Sequence[str], *, by: str, note: str = "") -> list[Case]:
    """Somebody has seen these alerts and takes care; said again by the same person, it changes nothing.

    Raises:
        ConfigurationError: no name, or one of the alerts is not open; then none is acknowledged.
    """
    name, note = _named(by), note.strip()

    def seen(case: Case) -> tuple[Case, CaseEvent] | None:
        if (case.acknowledged_by, case.acknowledged_note) == (name, note):
            return None
        now = replace(case, acknowledged_by=name, acknowledged_at=calendars.now(), acknowledged_note=note)
        return now, CaseEvent(case.key, "acknowledged", case.level, case.seen, name, note)

    return _each(engine, keys, seen)


def snooze(
    engine: sa.Engine, keys: Sequence[str], *, until: dt.date, reason: str, by: str, today: dt.date
) -> list[Case]:
    """Silence these alerts until a date: only a worse level and the recovery are told meanwhile.

    A snooze is an acknowledgement too: whoever gives it has seen the alert.

    Args:
        engine: the database.
        keys: which alerts.
        until: first date on which they are told again.
        reason: why that is right; shown to everybody.
        by: who says so.
        today: the calendar date.

    Raises:
        ConfigurationError: no name or reason, a date that is past or too far, or an alert is not open; then
            none is snoozed.
    """
    name, why = _named(by), reason.strip()
    if not why:
        raise ConfigurationError("a snooze needs a reason: it stands where the alert would have stood")
    last = today + dt.timedelta(days=LONGEST_SNOOZE)
    if not today < until <= last:
        raise ConfigurationError(
            f"an alert can be snoozed until a date from {today + calendars.ONE_DAY} to {last}, not {until}"
        )

    def silenced(case: Case) -> tuple[Case, CaseEvent] | None:
        same = (case.snoozed_until, case.snooze_reason, case.snoozed_by) == (until, why, name)
        if same and case.snoozed_level is case.level:
            return None
        now = replace(
            case,
            snoozed_until=until,
            snoozed_level=case.level,
            snoozed_by=name,
            snooze_reason=why,
            acknowledged_by=case.acknowledged_by or name,
            acknowledged_at=case.acknowledged_at or calendars.now(),
        )
        return now, CaseEvent(case.key, "snoozed", case.level, case.seen, name, why, until)

    return _each(engine, keys, silenced)


def _each(
    engine: sa.Engine, keys: Sequence[str], act: Callable[[Case], tuple[Case, CaseEvent] | None]
) -> list[Case]:
    """Do the same to every case named, or to none."""
    with writing(engine) as connection:
        one_at_a_time(connection, alert_case)
        known = _read(connection)
        now = {key: _open(known, key) for key in dict.fromkeys(keys)}
        if not now:
            raise ConfigurationError("no alert is named: say which")
        done = [result for case in now.values() if (result := act(case))]
        _write(connection, [case for case, _ in done], [event for _, event in done])
    return list((now | {case.key: case for case, _ in done}).values())


def _open(known: Mapping[str, Case], key: str) -> Case:
    case = known.get(key)
    if case is not None and case.is_open:
        return case
    others = ", ".join(sorted(k for k, c in known.items() if c.is_open)) or "none"
    what = f"no alert of {key} is open" if case is None else f"the alert of {key} is over since {case.since}"
    raise ConfigurationError(f"{what}; open: {others}")


def _named(by: str) -> str:
    if not by.strip():
        raise ConfigurationError("say who you are: the name stands beside the alert")
    return by.strip()


def _read(connection: sa.Connection) -> dict[str, Case]:
    rows = connection.execute(sa.select(alert_case).order_by(alert_case.c.key))
    return {row.key: _case(row) for row in rows}


def _case(row: sa.Row[Any]) -> Case:
    levels = {name: Level(row._mapping[name]) for name in ("level", "told_level")}
    snoozed = Level(row.snoozed_level) if row.snoozed_level else None
    return Case(**{**row._mapping, **levels, "snoozed_level": snoozed})


def _event(row: sa.Row[Any]) -> CaseEvent:
    return CaseEvent(row.key, row.what, Level(row.level), row.business_date, row.who, row.note, row.until)


def _write(connection: sa.Connection, changed: Iterable[Case], happened: Iterable[CaseEvent]) -> None:
    upsert(connection, alert_case, map(asdict, changed))
    at = calendars.now()
    entries = [{**asdict(event), "at": at} for event in happened]
    if entries:
        connection.execute(sa.insert(alert_case_event), entries)


def _add(connection: sa.Connection, message: AlertMessage) -> None:
    t = alert_message
    earlier = sa.select(sa.func.count()).where(
        t.c.business_date == message.business_date,
        t.c.owner == message.owner,
        t.c.audience == message.audience,
    )
    number = connection.execute(earlier).scalar_one() + 1
    levels = ",".join(dict.fromkeys(message.levels))
    row = {**asdict(message), "number": number, "levels": levels, "made_at": calendars.now()}
    connection.execute(sa.insert(t).values(**row))
