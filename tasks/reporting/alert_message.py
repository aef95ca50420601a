"""One message about alerts: what happened, why, who owns it, what to do by when, and how far to trust it.

tellings of one owner + definitions, causes, playbooks, trust → :class:`Message`; pure
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.messages import Block, Line, Link, Message
from tasks.records import AlertRow, Contribution, Level, Metric, Notice, Telling, Trust
from tasks.reporting import figures, notices
from tasks.reporting.alert_words import alert_words
from tasks.reporting.causes import sentence
from tasks.reporting.outlook import outlook
from tasks.reporting.readings import Reading, behind, held
from tasks.reporting.views import ORDER
from tasks.reporting.words import Words

ESCALATED = "escalated"


@dataclass(frozen=True)
class Surroundings:
    """What all messages of a run are told with."""

    day: dt.date
    """Business date."""
    brand: str
    language: str
    metrics: Mapping[str, Metric]
    trust: Trust
    causes: Sequence[Contribution]
    """Of the day."""
    accounts: Mapping[str, str]
    """Account id → its name."""
    playbooks: Mapping[str, Sequence[str]]
    """What to try, by key of the alert."""
    link: str
    """Where the day's digest is found; empty when nowhere."""
    doors: Mapping[str, str]
    """Addresses of the forms ``acknowledge``, ``snooze`` and ``act``; empty: commands are told."""
    scale: float = 1
    """The plan's counts of persons are taken times this."""


def alert_message(tellings: Sequence[Telling], owner: str, around: Surroundings) -> Message:
    """All that one owner, or the owner's lead, is told by one run; the most urgent first.

    Args:
        tellings: at least one; escalations and others do not come together.
        owner: whose alerts these are, for a reader.
        around: what the message is told with.
    """
    w = alert_words(around.language)
    told = sorted(tellings, key=lambda t: (ORDER.index(t.case.level), -(_lag(t) or 0.0), t.case.key))
    items = [(telling, _item(telling, owner, around, w)) for telling in told]
    escalation = told[0].why == ESCALATED
    blocks = []
    for level in ORDER:
        lines = tuple(line for telling, line in items if telling.case.level is level)
        if lines:
            blocks.append(Block(_heading(level, escalation, w), lines, keep=level is Level.red))
    line, *doubts = _trust(told, around, w)
    blocks.append(Block(w["trust"], (line,), keep=True))
    living = [t.case.key for t in told if t.case.is_open]
    links = tuple(
        Link(w[f"{door}_link"], around.doors[door])
        for door in ("acknowledge", "snooze", "act")
        if living and around.doors.get(door)
    )
    if living:
        blocks.append(Block(w["how"], _how(living, bool(links), w), keep=True))
    if doubts:
        blocks.append(Block(w["trust_more"], tuple(doubts)))
    return Message(
        title=_title(told, owner, around, w, escalation),
        verdict=_verdict(items, owner, around, w, escalation),
        blocks=tuple(blocks),
        link=around.link,
        link_text=w["open_page"],
        links=links,
        more=w["more"],
    )


def to_fallback(message: Message, owner: str, route: str, lost: Sequence[str], language: str) -> Message:
    """The same message for those who get what reached nobody else, saying so.

    Args:
        message: as it was meant for its recipients.
        owner: whose alerts these are, for a reader.
        route: what to write in ``routes.toml`` where nobody is on it.
        lost: each recipient and why it failed; empty when there was none.
        language: of the reader.
    """
    w = alert_words(language)
    text = w["fallback"] if lost else w["fallback_nobody"].format(owner=owner, route=route)
    first = Block("", (Line(text, Level.orange, tuple(lost)),), keep=True)
    return replace(message, blocks=(first, *message.blocks))


def _title(told: Sequence[Telling], owner: str, around: Surroundings, w: Words, escalation: bool) -> str:
    date = figures.short_date(around.day, w)
    if escalation:
        return w["escalation_title"].format(
            brand=around.brand, date=date, owner=owner, colon=w["colon"], n=len(told)
        )
    levels = [telling.case.level for telling in told]
    counts = [
        w["n_over"].format(n=levels.count(level))
        if level is Level.green
        else w["count"].format(n=levels.count(level), word=_word(level, w))
        for level in ORDER
        if level in levels
    ]
    gathered = w["counts_gap"].join(counts)
    return w["alert_title"].format(
        brand=around.brand, date=date, owner=owner, colon=w["colon"], counts=gathered
    )


def _word(level: Level, w: Words) -> str:
    return w[level.value] if w["lang"].startswith("zh") else w[level.value].lower()


def _verdict(
    items: Sequence[tuple[Telling, Line]], owner: str, around: Surroundings, w: Words, escalation: bool
) -> Line:
    worst, line = items[0]
    if escalation:
        return Line(w["escalation_verdict"].format(owner=owner, n=len(items)), worst.case.level)
    if worst.case.level is Level.green:
        names = w["list"].join(_name(telling, around) for telling, _ in items)
        return Line(w["over_verdict"].format(names=names), Level.green)
    if isinstance(worst.what, AlertRow) and worst.what.level is not Level.grey:
        text = f"{_name(worst, around)}{w['colon']}{behind(_reading(worst.what, around), w)}"
    elif isinstance(worst.what, Notice):
        text = notices.headline(worst.what, w)
    else:
        return Line(w["most_urgent"].format(colon=w["colon"], text=line.text), worst.case.level)
    text = f"{w[worst.case.level.value]} {text}"
    return Line(w["most_urgent"].format(colon=w["colon"], text=text), worst.case.level)


