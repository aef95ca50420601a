"""What needs a person beside the KPIs' pace: milestones, budgets, incidents, churn, as the digest tells it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from tasks.records import Level, Notice
from tasks.reporting import figures
from tasks.reporting.readings import chip
from tasks.reporting.views import ORDER, NoticeRow
from tasks.reporting.words import Words

KINDS = ("incident", "milestone", "churn", "mix", "budget")
"""Reading order of what is equally urgent: what is burning, what is due, what is drifting."""


def standing(notices: Iterable[Notice]) -> list[Notice]:
    """The notices that something is wrong with, most urgent first."""
    found = (notice for notice in notices if notice.level is not Level.green)
    return sorted(found, key=lambda n: (ORDER.index(n.level), KINDS.index(n.kind), n.key))


def rows(
    notices: Sequence[Notice], playbooks: Mapping[str, Sequence[str]], w: Words
) -> tuple[NoticeRow, ...]:
    """The day's standing notices in words; their titles name their kinds."""
    return tuple(_row(notice, playbooks.get(notice.key, ()), w) for notice in notices)


def counted(notices: Sequence[Notice], w: Words, language: str) -> str:
    """How many at which level, and of what kinds; the headline counts them apart from the KPIs."""
    if not notices:
        return ""
    kinds = w["list"].join(w[f"kind_{kind}"] for kind in dict.fromkeys(n.kind for n in notices))
    levels = [notice.level for notice in notices]
    return w["verdict_notices"].format(kinds=kinds, counts=figures.counts(levels, w, language))


def urgent(notices: Sequence[Notice], worst: Level, w: Words) -> str:
    """The notice that is more urgent than every KPI, as the headline tells it; empty when a KPI is.

    Args:
        notices: the day's, most urgent first.
        worst: level of the most urgent KPI. A red incident runs by the hour, and goes before a red KPI.
        w: the reader's words.
    """
    first = next(iter(notices), None)
    if first is None or ORDER.index(first.level) > ORDER.index(worst):
        return ""
    if first.level is worst and first.kind != "incident":
        return ""
    return w["urgent_notice"].format(name=headline(first, w))


def headline(notice: Notice, w: Words) -> str:
    """A notice in half a sentence; of an incident with its clock, which is what is urgent about it."""
    if notice.kind != "incident":
        return notice.title
    # The last two clauses are how long it took and the limit; the moment it was read at stands in the list.
    clock = notice.reason.rstrip("。.").split(w["comma"])[-2:]
    return w["comma"].join((notice.title, *clock))


def since(notice: Notice, day: dt.date, w: Words) -> str:
    """Since when it is told. What is wrong may be older: its reason says so."""
    days = (day - notice.since).days + 1
    if days <= 1:
        return w["noticed_today"]
    return w["noticed"].format(date=figures.short_date(notice.since, w), n=days)


def _row(notice: Notice, tried: Sequence[str], w: Words) -> NoticeRow:
    day = notice.business_date
    return NoticeRow(
        chip=chip(notice.level, w),
        name=notice.title,
        reason=notice.reason,
        action=notice.action or w["no_action"],
        tried=next(iter(tried), ""),
        owner=notice.owner or w["nobody"],
        due=figures.due(notice.due_date, w),
        overdue=figures.overdue(notice.due_date, day, w),
        since=since(notice, day, w),
        badge=w[f"changed_{notice.changed}"] if notice.changed not in ("", "started") else "",
    )
