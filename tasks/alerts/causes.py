"""Why a KPI's number moved: its change between two dates, split by every breakdown that the catalogue declares.

alert + the metric's values on both dates → one Contribution per dimension and member, exact to 1e-9; where
something is missing or does not add up, a row that says so instead of a wrong number. A change that names nobody
explains no alert: then what the number lacks of its plan is split instead, and ``compared_with`` is the day itself.
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
    exact_fraction,
    members,
    pair_of,
)
from tasks.alerts.decompose import ZERO, Pair, of_parts
from tasks.alerts.notes import amount
from tasks.alerts.shortfall import against_plan, lacking
from tasks.records import AlertRow, Contribution, Level, Metric, MetricValue

WEEK = 7
NEAR = (28, 14, 7)
"""Days back that are tried when the preferred ones tell nothing; their windows may overlap with today's."""
NAMED = 4
"""How many parts of a driver are named."""
STILL = 0.02
"""A number without a law of chance has not moved when it changed by less than this share of itself."""
PARTS = "parts"
"""The dimension of a rate that has no breakdown: its numerator and its denominator."""
NUMERATOR, DENOMINATOR = "numerator", "denominator"

_WORDS = {
    "zh-CN": {
        "unusable": "无法解释变化：{days} 没有可用的数值{why}",
        "same": "与 {day} 相比没有变化",
        "still": "与 {day} 相比没有变化，仍为 {now}，计划应达 {planned}",
        "driver": "；{name}：{members}，都不足以计入", "member": "{member} {value}",
        "alone": "与 {day} 相比的变化没有可拆分的维度",
        "overlap": "各部分之和与总数不符，不用于拆分",
        "no_rows": "{day} 没有分项数据，不用于拆分",
        "incomplete": "{member} 在 {day} 的输入数据不完整，不用于拆分",
        "why": "（{note}）", "list": "、",
    },
    "en": {
        "unusable": "The change cannot be explained: no usable value on {days}{why}",
        "same": "No change since {day}",
        "still": "No change since {day}: still {now}, {planned} planned",
        "driver": "; {name}: {members}, none of them enough to count", "member": "{member} {value}",
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
    level that is older than that: whole weeks back to a day before it began. Then whatever is near, so that a long
    window has a cause before there are two of them: further back first where the windows overlap, else nearer first.
    """
    back = max(WEEK, metric.window_days)
    weeks = -(-((row.business_date - row.since).days + 1) // WEEK)
    since = [weeks * WEEK] if weeks * WEEK > back else []
    near = [*(days for days in sorted(NEAR) if days > back), *(days for days in NEAR if days < back)]
    return tuple(row.business_date - dt.timedelta(days=days) for days in dict.fromkeys((back, *since, *near)))


def explain(
    row: AlertRow,
    metric: Metric,
    values: Iterable[MetricValue],
    complete_share: float = 0.95,
    language: str = "zh-CN",
    driver: Metric | None = None,
) -> list[Contribution]:
    """What moved the metric, by dimension (in the catalogue's order) and rank.

    Compared is one window ago; when the number has hardly moved since, or is not known then, the day before the
    level began, and so on (see :func:`compared`). What names nobody this way is held against the plan.

    Args:
        row: the alert.
        metric: its definition.
        values: the metric's rows on the alert's date and on the dates of :func:`compared`.
        complete_share: completeness below which a member's missing row says nothing about the member.
        language: ``zh-CN`` or ``en``, of the notes.
        driver: the metric whose parts tell of a count that stands still, when the catalogue names one; its rows of
            the alert's date are among ``values``.
    """
    values = list(values)
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
        return [*_of_plan(row, metric, rows, None, complete_share), _note(row, dates[0], "", text)]
    moved = [day for day in known if _has_moved(pair_of(totals[day], now), metric)]
    before = totals[(moved or known)[0]]
    whole = pair_of(before, now)
    change = _change(whole, metric)
    if not change:
        text = _still(row, metric, now, before.business_date, words, language)
        text += _driven(driver, values, row.business_date, words, language)
        short = _of_plan(row, metric, rows, before.business_date, complete_share)
        return [*short, _note(row, before.business_date, "", text)]
    found: list[Contribution] = []
    for dimension in metric.dimensions:
        found += _of_dimension(row, metric, dimension, rows, before.business_date, complete_share, words)
    if not any(c.member for c in found):
        short = _of_plan(row, metric, rows, before.business_date, complete_share)
        split = {c.dimension for c in short}
        found = [*short, *(c for c in found if c.dimension not in split)]
    if metric.denominator and not any(c.member for c in found):
        found += _of_parts(row, before.business_date, whole, change)
    if not any(not c.note for c in found):
        found.append(_note(row, before.business_date, "", words["alone"].format(day=before.business_date)))
    return found


def _of_plan(
    row: AlertRow,
    metric: Metric,
    rows: Sequence[MetricValue],
    before: dt.date | None,
    complete_share: float,
) -> list[Contribution]:
    """What the number lacks of its plan by every breakdown that names somebody; nothing when it is not behind.

    Args:
        row: the alert, with what the plan expects.
        metric: its definition.
        rows: the metric's values.
        before: the day whose spread over the members the plan of a count is held against, when there is one.
        complete_share: as in :func:`explain`.
    """
    day = row.business_date
    totals = {v.business_date: v for v in rows if v.account_id == "*" and not v.dimension}
    if row.expected is None or not _usable(totals.get(day), metric):
        return []
    whole, planned = (
        pair_of(totals.get(before) if before else None, totals[day]),
        exact_fraction(row.expected),
    )
    value = (whole.rate_now or ZERO) if metric.denominator else whole.top_now
    gap = lacking(metric, value, planned)
    found: list[Contribution] = []
    for dimension in metric.dimensions if gap else ():
        then, today = (members(rows, dimension, date) if date else {} for date in (before, day))
        if any(_incomplete(dimension, told, complete_share) for told in (then, today)):
            continue
        split = adding_up(then, today, whole, bool(metric.denominator)) if len({*then, *today}) > 1 else None
        short = against_plan(split, planned) if split else None
        told = _ranked(row, day, dimension, short.pooled(metric), gap) if short else []
        found += told if any(c.member for c in told) else []
    return found


def _still(
    row: AlertRow,
    metric: Metric,
    now: MetricValue,
    before: dt.date,
    words: Mapping[str, str],
    language: str,
) -> str:
    """That a number stands where it stood, and what the plan asks."""
    value, planned = now.value, row.expected
    if (
        value is None
        or planned is None
        or not lacking(metric, exact_fraction(value), exact_fraction(planned))
    ):
        return words["same"].format(day=before)
    said = [amount(round(number, metric.decimals + 1), metric.unit, language) for number in (value, planned)]
    return words["still"].format(day=before, now=said[0], planned=said[1])


def _driven(
    driver: Metric | None,
    values: Iterable[MetricValue],
    day: dt.date,
    words: Mapping[str, str],
    language: str,
) -> str:
    """The largest parts of what a count that stands still is made of; empty when there are none."""
    if driver is None:
        return ""
    rows = [v for v in values if v.metric_id == driver.metric_id]
    found = [
        value
        for dimension in sorted({v.dimension for v in rows if v.dimension})
        for value in members(rows, dimension, day).values()
        if value.value is not None
    ]
    found.sort(key=lambda value: (-(value.value or 0), value.member))
    parts = [
        words["member"].format(member=v.member, value=amount(v.value or 0, driver.unit, language))
        for v in found[:NAMED]
    ]
    if not parts:
        return ""
    return words["driver"].format(name=driver.name(language), members=words["list"].join(parts))


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
        if lost := _incomplete(dimension, told, complete_share):
            return [_note(row, before, dimension, words["incomplete"].format(member=lost, day=day))]
    whole = pair_of(totals[before], totals[row.business_date])
    breakdown = adding_up(then, today, whole, bool(metric.denominator))
    if breakdown is None:
        return [_note(row, before, dimension, words["overlap"])]
    return _ranked(row, before, dimension, breakdown.pooled(metric), _change(whole, metric))


def _incomplete(dimension: str, told: Mapping[str, MetricValue], complete_share: float) -> str:
    """The first account whose inputs are incomplete, which is none that vanished; empty when all are well."""
    for member, value in told.items() if dimension == ACCOUNT else ():
        if value.status == "grey" and value.completeness is not None and value.completeness < complete_share:
            return member
    return ""


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
