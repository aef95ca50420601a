"""The life of an alert between its first warning and its recovery: what to tell, to whom, and why.

today's judgements + stored cases + what was told + the day → cases as they are now, and who must be told what

    green ──► open ──► acknowledged     stops the escalation, until it gets worse
                │  └─► snoozed          stops all but "it got worse" and "it is over", until its last day
                └────► escalated        the action is overdue and nobody has said or done anything: told once

What is told follows from what people were last told, not from what is new today: a run that was left out, held
back in the night or killed loses nothing, and a run repeated tells nothing twice. A grey day is no news, and a level
that only waits to be confirmed as over calls nobody.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from tasks.alerts.memory import SEVERITY
from tasks.calendars import ONE_DAY
from tasks.records import AlertRow, Case, CaseEvent, Level, Notice, Telling

INCIDENT = "incident"
"""The kind of notice that may wake people when it is red."""
REMINDER_DAY = 7


@dataclass(frozen=True)
class Lived:
    """One day of the life of alerts."""

    cases: tuple[Case, ...] = ()
    """Those that changed."""
    events: tuple[CaseEvent, ...] = ()
    tellings: tuple[Telling, ...] = ()
    held: tuple[Telling, ...] = ()
    """To be told as soon as the quiet hours are over."""


def key_of(what: AlertRow | Notice) -> str:
    """What an alert is known by on every day."""
    return what.metric_id if isinstance(what, AlertRow) else what.key


def kind_of(what: AlertRow | Notice) -> str:
    """``kpi``, or the notice's kind."""
    return "kpi" if isinstance(what, AlertRow) else what.kind


def due_date_of(what: AlertRow | Notice, case: Case | None) -> dt.date | None:
    """By when the level's action is due, for everybody who tells it.

    Its days count from the level's first day or, where people were told later, from the day they were first told.

    Args:
        what: a judgement or notice; its own due date counts from the level's first day.
        case: its case, as stored before or after the day's run.
    """
    if what.due_date is None:
        return None
    if case is not None and case.level is what.level and _one_run(what, case):
        if case.told_level is what.level and case.due_date is not None:
            return case.due_date
    elif case is not None and case.seen > what.business_date:
        return what.due_date  # history: what its case was then is not known any more
    return what.business_date + (what.due_date - what.since)


def live(
    news: Iterable[AlertRow | Notice],
    cases: Mapping[str, Case],
    owners: Mapping[str, str],
    today: dt.date,
    *,
    acted: Collection[str] = (),
    quiet: bool = False,
    reminder_day: int = REMINDER_DAY,
) -> Lived:
    """One more day of every alert.

    Args:
        news: the day's judgements and notices; what is left out stays as it is.
        cases: the stored cases by key.
        owners: owner as a reader is told → the plan's key of the owner.
        today: calendar date of the run, which ends snoozes.
        acted: keys of alerts about which somebody has recorded an action since they began.
        quiet: hold back everything but red incidents.
        reminder_day: days at red after which it is told once more.
    """
    changed, events, tellings, held = [], [], [], []
    judged, kpis = set(), False
    for what in news:
        key = key_of(what)
        kpis = kpis or isinstance(what, AlertRow)
        stored = cases.get(key)
        judged.add(key)
        if stored and what.business_date < stored.seen:
            continue
        case, happened = (stored, []) if what.level is Level.grey else advance(what, stored, owners)
        if case is None:
            continue
        silent = quiet and not (case.kind == INCIDENT and case.level is Level.red)
        woken: list[CaseEvent] = []
        if not silent:
            case, woken = _awake(case, today, what.business_date)
        due = tellings_of(
            what, case, woke=bool(woken), acted=key in acted, today=today, reminder_day=reminder_day
        )
        if silent:
            held += due
        else:
            for telling in due:
                case = _told(case, telling, reminder_day)
            tellings += due
        events += [*happened, *woken, *(_event_of(t) for t in due if not silent)]
        if case != stored:
            changed.append(case)
    for case in _dropped(cases.values(), judged) if kpis else ():
        changed.append(replace(_calm(case), level=Level.green, told_level=Level.green))
        events.append(CaseEvent(case.key, "closed", case.level, case.seen))
    return Lived(tuple(changed), tuple(events), tuple(tellings), tuple(held))


