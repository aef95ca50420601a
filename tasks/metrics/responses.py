"""How fast the team answers its alerts: from the message that raised one to the first action about it.

who was told of what + when messages arrived + actions + imported decisions → signals → a median of hours
"""

import datetime as dt
import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.calendars import ONE_DAY, Window, business_date, start_of
from tasks.records import Action, CaseEvent, Metric, MetricValue

MATURITY_DAYS = 7
"""Days an alert has to be answered in before it is counted: the longest the plan gives a level (yellow)."""
SAME_SIGNAL = ONE_DAY
"""An imported decision that names a metric and a signal this near to that metric's alert is about that alert."""
NOTES = {
    "zh-CN": {
        "few": "{days} 天内只有 {count} 条满 7 天的预警，不足 {floor:g} 条",
        "slow": "{count} 条预警中只有 {answered} 条有行动记录：过半没有，时长无从谈起；用 record-action 登记行动",
        "told": "{count} 条预警中 {answered} 条有行动记录",
    },
    "en": {
        "few": "only {count} alerts of {days} days are seven days old, at least {floor:g} are needed",
        "slow": "{answered} of {count} alerts have a recorded action: most have none, so there is no median; "
        "record actions with record-action",
        "told": "{answered} of {count} alerts have a recorded action",
    },
}


@dataclass(frozen=True)
class Signal:
    """Something that asked for an answer, and when the first one came; null while there is none."""

    raised_at: dt.datetime
    acted_at: dt.datetime | None


def signals(
    told: Iterable[tuple[dt.datetime, CaseEvent]],
    arrivals: Mapping[dt.date, Iterable[dt.datetime]],
    actions: Iterable[Action],
    imported: Iterable[Mapping[str, Any]],
) -> list[Signal]:
    """Every alert that reached somebody and every imported signal, each once, with its first answer.

    Args:
        told: the UTC moment at which each message about an alert was written down, and about which.
        arrivals: UTC moments at which messages about a business date arrived; an alert has reached nobody, and is
            left out, while none has that can have told it.
        actions: about a metric; one that names the alert's own date may be older than the message.
        imported: rows of ``land_decision``; those without ``signal_at`` tell of no signal.
    """
    acted = [(entry, moment) for entry in actions if (moment := entry.acted_at)]
    reports = [row for row in imported if row["signal_at"]]
    alerts = [
        (event, moment)
        for at, event in told
        if (moment := _reached(at, event.business_date, arrivals.get(event.business_date, ())))
    ]
    found, used = [], set()
    for alert, moment in alerts:
        answers = [
            max(at, moment)
            for entry, at in acted
            if entry.about == alert.key and (at >= moment or entry.alert_date == alert.business_date)
        ]
        for place, row in enumerate(reports):
            if alert.key in (row["evidence"] or "") and abs(row["signal_at"] - moment) <= SAME_SIGNAL:
                used.add(place)
                answers += [max(row["acted_at"], moment)] if row["acted_at"] else []
        found.append(Signal(moment, min(answers, default=None)))
    rest = [row for place, row in enumerate(reports) if place not in used]
    return found + [Signal(row["signal_at"], row["acted_at"]) for row in rest]


def _reached(at: dt.datetime, day: dt.date, arrivals: Iterable[dt.datetime]) -> dt.datetime | None:
    """When somebody first read of an alert; what arrived during its day told what was written during the day."""
    since = min(at, start_of(day + ONE_DAY))
    came = min((moment for moment in arrivals if moment >= since), default=None)
    return max(at, came) if came else None


def response_hours(
    metric: Metric, day: dt.date, known: Iterable[Signal], language: str = "zh-CN"
) -> MetricValue:
    """Median hours from a signal to the first answer, over the metric's window (K-20).

    An alert nobody answered took longer than any that was: it stands at the long end, so that leaving alerts
    alone never looks fast. Only what was known at the end of ``day`` counts, and only signals that by then were
    seven days old.

    Args:
        metric: ``market_response_speed`` of the catalogue.
        day: the business date the value is told on.
        known: see :func:`signals`.
        language: ``zh-CN`` or ``en``, of the note.

    Returns:
        Hours in numerator and value; grey below the smallest sample and while most signals have no answer.
    """
    window = Window.ending(day - MATURITY_DAYS * ONE_DAY, metric.window_days)
    end = start_of(day + ONE_DAY)
    waits = [
        (signal.acted_at - signal.raised_at).total_seconds() / 3600
        if signal.acted_at and signal.acted_at < end
        else math.inf
        for signal in known
        if business_date(signal.raised_at) in window
    ]
    is_thin = len(waits) < max(metric.min_sample, 1)
    median = math.inf if is_thin else statistics.median(waits)
    hours = round(median, 6) if math.isfinite(median) else None
    note = NOTES[language]["few" if is_thin else "slow" if hours is None else "told"]
    return MetricValue(
        metric_id=metric.metric_id,
        business_date=day,
        numerator=hours,
        value=hours,
        completeness=1.0,
        status="grey" if hours is None else "ok",
        note=note.format(
            days=metric.window_days,
            count=len(waits),
            answered=sum(map(math.isfinite, waits)),
            floor=metric.min_sample,
        ),
    )
