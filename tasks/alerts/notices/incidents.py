"""Incidents: the clocks of the plan, from noticed to taken down and from begun to restored (R-04, R-15).

Figures come once a day with the log, so a clock is read at the end of the business date: what came to an end too
late is told on the day it ended, what goes on is red every day.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tasks.alerts.entries import Gate
from tasks.alerts.notes import amount
from tasks.alerts.notices.drafts import Draft, owner_of
from tasks.alerts.plan import Plan
from tasks.records import Level

KIND = "incident"
TAKEDOWN, RECOVERY = "takedown_hours", "recovery_hours"
HOUR = Decimal(3600)
WORDS = {
    "zh-CN": {
        "title": "事件：{title}",
        TAKEDOWN: "发现 {hours} 后下架，时限 {limit}", RECOVERY: "{hours} 后恢复，时限 {limit}",
        "open-" + TAKEDOWN: "发现后 {hours} 仍未下架，时限 {limit}",
        "open-" + RECOVERY: "{hours} 后仍未恢复，时限 {limit}",
        "act-" + TAKEDOWN: "立即下架并公开致歉，在事件台账记录下架时间；复盘审核环节",
        "act-" + RECOVERY: "立即恢复服务并告知用户，在事件台账记录恢复时间；复盘原因",
        "stop": "。",
    },
    "en": {
        "title": "Incident: {title}",
        TAKEDOWN: "taken down {hours} after it was noticed, the limit is {limit}",
        RECOVERY: "restored after {hours}, the limit is {limit}",
        "open-" + TAKEDOWN: "still up {hours} after it was noticed, the limit is {limit}",
        "open-" + RECOVERY: "not restored after {hours}, the limit is {limit}",
        "act-" + TAKEDOWN: "Take it down and apologise now, note the time in the incident log; review how it passed",
        "act-" + RECOVERY: "Restore the service and tell the users, note the time in the incident log; find the cause",
        "stop": ".",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Incident:
    """One incident as it stands at the end of a day; moments in UTC."""

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
        ends_at: end of the day.
        language: ``zh-CN`` or ``en``.
    """
    drafts = (_draft(plan, incident, ends_at, language) for incident in running)
    return [draft for draft in drafts if draft]


def _draft(plan: Plan, incident: Incident, ends_at: dt.datetime, language: str) -> Draft | None:
    clock = {"violation": TAKEDOWN, "outage": RECOVERY}.get(incident.kind, "")
    gate = plan.entries.get(clock)
    if not isinstance(gate, Gate):
        return None
    began = incident.detected_at if clock == TAKEDOWN else incident.opened_at
    ended = incident.removed_at if clock == TAKEDOWN else incident.restored_at
    hours = Decimal(int(((ended or ends_at) - began).total_seconds())) / HOUR
    if hours <= plan.limit(gate):
        return None
    words = WORDS[language]
    said = {"hours": amount(hours, "hours", language), "limit": amount(plan.limit(gate), "hours", language)}
    return Draft(
        key=f"{KIND}:{incident.incident_id}",
        kind=KIND,
        level=Level.orange if ended else Level.red,
        title=words["title"].format(title=incident.title or incident.incident_id),
        reason=words[clock if ended else f"open-{clock}"].format(**said) + words["stop"],
        owner=owner_of(plan, gate.owner, language, incident.owner),
        action=words[f"act-{clock}"],
        days_to_act=0,
    )
