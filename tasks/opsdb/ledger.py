"""The delivery ledger: every message is claimed here before it is sent, so that it is sent at most once.

    claimed ──► sending ──► sent
       │           │         └──► bounced   it came back later
       │           ├──────► failed      the channel said no; a later run may try again (a new attempt)
       │           └──────► in_doubt    the sender died in between; nobody knows, so nobody sends it again
       └─ a claimer that died before sending is taken over

A delivery is (report, period, channel, recipient); its newest attempt decides. A person who asks for a resend
gets a new attempt of their own.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks import calendars
from tasks.calendars import Window
from tasks.errors import Busy
from tasks.opsdb import processes
from tasks.opsdb.schema import delivery
from tasks.opsdb.transactions import insert_missing, writing

LEASE = dt.timedelta(minutes=10)
"""A claim this old is up for others, and a sender on another machine this silent counts as dead."""
PLACE = ("report", "period", "channel", "recipient")
SAID = {"sent": "already_sent"}
ABOUT_THE_SYSTEM = ("delivery-failure", "watchdog")
"""Reports that tell of our own troubles, not of a business date's figures."""
AT_IT = "another run is sending it now"
DOUBT = "the sending process died after it had begun; whether the message arrived is not known"


@dataclass(frozen=True)
class Claim:
    """The right to send one message now."""

    delivery_id: int
    report: str
    period: str
    channel: str
    recipient: str
    content_hash: str
    attempt: int
    claimed_at: dt.datetime

    @property
    def key(self) -> str:
        """Names this very attempt, for channels that can recognise a repeated message themselves."""
        return f"{self.report}:{self.period}:{self.channel}:{self.recipient}:{self.attempt}"


@dataclass(frozen=True)
class AlreadyHandled:
    """Why there is nothing to send."""

    status: str
    """``already_sent``, ``in_doubt``, or ``claimed``/``sending`` when another run is at it."""
    detail: str
    at: dt.datetime


@dataclass(frozen=True)
class Entry:
    """One attempt as it stands in the ledger."""

    report: str
    period: str
    channel: str
    recipient: str
    attempt: int
    status: str
    content_hash: str
    claimed_at: dt.datetime
    finished_at: dt.datetime | None
    code: str
    detail: str

    @property
    def key(self) -> str:
        """As :attr:`Claim.key`."""
        return f"{self.report}:{self.period}:{self.channel}:{self.recipient}:{self.attempt}"


def claim(
    engine: sa.Engine,
    *,
    report: str,
    period: str,
    channel: str,
    recipient: str,
    content_hash: str,
    resend: bool = False,
) -> Claim | AlreadyHandled:
    """Ask for the right to send; exactly one of any number of runs gets it.

    Args:
        engine: the database.
        report: kind of message, e.g. ``digest``.
        period: business date, week or month it is about.
        channel: how it goes out.
        recipient: to whom.
        content_hash: of what is to be sent.
        resend: a person asks for it again, whatever became of it before.
    """
    place = {"report": report, "period": period, "channel": channel, "recipient": recipient}
    now = calendars.now()
    with writing(engine) as connection:
        _settle(connection, now)
        last = connection.execute(
            sa.select(delivery).where(*_at(place)).order_by(delivery.c.attempt.desc()).limit(1)
        ).first()
        if last is not None and last.status == "claimed" and _is_over(last, last.claimed_at, now):
            if _move(connection, last, process=processes.myself(), claimed_at=now, content_hash=content_hash):
                return Claim(
                    last.delivery_id, **place, content_hash=content_hash, attempt=last.attempt, claimed_at=now
                )
            return AlreadyHandled("claimed", AT_IT, now)
        if last is not None and not _may_follow(last.status, resend=resend):
            at = last.finished_at or last.sending_at or last.claimed_at
            return AlreadyHandled(SAID.get(last.status, last.status), last.detail or AT_IT, at)
        attempt = 1 if last is None else last.attempt + 1
        row = {
            **place,
            "attempt": attempt,
            "content_hash": content_hash,
            "status": "claimed",
            "process": processes.myself(),
            "claimed_at": now,
            "code": "",
            "detail": "",
        }
        new = insert_missing(connection, delivery, row, [*PLACE, "attempt"])
    if new is None:
        return AlreadyHandled("claimed", AT_IT, now)
    return Claim(new.delivery_id, **place, content_hash=content_hash, attempt=attempt, claimed_at=now)


def sending(engine: sa.Engine, claim: Claim) -> None:
    """Write down that the message goes out now; the last moment at which nothing has happened yet.

    Raises:
        Busy: the claim grew old and another run has taken it over; do not send.
    """
    if not _note(engine, claim, ("claimed",), status="sending", sending_at=calendars.now()):
        raise Busy(f"{claim.report} {claim.period} to {claim.channel}: another run took this delivery over")


