"""Items, drop-off, topics, meeting and missing labels of the week in the reader's words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import accumulate

from tasks.records import (
    AGES,
    Action,
    Aged,
    AlertRow,
    ContentItem,
    Decision,
    Level,
    Metric,
    Retrospective,
    Topic,
)
from tasks.reporting import content_words as names
from tasks.reporting import figures
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective.judged import account, chip
from tasks.reporting.retrospective.views import Agenda, AgendaRow, Curve, ItemRow, TopicGroup
from tasks.reporting.views import Chip
from tasks.reporting.words import Words

SHOWN = ("matrix_type", "template", "scene", "author")
"""Labels beside an item."""
OTHERS = ("pyramid_layer", "format", "is_original", "origin", "campaign")
"""Those a click away; the hour stands beside the date."""
LEAST_READERS = 100
"""Of an article whose share of readers to the end says something."""
POOLED = frozenset({"competitor", "hot", "idea"})
"""Sources that tell a heat: nobody asked."""


def items(story: Retrospective, w: Words, language: str) -> tuple[ItemRow, ...]:
    """Every item, the latest first."""
    ranked = sorted(story.items, key=lambda item: (item.publish_date, item.publish_hour or 0), reverse=True)
    lacking = {item.item_id for item in story.unlabelled}
    return tuple(_item(story, item, item.item_id in lacking, w, language) for item in ranked)


def _item(story: Retrospective, item: ContentItem, is_unlabelled: bool, w: Words, language: str) -> ItemRow:
    reached = [aged for aged in item.ages if aged.is_mature]
    told_of = [aged for aged in reached if aged.readers is not None]
    # The newest age may have no figures of its own, e.g. a failed day: then those of the age before are what is known.
    at = (told_of or reached or [Aged(0, False)])[-1]
    delivered = figures.amount(at.delivered, language)
    if at.delivered is not None and at.is_delivered_approx:
        delivered = w["approx_mark"].format(text=delivered)
    hour = "" if item.publish_hour is None else f" {item.publish_hour:02d}:00"
    told = {
        "delivered": delivered,
        "open": figures.share(at.open_rate),
        "interaction": figures.share(at.interaction_rate),
        "share": figures.share(at.share_rate),
        "finish": figures.share(at.finish_share),
        "won": figures.number(at.followers_won),
        "clicks": figures.number(at.mp_clicks, 0),
        "orders": figures.number(at.orders),
    }
    left = _left(at)
    return ItemRow(
        title=title(item, w),
        # A title's address comes from outside: nothing but the web is worth a link.
        url=item.url if item.url.startswith(("https://", "http://")) else "",
        channel=said(names.CHANNELS, item.channel, language),
        account=account(story, item.account_id),
        date=f"{figures.short_date(item.publish_date, w)}{hour}",
        labels=tuple(
            member(label, item.labels[label], language) for label in SHOWN if item.labels.get(label)
        ),
        is_unlabelled=is_unlabelled,
        ages=tuple(_age(item.at(age), w, language) for age in AGES),
        figures=tuple((w[f"col_{key}"], text) for key, text in told.items()),
        age=w["day_n"].format(n=at.day_n) if reached else w["immature"],
        more_labels=tuple(
            f"{said(names.LABELS, label, language)}{w['colon']}{member(label, item.labels[label], language)}"
            for label in OTHERS
            if item.labels.get(label)
        ),
        left=left,
        left_says=w["left_says"].format(left=w["list"].join(figures.share(one, 0) for one in left)),
    )


def title(item: ContentItem, w: Words) -> str:
    """An item's title; its number when it has none."""
    return " ".join(item.title.split()) or w["no_title"]


def _age(aged: Aged | None, w: Words, language: str) -> tuple[str, bool]:
    if aged is None or not aged.is_mature:
        return w["immature"], False
    return figures.amount(aged.readers, language), True


def curves(story: Retrospective, w: Words) -> tuple[Curve, ...]:
    """How far readers come in the articles that most and fewest read to the end; empty when nobody knows."""
    # Articles of one age only: a young one has not lost its late readers yet.
    found = next((rows for age in reversed(AGES) if len(rows := _read(story, age)) > 1), [])
    if not found:
        return ()
    ordered = sorted(found, key=lambda one: (-(one[1].finish_share or 0.0), one[0].item_id))
    return tuple(
        Curve(w[key], title(item, w), _left(aged), figures.share(aged.finish_share))
        for key, (item, aged) in (("best", ordered[0]), ("worst", ordered[-1]))
    )


def _read(story: Retrospective, age: int) -> list[tuple[ContentItem, Aged]]:
    """Articles with enough readers at one age whose readers to the end are known."""
    told = [(item, aged) for item in story.items if (aged := item.at(age)) is not None]
    return [
        (item, aged)
        for item, aged in told
        if (aged.readers or 0) >= LEAST_READERS and aged.finish_share is not None and _left(aged)
    ]


def _left(aged: Aged) -> tuple[float, ...]:
    """The readers left at the start of each fifth of a text; empty when nobody knows.

    Who leaves in the last fifth has read that far, so the curve ends where it begins.
    """
    if not aged.jumps or None in aged.jumps:
        return ()
    gone = accumulate(jump or 0.0 for jump in aged.jumps[:-1])
    return (1.0, *(max(1 - g, 0.0) for g in gone))


