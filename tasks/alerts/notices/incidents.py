"""Incidents: the clocks of the plan, from noticed to taken down and from begun to restored (R-04, R-15).

A clock is read at a moment: every few minutes of the running day, and once more at the end of each business date.
What came to an end too late is told on the day it ended, what goes on is red all the time.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tasks.alerts.entries import Gate
from tasks.alerts.notes import amount
from tasks.alerts.notices.drafts import Draft, owner_of
from tasks.alerts.plan import Plan
from tasks.calendars import SHANGHAI
from tasks.records import AlertRow, Contribution, Level

KIND = "incident"
TAKEDOWN, RECOVERY = "takedown_hours", "recovery_hours"
CLOCKS = (TAKEDOWN, RECOVERY)
DIMENSION = "incident"
HOUR = Decimal(3600)
WORDS = {
    "zh-CN": {
        "title": "事件：{title}",
        TAKEDOWN: "发现 {hours}后下架，时限 {limit}", RECOVERY: "{hours}后恢复，时限 {limit}",
        "open-" + TAKEDOWN: "截至 {moment}，发现后 {hours} 仍未下架，时限 {limit}",
        "open-" + RECOVERY: "截至 {moment}，{hours}后仍未恢复，时限 {limit}",
        "act-" + TAKEDOWN: "立即下架并公开致歉，在事件台账记录下架时间；复盘审核环节",
        "act-" + RECOVERY: "立即恢复服务并告知用户，在事件台账记录恢复时间；复盘原因",
        "stop": "。",
    },
    "en": {
        "title": "Incident: {title}",
        TAKEDOWN: "taken down {hours} after it was noticed, the limit is {limit}",
        RECOVERY: "restored after {hours}, the limit is {limit}",
        "open-" + TAKEDOWN: "as of {moment}, still up {hours} after it was noticed, the limit is {limit}",
        "open-" + RECOVERY: "as of {moment}, not restored after {hours}, the limit is {limit}",
        "act-" + TAKEDOWN: "Take it down and apologise now, note the time in the incident log; review how it passed",
        "act-" + RECOVERY: "Restore the service and tell the users, note the time in the incident log; find the cause",
        "stop": ".",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Incident:
    """One incident as it stands at a moment; moments in UTC."""

    incident_id: str
    kind: str
    title: str | None
    owner: str | None
    opened_at: dt.datetime
    detected_at: dt.datetime
    removed_at: dt.datetime | None
    restored_at: dt.datetime | None


def incidents(plan: Plan, running: Iterable[Incident], ends_at: dt.datetime, language: str) -> list[Draft]:
    """A draft for every incident beyond its limit.

    Args:
        plan: the gates ``takedown_hours`` and ``recovery_hours`` give the limits; one left out is not watched.
        running: incidents whose clock ran on the day.
        ends_at: end of the day, or now.
        language: ``zh-CN`` or ``en``.
    """
    drafts = (_draft(plan, incident, ends_at, language) for incident in running)
    return [draft for draft in drafts if draft]


def longest(
    row: AlertRow, told: Iterable[Incident], since: dt.datetime, ends_at: dt.datetime
) -> list[Contribution]:
    """The incident that a KPI of the clocks is about: the longest is the value, so all that is too much is its own.

    Args:
        row: the alert of :data:`TAKEDOWN` or :data:`RECOVERY`, with its limit.
        told: incidents whose clock ran in the metric's window.
        since: start of the window; what ended and began before it is not in the value.
        ends_at: end of the day.
    """
    if row.actual is None or row.expected is None or row.actual <= row.expected:
        return []
    runs = [run for incident in told if (run := _run(incident, ends_at)) and run.clock == row.metric_id]
    runs = [run for run in runs if run.is_open or run.began >= since]
    worst = max(runs, key=lambda run: (run.hours, run.incident_id), default=None)
    if worst is None:
        return []
    return [
        Contribution(
            row.metric_id, row.business_date, row.business_date, DIMENSION, worst.incident_id,
            row.expected, row.actual, 0.0, row.actual - row.expected, 1.0, 1,
        )
    ]  # fmt: skip


@dataclass(frozen=True)
class _Run:
    """How long one incident's clock has run."""

    incident_id: str
    clock: str
    began: dt.datetime
    is_open: bool
    hours: Decimal


def _run(incident: Incident, ends_at: dt.datetime) -> _Run | None:
    clock = {"violation": TAKEDOWN, "outage": RECOVERY}.get(incident.kind, "")
    if not clock:
        return None
    began = incident.detected_at if clock == TAKEDOWN else incident.opened_at
    ended = incident.removed_at if clock == TAKEDOWN else incident.restored_at
    hours = Decimal(int(((ended or ends_at) - began).total_seconds())) / HOUR
    return _Run(incident.incident_id, clock, began, ended is None, hours)


def _draft(plan: Plan, incident: Incident, ends_at: dt.datetime, language: str) -> Draft | None:
    run = _run(incident, ends_at)
    gate = plan.entries.get(run.clock) if run else None
    if run is None or not isinstance(gate, Gate) or run.hours <= plan.limit(gate):
        return None
    words = WORDS[language]
    said = {
        "hours": amount(run.hours, "hours", language),
        "limit": amount(plan.limit(gate), "hours", language),
        "moment": f"{ends_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
    }
    return Draft(
        key=f"{KIND}:{incident.incident_id}",
        kind=KIND,
        level=Level.red if run.is_open else Level.orange,
        title=words["title"].format(title=incident.title or incident.incident_id),
        reason=words[f"open-{run.clock}" if run.is_open else run.clock].format(**said) + words["stop"],
        owner=owner_of(plan, gate.owner, incident.owner),
        action=words[f"act-{run.clock}"],
        days_to_act=0,
    )
