"""From the rows of ``sql/metrics`` to published values: each with its parts, its trust and its reason.

rows + catalogue + cells → one MetricValue per metric, account, dimension, member and day; gaps are filled
with grey values, so a missing number is seen and never read as zero
"""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Protocol, TypeAlias, runtime_checkable

import pandas as pd

from tasks.calendars import Window
from tasks.errors import ConfigurationError
from tasks.metrics.completeness import BAR, BRAND, Cells
from tasks.records import Metric, MetricValue

NOTES = {
    "zh-CN": {
        "incomplete": "输入数据完整率 {share}%，低于 95%",
        "missing": "当日无数据",
        "import": "当日无数据：请导入“{templates}”",
        "and": "”“",
        "immature": "；批次满 {days} 天后才有值",
        "labels": "超过 5% 的记录没有标签：请先补全",
        "industry": "计划没有给出行业均值：请在 plan.toml 的 [brand.industry] 写上 {name}",
        "zero": "分母为 0",
        "sample": "样本量 {sample:g}，低于下限 {floor:g}",
        "approx": "近似值，见指标口径",
        "exact_with": "近似值，导入“{templates}”后为准确值",
        "partial": "输入数据完整率 {share}%，数值为暂估",
    },
    "en": {
        "incomplete": "inputs {share}% complete, below 95%",
        "missing": "no data for this day",
        "import": "no data for this day: import “{templates}”",
        "and": "”, “",
        "immature": "; a cohort has no value before it is {days} days old",
        "labels": "over 5% of the records carry no label: complete them first",
        "industry": "the plan's [brand.industry] has no {name}: write the industry's mean",
        "zero": "the denominator is 0",
        "sample": "sample of {sample:g}, below the minimum of {floor:g}",
        "approx": "approximate, see the definition",
        "exact_with": "approximate until “{templates}” is imported",
        "partial": "inputs {share}% complete, so provisional",
    },
}