def advance(
    what: AlertRow | Notice, stored: Case | None, owners: Mapping[str, str]
) -> tuple[Case | None, list[CaseEvent]]:
    """The case after one more judgement with a colour, before anybody is told."""
    level, day = what.level, what.business_date
    if not (stored and stored.is_open) and (level is Level.green or over_today(what)):
        return stored, []
    case = stored or Case(key_of(what), kind_of(what), Level.green, what.since, day, "")
    owner = owners.get(what.owner, what.owner)
    now = replace(case, level=level, since=what.since, seen=day, owner=owner)
    now = replace(now, due_date=due_date_of(what, stored))
    if level is not case.level or not _one_run(what, case):
        now = replace(now, reminded=False)
    if level is case.level:
        return now, []
    if level is Level.green:
        return _calm(now), [CaseEvent(case.key, "recovered", level, day)]
    worse = SEVERITY[level] > SEVERITY[case.level]
    name = "opened" if not case.is_open else "worsened" if worse else "improved"
    happened = [CaseEvent(case.key, name, level, day)]
    if not worse or (case.snoozed_level and SEVERITY[level] <= SEVERITY[case.snoozed_level]):
        return now, happened
    # What somebody said of a milder level says nothing about this one.
    if case.snoozed_until:
        happened.append(CaseEvent(case.key, "snooze_ended", level, day, note=name))
    return _calm(now), happened


def tellings_of(
    what: AlertRow | Notice, case: Case, *, woke: bool, acted: bool, today: dt.date, reminder_day: int
) -> list[Telling]:
    """What is to be told about one case: at most one thing to its owner, and one to the owner's lead."""
    day, told = what.business_date, case.told_level
    snoozed = case.snoozed_until is not None and today < case.snoozed_until
    found = []
    why, over = _news(case, snoozed), over_today(what)
    if over and why in {"started", "worsened"}:
        return []
    if not why and case.is_open and not snoozed:
        lasts = not over and case.level is Level.red and (day - case.since).days >= reminder_day
        why = "reminder" if lasts and not case.reminded else "woken" if woke else ""
    if why:
        found.append(Telling(what, case, why, told))
    # Nobody is late who was told only now.
    waited = case.told_on is not None and case.told_on < day and told is not Level.green
    overdue = case.due_date is not None and day > case.due_date
    silent = not case.acknowledged_by and not acted and case.escalated_on is None
    if case.is_open and waited and overdue and silent and not (snoozed or over) and why != "worsened":
        found.append(Telling(what, case, "escalated", told))
    return found


def over_today(what: AlertRow | Notice) -> bool:
    """Whether today's own figures are green, and the level only waits for the next judgement to confirm it."""
    return isinstance(what, AlertRow) and what.held and what.raw_level is Level.green


def _one_run(what: AlertRow | Notice, case: Case) -> bool:
    """Whether both tell of one run at their level: no day between them was better when it was told of.

    Restated history may have moved its first day.
    """
    return what.since <= case.seen + ONE_DAY and case.since <= what.business_date


def _news(case: Case, snoozed: bool) -> str:
    """How the level differs from what people know; empty when it does not, or when they asked not to be told."""
    if case.level is case.told_level:
        return ""
    if case.level is Level.green:
        return "recovered"
    if SEVERITY[case.level] > SEVERITY[case.told_level]:
        return "started" if case.told_level is Level.green else "worsened"
    return "" if snoozed else "improved"


def _dropped(cases: Iterable[Case], judged: Collection[str]) -> list[Case]:
    """Cases of KPIs that the plan has let go; a notice that is not there today may come back."""
    return [
        case
        for case in cases
        if case.kind == "kpi"
        and case.key not in judged
        and (case.is_open or case.told_level is not Level.green)
    ]


def _awake(case: Case, today: dt.date, day: dt.date) -> tuple[Case, list[CaseEvent]]:
    """The case with a snooze that is over taken off."""
    if case.snoozed_until is None or today < case.snoozed_until:
        return case, []
    free = replace(case, snoozed_until=None, snoozed_level=None, snoozed_by="", snooze_reason="")
    return free, [CaseEvent(case.key, "snooze_ended", case.level, day)]


def _calm(case: Case) -> Case:
    """The case without what people have said about it."""
    return replace(
        case,
        acknowledged_by="",
        acknowledged_at=None,
        acknowledged_note="",
        snoozed_until=None,
        snoozed_level=None,
        snoozed_by="",
        snooze_reason="",
        escalated_on=None,
    )


def _told(case: Case, telling: Telling, reminder_day: int) -> Case:
    day = telling.what.business_date
    if telling.why == "escalated":
        return replace(case, escalated_on=day)
    lasted = case.level is Level.red and (day - case.since).days >= reminder_day
    return replace(case, told_level=case.level, told_on=day, reminded=case.reminded or lasted)


def _event_of(telling: Telling) -> CaseEvent:
    what = "escalated" if telling.why == "escalated" else "told"
    return CaseEvent(
        telling.case.key,
        what,
        telling.case.level,
        telling.what.business_date,
        note=telling.why if what == "told" else "",
    )