def sent(engine: sa.Engine, claim: Claim, code: str, detail: str) -> None:
    """The channel's own answer says it arrived."""
    _note(
        engine,
        claim,
        ("sending", "in_doubt"),
        status="sent",
        code=code,
        detail=detail,
        finished_at=calendars.now(),
    )


def failed(engine: sa.Engine, claim: Claim, error: str) -> None:
    """It did not go out, and the channel's answer says so; a later run may try again."""
    _note(
        engine,
        claim,
        ("claimed", "sending", "in_doubt"),
        status="failed",
        detail=error,
        finished_at=calendars.now(),
    )


def doubted(engine: sa.Engine, claim: Claim, reason: str) -> None:
    """It was handed over and no answer came; only a person's resend may follow."""
    _note(engine, claim, ("sending",), status="in_doubt", detail=reason, finished_at=calendars.now())


def bounced(engine: sa.Engine, entry: Entry, reason: str) -> None:
    """It was taken over and came back later; only a person's resend may follow."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(delivery)
            .where(
                *_at({name: getattr(entry, name) for name in PLACE}),
                delivery.c.attempt == entry.attempt,
                delivery.c.status.in_(("sent", "in_doubt")),
            )
            .values(status="bounced", detail=reason)
        )


def entries(engine: sa.Engine, *, report: str | None = None, period: str | None = None) -> list[Entry]:
    """Every attempt of a report or period, oldest first, with dead senders already marked ``in_doubt``."""
    statement = sa.select(delivery).order_by(delivery.c.delivery_id)
    if report is not None:
        statement = statement.where(delivery.c.report == report)
    if period is not None:
        statement = statement.where(delivery.c.period == period)
    with writing(engine) as connection:
        _settle(connection, calendars.now())
        return [
            Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})
            for row in connection.execute(statement)
        ]


def arrivals(engine: sa.Engine, window: Window) -> dict[dt.date, list[dt.datetime]]:
    """When messages about each business date of a window arrived, on whichever channel; UTC, oldest first.

    A date that nobody was told about is left out, and so are notices about the system itself.
    """
    statement = (
        sa.select(delivery.c.period, delivery.c.finished_at)
        .where(
            delivery.c.status == "sent",
            delivery.c.report.not_in(ABOUT_THE_SYSTEM),
            delivery.c.period.in_([str(day) for day in window.days()]),
        )
        .order_by(delivery.c.finished_at)
    )
    found = defaultdict(list)
    with engine.connect() as connection:
        for period, at in connection.execute(statement):
            found[dt.date.fromisoformat(period)].append(at)
    return dict(found)


def _may_follow(status: str, *, resend: bool) -> bool:
    """Whether a new attempt may come after one in this state."""
    return status == "failed" or (resend and status in {"sent", "in_doubt", "bounced"})


def _settle(connection: sa.Connection, now: dt.datetime) -> None:
    """Senders that died are in doubt, on every report: whoever looks next must not take them for running."""
    for row in connection.execute(sa.select(delivery).where(delivery.c.status == "sending")).all():
        if _is_dead(row, row.sending_at, now):
            _move(connection, row, status="in_doubt", detail=DOUBT, finished_at=now)


def _is_dead(row: sa.Row[Any], since: dt.datetime, now: dt.datetime) -> bool:
    alive = processes.is_alive(row.process)
    return now - since > LEASE if alive is None else not alive


def _is_over(row: sa.Row[Any], since: dt.datetime, now: dt.datetime) -> bool:
    return now - since > LEASE or _is_dead(row, since, now)


def _move(connection: sa.Connection, row: sa.Row[Any], **values: Any) -> bool:
    """Change an attempt that still is as it was read; False when another run was faster."""
    done = connection.execute(
        sa.update(delivery)
        .where(
            delivery.c.delivery_id == row.delivery_id,
            delivery.c.status == row.status,
            delivery.c.process == row.process,
            delivery.c.claimed_at == row.claimed_at,
        )
        .values(**values)
    )
    return done.rowcount == 1


def _note(engine: sa.Engine, claim: Claim, states: tuple[str, ...], **values: Any) -> bool:
    """Change an attempt as long as it is still this claim's."""
    with writing(engine) as connection:
        done = connection.execute(
            sa.update(delivery)
            .where(
                delivery.c.delivery_id == claim.delivery_id,
                delivery.c.claimed_at == claim.claimed_at,
                delivery.c.status.in_(states),
            )
            .values(**values)
        )
    return done.rowcount == 1


def _at(place: dict[str, str]) -> list[sa.ColumnElement[bool]]:
    return [delivery.c[name] == place[name] for name in PLACE]
