"""How many of the brand's decisions rest on evidence, whichever way they were logged.

decisions recorded here + decisions imported by template, each once → one value per day over the trailing window
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.calendars import Window
from tasks.metrics.evidence import Citable
from tasks.records import Decision, Metric, MetricValue

NOTES = {
    "zh-CN": {
        "none": "近 {days} 天没有登记决策：用 record-decision 登记，或导入模板 decisions",
        "few": "近 {days} 天只登记了 {count} 项决策，不足 {floor:g} 项",
        "counted": "近 {days} 天登记 {count} 项决策，其中 {backed} 项附有依据",
    },
    "en": {
        "none": "no decision was logged in {days} days: use record-decision, or import template decisions",
        "few": "only {count} decisions were logged in {days} days, at least {floor:g} are needed",
        "counted": "{count} decisions logged in {days} days, {backed} of them with evidence",
    },
}


@dataclass(frozen=True)
class Logged:
    """One decision, once."""

    decided_on: dt.date
    has_evidence: bool


def logged(
    recorded: Iterable[Decision], imported: Iterable[Mapping[str, Any]], citable: Citable
) -> list[Logged]:
    """Both logs as one: an imported decision with the id, or the day and the title, of a recorded one is that one.

    Evidence on either side counts, where it is any (:class:`~tasks.metrics.evidence.Citable`). Two imported rows
    stay two: the import has made them one by its key already.

    Args:
        recorded: decisions of the ops database.
        imported: rows of ``land_decision``.
        citable: what is evidence.
    """
    known: list[Logged] = []
    place: dict[tuple[str, ...], int] = {}
    for decision in recorded:
        for name in _names(decision.decision_id, decision.decided_on, decision.title):
            place.setdefault(name, len(known))
        known.append(Logged(decision.decided_on, any(map(citable.holds, decision.evidence))))
    for row in imported:
        names = _names(row["decision_id"], row["business_date"], row["decision"] or "")
        backed = citable.backs(row["evidence"])
        same = next((place[name] for name in names if name in place), None)
        if same is None:
            known.append(Logged(row["business_date"], backed))
        elif backed:
            known[same] = Logged(known[same].decided_on, has_evidence=True)
    return known


def _names(decision_id: str, day: dt.date, title: str) -> list[tuple[str, ...]]:
    """What a decision is recognised by; a day alone names none."""
    text = "".join(title.split()).casefold()
    return [("id", decision_id.strip().casefold()), *([("title", str(day), text)] if text else [])]


def evidence_share(
    metric: Metric, day: dt.date, decisions: Iterable[Logged], language: str = "zh-CN"
) -> MetricValue:
    """Decisions with evidence ÷ decisions logged, over the metric's window that ends on ``day`` (K-18).

    Args:
        metric: ``data_driven_decision_share`` of the catalogue.
        day: the business date the value is told on.
        decisions: each once, see :func:`logged`.
        language: ``zh-CN`` or ``en``, of the note, which names the count beside the share.

    Returns:
        Grey without a decision, and below the metric's smallest sample.
    """
    window = Window.ending(day, metric.window_days)
    within = [decision for decision in decisions if decision.decided_on in window]
    count, backed = len(within), sum(decision.has_evidence for decision in within)
    is_thin = count < max(metric.min_sample, 1)
    note = NOTES[language]["none" if not count else "few" if is_thin else "counted"]
    return MetricValue(
        metric_id=metric.metric_id,
        business_date=day,
        numerator=float(backed),
        denominator=float(count),
        value=backed / count if count else None,
        completeness=1.0,
        status="grey" if is_thin else "ok",
        note=note.format(days=metric.window_days, count=count, backed=backed, floor=metric.min_sample),
    )
