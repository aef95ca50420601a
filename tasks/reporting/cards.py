"""Judged KPIs in the reader's words: the cards of those behind and the table of all."""

import math
from collections.abc import Sequence

from tasks.records import AlertRow, Level, MetricValue
from tasks.reporting import figures
from tasks.reporting.outlook import landing, slippage
from tasks.reporting.readings import Reading, behind, chip, held, told_lag
from tasks.reporting.views import Bar, Card, KpiRow, Part
from tasks.reporting.words import Words

LOUDER = 1.5
"""One part "mainly moved" when its change is this many times the other's."""
NOTHING = 0.02
"""A part that changed by less than this did not move; the words say so."""


def _small_print(reading: Reading, w: Words) -> str:
    """What the figures above do not tell: the basis, the other two, and a better day that does not count yet."""
    alert = reading.alert
    bases = {"progress": alert.lag_progress, "level": alert.lag_level, "points": alert.lag_points}
    told = [
        f"{w[f'basis_{basis}']} {told_lag(lag, basis, w)}"
        for basis, lag in bases.items()
        if basis != alert.basis and lag is not None
    ]
    own = w["by_basis"].format(basis=w[f"basis_{alert.basis}"]) if alert.basis in bases else ""
    others = w["also"].format(others=w["list"].join(told)) if told and own else ""
    return w["stop"].join(text for text in (own, others, held(reading, w)) if text)


def _parts(reading: Reading, language: str) -> tuple[Part, ...]:
    now, before, metric = reading.today, reading.week_ago, reading.metric
    if now is None:
        return ()
    then = before or MetricValue(metric.metric_id, now.business_date)
    top, bottom = metric.parts(language)
    if not metric.denominator:  # a count is its own only part, and has the metric's unit
        rows = [(metric.name(language), now.numerator, then.numerator)]
        unit = figures.suffix(metric, language)
    else:
        rows = [(top, now.numerator, then.numerator), (bottom, now.denominator, then.denominator)]
        unit = ""
    return tuple(
        Part(
            label,
            figures.number(today, suffix=unit),
            figures.number(earlier, suffix=unit),
            figures.relative(today, earlier),
        )
        for label, today, earlier in rows
        if today is not None
    )


def _size(now: float | None, before: float | None) -> float | None:
    return abs(math.log(now / before)) if now and before and now > 0 and before > 0 else None


def _culprit(reading: Reading, parts: Sequence[Part], w: Words) -> str:
    now, before = reading.today, reading.week_ago
    if now is None or before is None or len(parts) != 2:
        return ""
    top, bottom = _size(now.numerator, before.numerator), _size(now.denominator, before.denominator)
    if top is None or bottom is None:
        return ""
    if max(top, bottom) < NOTHING:
        return w["culprit_none"]
    if min(top, bottom) * LOUDER >= max(top, bottom):
        return w["culprit_both"]
    loud = parts[0] if top > bottom else parts[1]
    return w["culprit_one"].format(label=loud.label)


def _bar(alert: AlertRow) -> Bar | None:
    start, end = alert.baseline, alert.target
    if start is None or end is None or start == end or alert.actual is None or alert.expected is None:
        return None

    def way(value: float) -> int:
        return round(100 * min(max((value - start) / (end - start), 0.0), 1.0))

    return Bar(way(alert.actual), way(alert.expected))


def _since(alert: AlertRow, w: Words) -> str:
    days = (alert.business_date - alert.since).days + 1
    return (
        w["since_today"] if days <= 1 else w["since"].format(date=figures.short_date(alert.since, w), n=days)
    )


def _expected(reading: Reading, language: str) -> str:
    """What the plan asks for today; a gate has one limit for all days, so it tells the side of it."""
    alert, metric = reading.alert, reading.metric
    text = figures.figure(alert.expected, metric, language)
    if alert.basis != "gate" or alert.expected is None:
        return text
    return f"{'≤' if metric.direction == 'down' else '≥'}{text}"


def card(reading: Reading, w: Words, language: str, cause: str = "", tried: str = "") -> Card:
    """One KPI behind its plan with everything a reader needs to act; ``cause`` says why, ``tried`` what may help."""
    alert, metric, today, before = reading.alert, reading.metric, reading.today, reading.yesterday
    needed = figures.per_day(alert.needed_per_day or 0, metric, language)
    needed = "" if needed.startswith("0") else needed  # nothing, or too little to write down
    known = before is not None and before.value is not None
    parts = _parts(reading, language)
    return Card(
        chip=chip(alert.level, w),
        name=metric.name(language),
        approx=today is not None and today.status == "approx",
        actual=figures.figure(alert.actual, metric, language),
        expected=_expected(reading, language),
        target="" if alert.basis == "gate" else figures.figure(alert.target, metric, language),
        behind=behind(reading, w),
        slippage=slippage(alert, w),
        needed=w["needed"].format(change=needed) if needed else "",
        yesterday=figures.figure(before.value, metric, language) if before and known else "",
        landing=w["stop"].join(landing(alert, metric, w, language)),
        small_print=_small_print(reading, w),
        parts=parts,
        culprit="" if cause else _culprit(reading, parts, w),
        cause=cause,
        action=alert.action or w["no_action"],
        tried=tried,
        owner=alert.owner or w["nobody"],
        due=figures.due(alert.due_date, w),
        overdue=figures.overdue(alert.due_date, alert.business_date, w),
        since=_since(alert, w),
        badge=w[f"changed_{alert.changed}"] if alert.changed else "",
        bar=_bar(alert),
    )


def kpi_row(reading: Reading, w: Words, language: str) -> KpiRow:
    """One line of the table of all KPIs; a grey one says why."""
    alert, metric, today, before = reading.alert, reading.metric, reading.today, reading.week_ago
    grey = alert.level is Level.grey
    lag = "—" if grey or alert.lag is None else told_lag(alert.lag, alert.basis, w)
    usable = today is not None and before is not None and before.status != "grey" and not grey
    moved = figures.change(today.value, before.value, metric, language) if usable and today and before else ""
    return KpiRow(
        chip=chip(alert.level, w),
        name=metric.name(language),
        actual=figures.figure(alert.actual, metric, language),
        expected=_expected(reading, language),
        target=figures.figure(alert.target, metric, language),
        lag=lag,
        noise=w["noise"] if reading.noise else "",
        week_change=moved or "—",
        note=alert.reason if grey else held(reading, w),
        approx=today is not None and today.status == "approx",
    )
