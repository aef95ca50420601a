"""A day's drafts held against the days before: since when, and what is new."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from tasks.alerts.memory import SEVERITY
from tasks.alerts.notices.drafts import Draft
from tasks.alerts.plan import Plan
from tasks.records import Level, Notice

OVER = {"zh-CN": "已解除", "en": "Settled"}


def settled(
    drafts: Iterable[Draft], before: Iterable[Notice], day: dt.date, plan: Plan, language: str
) -> list[Notice]:
    """The day's notices, by key: what stands, and once, as green, what is over.

    Args:
        drafts: what the day's figures say; green ones and those left out mean that nothing is wrong.
        before: notices of earlier days; later ones are ignored.
        day: the business date.
        plan: says what each level asks for, and when a red is told once more.
        language: ``zh-CN`` or ``en``.
    """
    last: dict[str, Notice] = {}
    for notice in sorted(before, key=lambda notice: notice.business_date):
        if notice.business_date < day:
            last[notice.key] = notice
    found = {
        draft.key: draft for draft in drafts if draft.level in SEVERITY and draft.level is not Level.green
    }
    rows = [_standing(draft, last.get(key), day, plan, language) for key, draft in found.items()]
    gone = (notice for key, notice in last.items() if key not in found and notice.level is not Level.green)
    rows += [over(notice, day, language) for notice in gone]
    return sorted(rows, key=lambda notice: notice.key)


def _standing(draft: Draft, last: Notice | None, day: dt.date, plan: Plan, language: str) -> Notice:
    since, changed = day, "started"
    if last is not None and last.level is not Level.green:
        if last.level is draft.level:
            since = last.since
            crossed = (last.business_date - since).days < plan.rules.reminder_day <= (day - since).days
            changed = "reminder" if draft.level is Level.red and crossed else ""
        else:
            changed = "worsened" if SEVERITY[draft.level] > SEVERITY[last.level] else "improved"
    rule = {
        Level.yellow: plan.levels.yellow,
        Level.orange: plan.levels.orange,
        Level.red: plan.levels.red,
    }[draft.level]
    days = rule.days_to_act if draft.days_to_act is None else draft.days_to_act
    return Notice(
        key=draft.key,
        business_date=day,
        kind=draft.kind,
        level=draft.level,
        since=since,
        changed=changed,
        title=draft.title,
        reason=draft.reason,
        owner=draft.owner,
        action=draft.action or rule.action(language),
        # Counted from the first day of the level: a due date that moves on every day is none.
        due_date=since + dt.timedelta(days=days),
    )


def over(last: Notice, day: dt.date, language: str) -> Notice:
    """A notice once more, as green: whoever was told hears that it is over."""
    return replace(
        last,
        business_date=day,
        level=Level.green,
        since=day,
        changed="recovered",
        reason=OVER[language],
        action="",
        due_date=None,
    )
