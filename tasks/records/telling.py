"""What becomes of alerts and messages: who was told what, and what they did about it (floor 1)."""

import datetime as dt
from dataclasses import dataclass

from tasks.records.judging import AlertRow, Level, Notice


@dataclass(frozen=True)
class Delivery:
    """What became of one message to one recipient on one channel."""

    channel: str
    recipient: str
    status: str
    """``sent``, ``failed``, ``in_doubt`` or ``already_sent``."""
    detail: str = ""


@dataclass(frozen=True)
class Case:
    """Where one alert stands between its first warning and its recovery; one row of ``alert_case``."""

    key: str
    """Metric id of a KPI, or :attr:`Notice.key`."""
    kind: str
    """``kpi``, or :attr:`Notice.kind`."""
    level: Level
    """Last colour; green: it is over. Days without enough data leave it as it was."""
    since: dt.date
    """First date of the level's run."""
    seen: dt.date
    """Last business date that had a colour."""
    owner: str
    """The plan's key of the owner, or the name where the plan has no such owner."""
    due_date: dt.date | None = None
    """By when the level's action is due."""
    told_level: Level = Level.green
    """What people were last told."""
    told_on: dt.date | None = None
    """Business date whose run told it."""
    reminded: bool = False
    """Told again in this level's run because it lasted."""
    acknowledged_by: str = ""
    acknowledged_at: dt.datetime | None = None
    acknowledged_note: str = ""
    snoozed_until: dt.date | None = None
    """First calendar date on which it is told again."""
    snoozed_level: Level | None = None
    """The worst level that the snooze covers."""
    snoozed_by: str = ""
    snooze_reason: str = ""
    escalated_on: dt.date | None = None
    """Business date whose run told the owner's lead that the action is overdue."""

    @property
    def is_open(self) -> bool:
        """True while it is behind."""
        return self.level in (Level.yellow, Level.orange, Level.red)


@dataclass(frozen=True)
class CaseEvent:
    """Something that happened to an alert; one row of ``alert_case_event``."""

    key: str
    what: str
    """``opened``, ``worsened``, ``improved``, ``recovered``, ``acknowledged``, ``snoozed``, ``snooze_ended``,
    ``told``, ``escalated`` or ``closed`` (no longer judged).
    """
    level: Level
    business_date: dt.date
    who: str = ""
    """Who did it; empty: the system."""
    note: str = ""
    until: dt.date | None = None


@dataclass(frozen=True)
class Telling:
    """One alert that somebody is to be told about, and why."""

    what: AlertRow | Notice
    case: Case
    why: str
    """``started``, ``worsened``, ``improved``, ``recovered``, ``reminder`` (red for days), ``woken`` (a snooze
    is over) or ``escalated`` (nobody acted in time).
    """
    before: Level
    """What people were told before; green when nothing was."""


@dataclass(frozen=True)
class AlertMessage:
    """One message about alerts, kept as it was written; one row of ``alert_message``."""

    business_date: dt.date
    owner: str
    audience: str
    """``owner``, or ``lead``: nobody acted in time."""
    levels: tuple[Level, ...]
    """The levels it speaks of, those that are over included: who is told depends on them."""
    body: str
    """The :class:`tasks.messages.Message` as JSON."""
    number: int = 0
    """1 is the first of its day, owner and audience; 0 until it is stored."""
    made_at: dt.datetime | None = None
    """When it was stored; null until then."""
