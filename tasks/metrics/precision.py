"""Whether red warned of something: the share of reds after which the KPI missed what was due next (PC-07).

A red that was acted upon in time looks like a false one here; read the figure beside the actions.
"""

import datetime as dt
from collections.abc import Iterable, Mapping

from tasks.calendars import ONE_DAY, Window
from tasks.records import Level, Metric, MetricValue, Raised

HORIZON_DAYS = 30
"""How long a red speaks of the future: to the next checkpoint, or this many days when that is further away."""
STALE_DAYS = 6
"""A judgement this much older than the due day still tells of it, when the days between are grey."""
NOTES = {
    "zh-CN": {
        "few": "{days} 天内只有 {count} 次红色预警已见分晓，不足 {floor:g} 次",
        "told": "{days} 天内 {count} 次红色预警已见分晓，其中 {right} 次随后确实未达标",
    },
    "en": {
        "few": "only {count} reds of {days} days can be told right from wrong, at least {floor:g} are needed",
        "told": "{count} reds of {days} days can be told right from wrong; {right} were followed by a miss",
    },
}


def due_day(turned_red: dt.date, checkpoints: Iterable[dt.date]) -> dt.date:
    """The day on which a red is proved right or wrong: the next checkpoint, at most ``HORIZON_DAYS`` away."""
    horizon = turned_red + HORIZON_DAYS * ONE_DAY
    return min((day for day in checkpoints if turned_red < day <= horizon), default=horizon)


def precision(
    metric: Metric,
    day: dt.date,
    reds: Iterable[Raised],
    missed: Mapping[str, Mapping[dt.date, bool]],
    checkpoints: Mapping[str, Iterable[dt.date]],
    language: str = "zh-CN",
    *,
    deadlines: Mapping[str, dt.date] | None = None,
) -> MetricValue:
    """Reds followed by a miss ÷ reds that can be told right from wrong, over the metric's window.

    Args:
        metric: ``alert_precision`` of the catalogue.
        day: the business date the value is told on.
        reds: alerts at their first red day; others are left out.
        missed: whether each was yellow or worse on each judged day: less than that is no miss of what was due.
        checkpoints: the dates of each KPI's checkpoints; none for a gate, whose limit holds every day.
        deadlines: when what has one date only, a milestone, is due; its red speaks of that date, however far.
        language: ``zh-CN`` or ``en``, of the note.

    Returns:
        Grey below the metric's smallest sample. A red whose due day lies ahead, or on which nothing could be
        judged, is on neither side.
    """
    window = Window.ending(day, metric.window_days)
    fixed = deadlines or {}
    judged = [
        miss
        for red in reds
        if red.level == Level.red
        and (
            due := fixed.get(red.metric_id) or due_day(red.business_date, checkpoints.get(red.metric_id, ()))
        )
        in window
        and due > red.business_date
        and (miss := _last(missed.get(red.metric_id, {}), due)) is not None
    ]
    count, right = len(judged), sum(judged)
    is_thin = count < max(metric.min_sample, 1)
    note = NOTES[language]["few" if is_thin else "told"]
    return MetricValue(
        metric_id=metric.metric_id,
        business_date=day,
        numerator=float(right),
        denominator=float(count),
        value=right / count if count else None,
        completeness=1.0,
        status="grey" if is_thin else "ok",
        note=note.format(days=metric.window_days, count=count, right=right, floor=metric.min_sample),
    )


def _last(missed: Mapping[dt.date, bool], due: dt.date) -> bool | None:
    days = (due - n * ONE_DAY for n in range(STALE_DAYS + 1))
    return next((missed[day] for day in days if day in missed), None)