def _heading(level: Level, escalation: bool, w: Words) -> str:
    if escalation:
        return f"{w['escalations']}{w['in_brackets'].format(text=w[level.value])}"
    return {
        Level.red: w["reds"],
        Level.orange: w["oranges"],
        Level.yellow: w["yellows"],
        Level.green: w["recovered"],
    }.get(level, w["other_kpis"])


def _item(telling: Telling, owner: str, around: Surroundings, w: Words) -> Line:
    what, level, name = telling.what, telling.case.level, _name(telling, around)
    told = what.reason if isinstance(what, Notice) else _state(_reading(what, around), w, around.language)
    if level is Level.green:
        return Line(f"{name}{w['colon']}{told}", level)
    badge = w["badge"].format(text=_badge(telling, w))
    since, why, better = _since(telling, around.day, w), "", ""
    if isinstance(what, AlertRow):
        metric = around.metrics[what.metric_id]
        since = w["stop"].join((since, *outlook(what, metric, w, around.language)))
        better = held(_reading(what, around), w)
        why = sentence(around.causes, metric, around.language, around.accounts)
    details = [
        w["grey_now"] if what.level is Level.grey else better,
        w["cause"].format(colon=w["colon"], text=why) if why else "",
    ]
    action = what.action or w["no_action"]
    due = _due(telling, around.day, w)
    details.append(f"{w['next']}{w['colon']}{action} · {w['owner']}{w['colon']}{owner} · {due}")
    details.append(since)
    details += [f"{w['try']}{w['colon']}{text}" for text in around.playbooks.get(telling.case.key, ())]
    if telling.case.acknowledged_by:
        note = telling.case.acknowledged_note
        remark = w["in_brackets"].format(text=note) if note else ""
        details.append(w["seen"].format(name=telling.case.acknowledged_by, note=remark))
    text = f"{w[level.value]} {name}{w['colon']}{told}{badge}"
    return Line(text, level, tuple(detail for detail in details if detail))


def _name(telling: Telling, around: Surroundings) -> str:
    what = telling.what
    return what.title if isinstance(what, Notice) else around.metrics[what.metric_id].name(around.language)


def _reading(row: AlertRow, around: Surroundings) -> Reading:
    return Reading(row, around.metrics[row.metric_id], None, None, None)


def _state(reading: Reading, w: Words, language: str) -> str:
    """Actual against plan and how far behind; the reason alone when today's figures carry no judgement."""
    row, metric = reading.alert, reading.metric
    if row.level is Level.grey:
        return row.reason or w["grey_means"]
    expected = figures.figure(row.expected, metric, language)
    if row.basis == "gate" and row.expected is not None:
        expected = f"{'≤' if metric.direction == 'down' else '≥'}{expected}"
    against = w["against"].format(actual=figures.figure(row.actual, metric, language), expected=expected)
    return f"{against}{w['comma']}{behind(reading, w)}"


def _badge(telling: Telling, w: Words) -> str:
    day = telling.what.business_date
    due = telling.case.due_date
    days = (day - due).days if telling.why == ESCALATED and due else (day - telling.case.since).days + 1
    return w[f"why_{telling.why}"].format(before=_word(telling.before, w), n=days)


def _since(telling: Telling, day: dt.date, w: Words) -> str:
    if isinstance(telling.what, Notice):
        if telling.why == "started":
            return ""  # what is wrong may be weeks old: the badge says that it is told for the first time
        return notices.since(replace(telling.what, since=telling.case.since), day, w)
    days = (day - telling.case.since).days + 1
    if days <= 1:
        return w["since_today"]
    return w["since"].format(date=figures.short_date(telling.case.since, w), n=days)


def _due(telling: Telling, day: dt.date, w: Words) -> str:
    due = telling.case.due_date
    if due is None:
        return f"{w['due']}{w['colon']}{w['nobody']}"
    return w["comma"].join(text for text in (figures.due(due, w), figures.overdue(due, day, w)) if text)


def _trust(told: Sequence[Telling], around: Surroundings, w: Words) -> tuple[Line, ...]:
    trust = around.trust
    if trust.completeness is None:
        text = w["complete_none"]
    else:
        share = figures.share(trust.completeness)
        text = w["complete_day"].format(share=share, due=trust.due, ok=trust.ok)
    short = trust.completeness is not None and trust.completeness < 1
    lines = [Line(f"{w['completeness']}{w['colon']}{text}", Level.orange if short else "plain")]
    groups = (("late", trust.late), ("doubtful", trust.doubtful), ("failed", trust.failed))
    lines += [Line(f"{w[name]}{w['colon']}{w['list'].join(entries)}") for name, entries in groups if entries]
    rows = [telling.what for telling in told if isinstance(telling.what, AlertRow)]
    versions = sorted({row.plan_version for row in rows if row.plan_version})
    by = [w["plan_version"].format(version=w["list"].join(versions))] * bool(versions)
    by += [w["scaled"].format(scale=f"{around.scale:g}")] * (around.scale != 1)
    return (*lines, *([Line(w["stop"].join(by))] * bool(by)))


def _how(keys: Sequence[str], clickable: bool, w: Words) -> tuple[Line, ...]:
    if clickable:
        return (Line(w["click"]),)
    # Commands are cut off in no channel: many keys are told once, beside them.
    one = keys[0] if len(keys) == 1 else w["key"]
    told = [w["keys"].format(colon=w["colon"], keys=" ".join(keys))] * (len(keys) > 1)
    told += [
        w[f"{door}_command"].format(colon=w["colon"], key=one) for door in ("acknowledge", "snooze", "act")
    ]
    return tuple(map(Line, told))


def _lag(telling: Telling) -> float | None:
    return telling.what.lag if isinstance(telling.what, AlertRow) else None
