"""How long the figures waited: from the last input's ready moment to the first report with all of them."""

import datetime as dt
from collections.abc import Iterable

from tasks.records import Metric, MetricValue, Outcome, Verdict

NOTES = {
    "zh-CN": {"inputs": "当日输入尚未就绪", "report": "输入到齐后尚未送达报告"},
    "en": {
        "inputs": "no input of this day is in yet",
        "report": "no report was delivered after the inputs were in",
    },
}


def ready_at(outcomes: Iterable[Outcome], day: dt.date) -> dt.datetime | None:
    """The UTC moment the last good answer about ``day`` came in, among those asked for on the day's behalf.

    Answers of later runs (``as_of`` after ``day``) are re-readings and do not move it. Null when none is
    good.
    """
    moments = [
        outcome.fetched_at
        for outcome in outcomes
        if outcome.as_of == day and outcome.verdict == Verdict.ok and outcome.cell.business_date >= day
    ]
    return max(moments, default=None)


def latency(
    metric: Metric,
    day: dt.date,
    outcomes: Iterable[Outcome],
    delivered: Iterable[dt.datetime],
    language: str = "zh-CN",
) -> MetricValue:
    """Minutes from the last ready input of ``day`` to the first report delivered after it (plan K-30).

    Args:
        metric: ``analysis_latency_minutes`` of the catalogue.
        day: the business date reported about.
        outcomes: what each fetch left; measure a day before a later run reads its cells again.
        delivered: UTC moments at which reports about ``day`` were delivered, any channel.
        language: ``zh-CN`` or ``en``, of the note.

    Returns:
        Minutes in numerator and value; grey with a reason when inputs or report are not there yet. A report
        that went out before the last input is not counted: it did not hold all figures.
    """
    ready = ready_at(outcomes, day)
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