def topics(found: Sequence[Topic], w: Words, language: str) -> tuple[TopicGroup, ...]:
    """Topics by where they come from."""
    return tuple(
        TopicGroup(
            said(names.SOURCES, source, language),
            tuple(_topic(topic, w, language) for topic in found if topic.source == source),
        )
        for source in dict.fromkeys(topic.source for topic in found)
    )


def _topic(topic: Topic, w: Words, language: str) -> tuple[str, str, str]:
    if topic.source in POOLED:
        heat = w["heat"].format(n=figures.amount(topic.mentions, language))
        return topic.topic, "" if topic.mentions is None else heat, topic.reading
    times = figures.amount(topic.mentions, language)
    if topic.source == "feature":
        label = said(names.LABELS, topic.reading, language)
        return member(topic.reading, topic.topic, language), w["feature_posts"].format(n=times), label
    if topic.persons is None:
        return topic.topic, w["asked"].format(n=times), topic.reading
    persons = figures.amount(topic.persons, language)
    return topic.topic, w["asked_persons"].format(n=times, persons=persons), topic.reading


def agenda(
    story: Retrospective, metrics: Mapping[str, Metric], w: Words, language: str
) -> tuple[Agenda, ...]:
    """What the meeting goes through, in its order."""
    held = story.meeting
    waiting = w["open_actions"].format(n=figures.number(len(held.open)))
    rows = {
        "alerts": tuple(alert(one, metrics, w, language) for one in ranked(held.alerts)),
        "due": tuple(_decision(one, w) for one in held.due),
        "decided_before": tuple(_decision(one, w) for one in held.decided_before),
        "decided": tuple(_decision(one, w) for one in held.decided),
        "overdue": tuple(_action(one, story.last, w) for one in held.overdue),
        "planned": tuple(
            AgendaRow(
                None,
                f"{_weekday(item.publish_date, w)} {title(item, w)}",
                w["comma"].join(
                    [
                        said(names.CHANNELS, item.channel, language),
                        *(member(x, item.labels[x], language) for x in SHOWN if item.labels.get(x)),
                    ]
                ),
            )
            for item in held.planned
        ),
    }
    footnotes = {"overdue": waiting} if held.open else {}
    return tuple(
        Agenda(key, w[f"agenda_{key}"], found, w[f"no_{key}"], footnotes.get(key, ""))
        for key, found in rows.items()
    )


def ranked(alerts: Sequence[AlertRow]) -> list[AlertRow]:
    """Reds before oranges, the furthest behind first."""
    return sorted(alerts, key=lambda one: (one.level is not Level.red, -(one.lag or 0.0), one.metric_id))


def alert_name(one: AlertRow, metrics: Mapping[str, Metric], language: str) -> str:
    """A judged KPI's name; one the catalogue does not know is told by its id."""
    return metrics[one.metric_id].name(language) if one.metric_id in metrics else one.metric_id


def alert(one: AlertRow, metrics: Mapping[str, Metric], w: Words, language: str) -> AgendaRow:
    """A judged KPI as a point of the meeting."""
    metric = metrics.get(one.metric_id)
    told = (
        w["alert_text"].format(
            actual=figures.figure(one.actual, metric, language),
            expected=figures.figure(one.expected, metric, language),
        )
        if metric
        else one.reason
    )
    details = w["stop"].join(filter(None, (told, one.action, one.owner)))
    return AgendaRow(chip(one.level, w), alert_name(one, metrics, language), details)


def _action(one: Action, last: dt.date, w: Words) -> AgendaRow:
    told = (one.owner, figures.due(one.due_date, w), figures.overdue(one.due_date, last, w))
    return AgendaRow(None, one.text, w["comma"].join(filter(None, told)))


def _decision(one: Decision, w: Words) -> AgendaRow:
    tone = {"right": Level.green, "wrong": Level.red}.get(one.outcome.value, Level.grey).value
    evidence = (
        w["evidence_of"].format(text=w["list"].join(one.evidence)) if one.evidence else w["no_evidence"]
    )
    details = (
        w["decided_by"].format(date=figures.short_date(one.decided_on, w), who=one.decided_by),
        w["expects"].format(text=one.expected_effect) if one.expected_effect else "",
        evidence,
    )
    return AgendaRow(
        Chip(tone, w[f"outcome_{one.outcome.value}"]), one.title, w["stop"].join(filter(None, details))
    )


def _weekday(day: dt.date, w: Words) -> str:
    return f"{w['weekdays'].split()[day.weekday()]} {figures.short_date(day, w)}"


def to_label(story: Retrospective, w: Words) -> tuple[str, tuple[str, ...]]:
    """What is said of missing labels, and the items that miss them."""
    total, lacking = len(story.labelled_over), story.unlabelled
    if not total:
        return w["labels_none"], ()
    if not lacking:
        return w["labels_fine"].format(total=figures.number(total)), ()
    told = w["labels_text"].format(
        n=figures.number(len(lacking)),
        total=figures.number(total),
        share=figures.share(len(lacking) / total, 0),
    )
    return told, tuple(
        f"{figures.short_date(item.publish_date, w)} {title(item, w)} ({item.item_id})" for item in lacking
    )
