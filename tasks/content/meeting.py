"""What the weekly meeting goes through: decisions and their outcome, actions overdue, what is planned."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from tasks.calendars import ONE_DAY, start_of
from tasks.records import Action, AlertRow, ContentItem, Decision, DecisionOutcome, Level, Meeting

REVIEW = dt.timedelta(days=7)
"""A decision this old should have shown what it does."""
TOLD = (Level.red, Level.orange)


def all_decisions(
    recorded: Iterable[Decision], imported: Iterable[Mapping[str, Any]], until: dt.date
) -> list[Decision]:
    """Both logs as one, by day: an imported decision with the id, or the day and title, of a recorded one is that one.

    Args:
        recorded: decisions of the ops database.
        imported: rows of ``land_decision``.
        until: first day that is left out.
    """
    found = list(recorded)
    known = {d.decision_id for d in found} | {(d.decided_on, d.title) for d in found}
    for row in imported:
        day, title = row["business_date"], row["decision"] or ""
        if day < until and not {row["decision_id"], (day, title)} & known:
            found.append(
                Decision(
                    decision_id=row["decision_id"],
                    decided_on=day,
                    title=title,
                    decided_by=row["owner"] or "",
                    evidence=(row["evidence"],) if row["evidence"] else (),
                    expected_effect="",
                    outcome=DecisionOutcome(row["outcome"] or DecisionOutcome.open),
                    reviewed_on=None,
                    recorded_at=start_of(day),
                )
            )
    return sorted(found, key=lambda d: (d.decided_on, d.decision_id))


def meeting(
    decisions: Iterable[Decision],
    actions: Iterable[Action],
    planned: Iterable[ContentItem],
    alerts: Iterable[AlertRow],
    last: dt.date,
) -> Meeting:
    """The agenda of the meeting after a week.

    Args:
        decisions: all that were recorded.
        actions: likewise; what was recorded after the day that follows the week is left out.
        planned: next week's content.
        alerts: all judgements of the week's last day.
        last: the week's last day.
    """
    decisions, actions, alerts = list(decisions), list(actions), list(alerts)
    first = last - dt.timedelta(days=6)
    # The meeting is held on the day after the week: what it did not know then is none of its business.
    held = start_of(last + 2 * ONE_DAY)
    still = [
        action
        for action in actions
        if action.recorded_at < held and (action.done_at is None or action.done_at >= held)
    ]
    overdue = [action for action in still if action.due_date is not None and action.due_date <= last]
    return Meeting(
        decided_before=tuple(d for d in decisions if first - REVIEW <= d.decided_on < first),
        decided=tuple(d for d in decisions if first <= d.decided_on <= last),
        due=tuple(
            d
            for d in sorted(decisions, key=lambda d: d.decided_on)
            if d.outcome is DecisionOutcome.open and d.decided_on + REVIEW <= last
        ),
        overdue=tuple(sorted(overdue, key=lambda action: (action.due_date or last, action.action_id))),
        open=tuple(action for action in still if action not in overdue),
        planned=tuple(sorted(planned, key=lambda item: (item.publish_date, item.item_id))),
        alerts=tuple(alert for alert in alerts if alert.level in TOLD),
        judged=sum(alert.level is not Level.grey for alert in alerts),
    )
