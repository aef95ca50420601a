"""A day's drafts held against the days before: since when, and what is new.

A notice is over after as many quiet days as the plan's hysteresis asks for; on those before the last one it is not
written at all, which is no news. An incident ends when it ends.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from tasks.alerts.memory import SEVERITY
from tasks.alerts.notices import incidents
from tasks.alerts.notices.drafts import Draft
from tasks.alerts.plan import Plan
from tasks.records import Level, Notice

OVER = {"zh-CN": "已解除", "en": "Settled"}


def settled(
    drafts: Iterable[Draft], before: Iterable[Notice], day: dt.date, plan: Plan, language: str
) -> list[Notice]:
    """The day's notices, by key: what stands, and once, as green, what is over.

    Args:
        drafts: what the day's figures say; green ones and those left out mean that nothing is wrong today.
        before: notices of earlier days; later ones are ignored.
        day: the business date.
        plan: says what each level asks for, when a red is told once more, and how long it must be quiet.
        language: ``zh-CN`` or ``en``.
    """
    last = standing(before, day)
    found = {
        draft.key: draft for draft in drafts if draft.level in SEVERITY and draft.level is not Level.green
    }
    rows = [_standing(draft, last.get(key), day, plan, language) for key, draft in found.items()]
    gone = (notice for key, notice in last.items() if key not in found)
    rows += [over(notice, day, language) for notice in gone if _quiet_enough(notice, day, plan)]
    return sorted(rows, key=lambda notice: notice.key)


def standing(before: Iterable[Notice], day: dt.date) -> dict[str, Notice]:
    """What was not over when a day began, by key, as last noticed."""
    last: dict[str, Notice] = {}
    for notice in sorted(before, key=lambda notice: notice.business_date):
        if notice.business_date < day:
            last[notice.key] = notice
    return {key: notice for key, notice in last.items() if notice.level is not Level.green}


def _quiet_enough(last: Notice, day: dt.date, plan: Plan) -> bool:
    return last.kind == incidents.KIND or (day - last.business_date).days >= plan.rules.hysteresis


def _standing(draft: Draft, last: Notice | None, day: dt.date, plan: Plan, language: str) -> Notice:
    since, changed = day, "started"
    if last is not None:
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
