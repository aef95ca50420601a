"""How long the figures waited: from the last input's ready moment to the first report with all of them.

A day's own report is sent after the day is measured, so a day tells of the report about the day before it.
"""

import datetime as dt
from collections.abc import Iterable

from tasks.calendars import ONE_DAY
from tasks.records import Metric, MetricValue, Outcome

NOTES = {
    "zh-CN": {"inputs": "前一日输入未曾到齐", "report": "前一日输入到齐后没有送达报告"},
    "en": {
        "inputs": "the inputs of the day before were never all in",
        "report": "no report about the day before was delivered after its inputs were in",
    },
}


def ready_at(outcomes: Iterable[Outcome], day: dt.date) -> dt.datetime | None:
    """The UTC moment the last cell of ``day`` was first ``ok``; later readings do not move it.

    Null while any cell of the day was never ``ok``, or there is none.
    """
    moments = [outcome.first_ok_at for outcome in outcomes if outcome.cell.business_date == day]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def latency(
    metric: Metric,
    day: dt.date,
    outcomes: Iterable[Outcome],
    delivered: Iterable[dt.datetime],
    language: str = "zh-CN",
) -> MetricValue:
    """Minutes from the last ready input to the first delivery of the report about the day before ``day`` (K-30).

    Args:
        metric: ``analysis_latency_minutes`` of the catalogue.
        day: the business date the value is told on.
        outcomes: what each fetch left, the day before's among them.
        delivered: UTC moments at which the report about the day before was delivered, any channel.
        language: ``zh-CN`` or ``en``, of the note.

    Returns:
        Minutes in numerator and value; grey with a reason when inputs or report are not there. A report that went
        out before the last input is not counted: it did not hold all figures.
    """
    ready = ready_at(outcomes, day - ONE_DAY)
    first = min((moment for moment in delivered if ready and moment >= ready), default=None)
    minutes = (first - ready).total_seconds() / 60 if first and ready else None
    return MetricValue(
        metric_id=metric.metric_id,
        business_date=day,
        numerator=minutes,
        value=minutes,
        completeness=1.0 if ready else None,
        status="ok" if minutes is not None else "grey",
        note="" if minutes is not None else NOTES[language]["report" if ready else "inputs"],
    )