@runtime_checkable
class Table(Protocol):
    """A pyarrow table."""

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as mappings, nulls as ``None``."""


Row: TypeAlias = Mapping[str, Any]


def values(
    rows: Table | pd.DataFrame | Iterable[Row],
    metrics: Mapping[str, Metric],
    cells: Cells,
    window: Window,
    language: str = "zh-CN",
    titles: Mapping[str, str] | None = None,
) -> list[MetricValue]:
    """The published values of the metrics over a window.

    Args:
        rows: columns metric_id, account_id, dimension, member, business_date, numerator, denominator (null
            for counts), is_approx; at most one row per metric, account, dimension, member and day.
        metrics: those the rows measure; each gets a value on every day for the brand and for every account
            that has a row on any day.
        cells: what was received.
        window: the days.
        language: ``zh-CN`` or ``en``, of the notes.
        titles: what a reader calls each import template.

    Returns:
        Sorted by metric, account, dimension, member, day. ``value`` is null when an input is missing or the
        denominator is 0; status is ``grey`` then and when the sample is below the metric's minimum,
        ``approx`` when an assumption stands in for a figure, else ``ok``.

    Raises:
        ConfigurationError: a row measures a metric that is not among ``metrics``.
    """
    notes, titles = NOTES[language], titles or {}

    @cache
    def completeness(metric_id: str, day: dt.date, account_id: str) -> float | None:
        return cells.of_metric(metrics[metric_id], day, account_id)

    found: dict[tuple[str, str, str, str, dt.date], MetricValue] = {}
    told: set[tuple[str, str, dt.date]] = set()
    scopes: dict[str, set[str]] = defaultdict(lambda: {BRAND})
    for row in _listed(rows):
        metric = metrics.get(row["metric_id"])
        if metric is None:
            raise ConfigurationError(
                f"a query measured {row['metric_id']}, which the catalogue does not give to it: "
                "compare its 'query' in metrics.toml"
            )
        account_id, day = row["account_id"], row["business_date"]
        scopes[metric.metric_id].add(account_id)
        share = completeness(metric.metric_id, day, account_id)
        value = _value(metric, row, share, notes, titles)
        found[metric.metric_id, account_id, value.dimension, value.member, day] = value
        told.add((metric.metric_id, account_id, day))
    for metric_id in metrics:
        for account_id in scopes[metric_id]:
            for day in window.days():
                # A metric that is only told by parts lacks nothing when it has no total.
                if (metric_id, account_id, day) not in told:
                    share = completeness(metric_id, day, account_id)
                    found[metric_id, account_id, "", "", day] = MetricValue(
                        metric_id=metric_id,
                        business_date=day,
                        account_id=account_id,
                        completeness=share,
                        status="grey",
                        note=_incomplete(share, notes) or _missing(metrics[metric_id], notes, titles),
                    )
    return [found[key] for key in sorted(found)]


def _listed(rows: Table | pd.DataFrame | Iterable[Row]) -> Iterable[Row]:
    if isinstance(rows, pd.DataFrame):
        # pandas writes null as NaN, which would pass for a number.
        plain = rows.astype(object).where(rows.notna(), None)
        return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]
    return rows.to_pylist() if isinstance(rows, Table) else rows


def _value(
    metric: Metric, row: Row, share: float | None, notes: Mapping[str, str], titles: Mapping[str, str]
) -> MetricValue:
    numerator, denominator = _settled(row["numerator"]), _settled(row["denominator"])
    is_rate = bool(metric.denominator)
    divisor = denominator if is_rate else 1.0
    value: float | None = None
    status = "grey"
    note = _incomplete(share, notes)
    if share is None and not metric.imports:
        # Nothing was due. Figures of files have no cells: there the row itself says that they came.
        note = notes["missing"]
    if note:
        pass
    elif numerator is None or divisor is None:
        note = _unknown(metric, numerator, divisor, notes) or _missing(metric, notes, titles)
    elif divisor == 0:
        note = notes["zero"]
    else:
        value = numerator / divisor
        if is_rate and divisor < metric.min_sample:
            note = notes["sample"].format(sample=divisor, floor=metric.min_sample)
        elif row["is_approx"]:
            status, note = "approx", _assumed(metric, notes, titles)
        elif share is not None and share < 1:
            # A cell is missing or provisional, yet few enough: the value stands, with a mark.
            status, note = "approx", notes["partial"].format(share=_percent(share))
        else:
            status = "ok"
    return MetricValue(
        metric_id=metric.metric_id,
        business_date=row["business_date"],
        account_id=row["account_id"],
        dimension=row["dimension"],
        member=row["member"],
        numerator=numerator,
        denominator=denominator if is_rate else None,
        value=value,
        completeness=share,
        status=status,
        note=note,
    )


def _settled(number: float | None) -> float | None:
    """Without the last digits of a sum, which change with the order in which an engine adds up."""
    return None if number is None else round(number, 6)


def _unknown(metric: Metric, numerator: float | None, divisor: float | None, notes: Mapping[str, str]) -> str:
    """Why a query could tell only one of the parts; empty when the catalogue knows of no reason."""
    if metric.needs_labels and numerator is None and divisor is not None:
        return notes["labels"]
    if metric.industry and numerator is not None and divisor is None:
        return notes["industry"].format(name=metric.industry)
    return ""


def _assumed(metric: Metric, notes: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What a reader can do about an assumption: where a file tells the figure, import it."""
    named = notes["and"].join(titles.get(name, name) for name in metric.exact_with)
    return notes["exact_with"].format(templates=named) if named else notes["approx"]


def _missing(metric: Metric, notes: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What a reader can do about a day without figures: those of files come when somebody imports them."""
    named = notes["and"].join(titles.get(name, name) for name in metric.imports)
    note = notes["import"].format(templates=named) if named else notes["missing"]
    if metric.maturity_days:
        note += notes["immature"].format(days=metric.maturity_days)
    return note


def _incomplete(share: float | None, notes: Mapping[str, str]) -> str:
    if share is None or share >= BAR:
        return ""
    return notes["incomplete"].format(share=_percent(share))


def _percent(share: float) -> float:
    """Rounded down, so that 94.96 % never reads as 95 %."""
    return math.floor(share * 1000) / 10
