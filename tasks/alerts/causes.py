"""Why a KPI's number moved: its change between two dates, split by every breakdown that the catalogue declares.

alert + the metric's values on both dates → one Contribution per dimension and member, exact to 1e-9; where
something is missing or does not add up, a row that says so instead of a wrong number.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tasks.alerts.breakdowns import (
    ACCOUNT,
    POOL,
    Breakdown,
    adding_up,
    chance,
    members,
    pair_of,
)
from tasks.alerts.decompose import ZERO, Pair, of_parts
from tasks.records import AlertRow, Contribution, Level, Metric, MetricValue

WEEK = 7
STILL = 0.02
"""A number without a law of chance has not moved when it changed by less than this share of itself."""
PARTS = "parts"
"""The dimension of a rate that has no breakdown: its numerator and its denominator."""
NUMERATOR, DENOMINATOR = "numerator", "denominator"

_WORDS = {
    "zh-CN": {
        "unusable": "无法解释变化：{days} 没有可用的数值{why}",
        "same": "与 {day} 相比没有变化",
        "alone": "与 {day} 相比的变化没有可拆分的维度",
        "overlap": "各部分之和与总数不符，不用于拆分",
        "no_rows": "{day} 没有分项数据，不用于拆分",
        "incomplete": "{member} 在 {day} 的输入数据不完整，不用于拆分",
        "why": "（{note}）", "list": "、",
    },
    "en": {
        "unusable": "The change cannot be explained: no usable value on {days}{why}",
        "same": "No change since {day}",
        "alone": "There is no breakdown that splits the change since {day}",
        "overlap": "The parts do not add up to the whole, so it is not used",
        "no_rows": "No breakdown on {day}, so it is not used",
        "incomplete": "The inputs of {member} are incomplete on {day}, so it is not used",
        "why": " ({note})", "list": ", ",
    },
}  # fmt: skip


def to_explain(row: AlertRow) -> bool:
    """Whether an alert is told with its cause: orange, red, and every colour that is new today."""
    return row.level in {Level.orange, Level.red} or (row.level is not Level.grey and bool(row.changed))


def compared(row: AlertRow, metric: Metric) -> tuple[dt.date, ...]:
    """The earlier dates that a value may be compared with, the preferred one first.

    One window before, so that the two do not overlap, and at least a week, so that weekdays match. Then, for a
    level that is older than that: whole weeks back to a day before it began.
    """
    back = max(WEEK, metric.window_days)
    weeks = -(-((row.business_date - row.since).days + 1) // WEEK)
    since = [weeks * WEEK] if weeks * WEEK > back else []
    return tuple(row.business_date - dt.timedelta(days=days) for days in (back, *since))


def explain(
    row: AlertRow,
    metric: Metric,
    values: Iterable[MetricValue],
    complete_share: float = 0.95,
    language: str = "zh-CN",
) -> list[Contribution]:
    """What moved the metric, by dimension (in the catalogue's order) and rank.

    Compared is one window ago; when the number has hardly moved since, or is not known then, the day before the
    level began (see :func:`compared`).

    Args:
        row: the alert.
        metric: its definition.
        values: the metric's rows on the alert's date and on the dates of :func:`compared`.
        complete_share: completeness below which a member's missing row says nothing about the member.
        language: ``zh-CN`` or ``en``, of the notes.
    """
    rows = [v for v in values if v.metric_id == metric.metric_id]
    words = _WORDS["en" if language == "en" else "zh-CN"]
    dates = compared(row, metric)
    totals = {v.business_date: v for v in rows if v.account_id == "*" and not v.dimension}
    now = totals.get(row.business_date)
    known = [day for day in dates if _usable(totals.get(day), metric)]
    if now is None or not _usable(now, metric) or not known:
        gaps = [row.business_date] if not _usable(now, metric) else [dates[0]]
        noted = totals.get(gaps[0])
        why = words["why"].format(note=noted.note) if noted and noted.note else ""
        text = words["unusable"].format(days=words["list"].join(map(str, gaps)), why=why)
        return [_note(row, dates[0], "", text)]
    moved = [day for day in known if _has_moved(pair_of(totals[day], now), metric)]
    before = totals[(moved or known)[0]]
    whole = pair_of(before, now)
    change = _change(whole, metric)
    if not change:
        return [_note(row, before.business_date, "", words["same"].format(day=before.business_date))]
    found: list[Contribution] = []
    for dimension in metric.dimensions:
        found += _of_dimension(row, metric, dimension, rows, before.business_date, complete_share, words)
    if metric.denominator and not any(c.member for c in found):
        found += _of_parts(row, before.business_date, whole, change)
    if not any(not c.note for c in found):
        found.append(_note(row, before.business_date, "", words["alone"].format(day=before.business_date)))
    return found


def _of_dimension(
    row: AlertRow,
    metric: Metric,
    dimension: str,
    rows: Sequence[MetricValue],
    before: dt.date,
    complete_share: float,
    words: Mapping[str, str],
) -> list[Contribution]:
    days = before, row.business_date
    then, today = (members(rows, dimension, day) for day in days)
    if len({*then, *today}) < 2:  # one member is the whole again, and tells nothing
        return []
    totals = {v.business_date: v for v in rows if v.account_id == "*" and not v.dimension}
    for day, told in zip(days, (then, today), strict=True):
        if not told and totals[day].numerator:
            return [_note(row, before, dimension, words["no_rows"].format(day=day))]
        for member, value in told.items():
            share = value.completeness
            if (
                dimension == ACCOUNT
                and value.status == "grey"
                and share is not None
                and share < complete_share
            ):
                return [_note(row, before, dimension, words["incomplete"].format(member=member, day=day))]
    whole = pair_of(totals[before], totals[row.business_date])
    breakdown = adding_up(then, today, whole, bool(metric.denominator))
    if breakdown is None:
        return [_note(row, before, dimension, words["overlap"])]
    return _ranked(row, before, dimension, breakdown.pooled(metric), _change(whole, metric))


def _ranked(
    row: AlertRow, before: dt.date, dimension: str, breakdown: Breakdown, change: Fraction
) -> list[Contribution]:
    sign = 1 if change > 0 else -1
    effects = sorted(
        breakdown.effects().items(), key=lambda item: (item[0] == POOL, -sign * item[1].whole, item[0])
    )
    found = []
    for rank, (member, effect) in enumerate(effects, 1):
        then, today = breakdown.values(member)
        found.append(
            Contribution(
                metric_id=row.metric_id,
                business_date=row.business_date,
                compared_with=before,
                dimension=dimension,
                member=member,
                before=None if then is None else float(then),
                now=None if today is None else float(today),
                mix=float(effect.mix),
                within=float(effect.within),
                share=float(effect.whole / change),
                rank=rank,
            )
        )
    return found


def _of_parts(row: AlertRow, before: dt.date, whole: Pair, change: Fraction) -> list[Contribution]:
    """The rate's own two parts; ``before`` and ``now`` are their counts."""
    top, bottom = of_parts(whole)
    told = [
        (NUMERATOR, whole.top_before, whole.top_now, top),
        (DENOMINATOR, whole.base_before, whole.base_now, bottom),
    ]
    told.sort(key=lambda part: -part[3].whole / change)
    return [
        Contribution(
            row.metric_id, row.business_date, before, PARTS, member, float(then), float(today),
            0.0, float(effect.within), float(effect.whole / change), rank,
        )
        for rank, (member, then, today, effect) in enumerate(told, 1)
    ]  # fmt: skip


def _change(whole: Pair, metric: Metric) -> Fraction:
    if not metric.denominator:
        return whole.top_now - whole.top_before
    return (whole.rate_now or ZERO) - (whole.rate_before or ZERO)


def _has_moved(whole: Pair, metric: Metric) -> bool:
    change = abs(float(_change(whole, metric)))
    values = (whole.rate_before, whole.rate_now) if metric.denominator else (whole.top_before, whole.top_now)
    size = max(abs(float(value or 0)) for value in values)
    return change > (chance(whole, metric) or STILL * size)


def _usable(value: MetricValue | None, metric: Metric) -> bool:
    if value is None or value.value is None or value.status == "grey" or value.numerator is None:
        return False
    return bool(value.denominator) if metric.denominator else True


def _note(row: AlertRow, before: dt.date, dimension: str, text: str) -> Contribution:
    return Contribution(
        row.metric_id, row.business_date, before, dimension, POOL, None, None, 0.0, 0.0, None, 0, text
    )
