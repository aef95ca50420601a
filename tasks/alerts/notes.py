"""What a reader is told about a judgement, in Chinese or English.

The gap is cut off, never rounded up: a lag of 9.96 % must not read "10.0 %" beside a green mark.
"""

import datetime as dt
import math
from decimal import ROUND_DOWN, Decimal

from tasks.alerts.assess import Finding
from tasks.alerts.curves import Number, exact
from tasks.alerts.entries import Gate, Kpi
from tasks.alerts.lag import WORST_FIRST
from tasks.alerts.landing import Landing, Point
from tasks.alerts.plan import Plan
from tasks.records import AlertRow, Level

_UNITS = {
    "zh-CN": {
        "persons": "{:,.0f} 人", "times": "{:,.1f} 次", "items": "{:,.0f} 个", "share": "{:.1f} %",
        "cny": "{:,.2f} 元", "minutes": "{:,.1f} 分钟", "ratio": "{:.2f}", "days": "{:,.1f} 天",
        "hours": "{:,.1f} 小时", "seconds": "{:,.1f} 秒",
    },
    "en": {
        "persons": "{:,.0f}", "times": "{:,.1f}", "items": "{:,.0f}", "share": "{:.1f} %",
        "cny": "CNY {:,.2f}", "minutes": "{:,.1f} min", "ratio": "{:.2f}", "days": "{:,.1f} days",
        "hours": "{:,.1f} h", "seconds": "{:,.1f} s",
    },
}  # fmt: skip

_CHANGES = {
    "zh-CN": {
        "persons": "{} 人", "times": "{} 次", "items": "{} 个", "share": "{} 个百分点", "cny": "{} 元",
        "minutes": "{} 分钟", "days": "{} 天", "hours": "{} 小时", "seconds": "{} 秒",
    },
    "en": {
        "share": "{} points", "cny": "{} CNY", "minutes": "{} min", "days": "{} days", "hours": "{} h",
        "seconds": "{} s",
    },
}  # fmt: skip
"""How much a number changes: of a share points, of a ratio 1:n its n."""

_WORDS = {
    "zh-CN": {
        "progress": "进度口径", "level": "水平口径", "points": "百分点口径",
        "green": "绿", "yellow": "黄", "orange": "橙", "red": "红",
        "missing": "当日没有数值：先补数据，不作判断",
        "thin": "样本只有 {sample}，不足以判断",
        "unusable": "数值暂不可用，不作判断",
        "incomplete": "输入数据只到齐 {share}，低于 {limit}：先补数据，不作判断",
        "warm_up": "计划线开始未满 {days} 天，暂不判断",
        "no_baseline": "起点还没有（计划开始后的首个实测值；相对目标为首个季度的均值），无法画出计划线",
        "noise": "落后 {gap}（{basis}），但差距在正常波动之内，不预警",
        "behind": "落后计划 {gap}（{basis}）", "on": "与计划持平", "ahead": "领先计划 {gap}（{basis}）",
        "slip": "，按计划 {days} 天前就该到这个数", "slip_today": "，按计划今天才该到这个数",
        "slip_more": "，比起点还差，比计划晚 {days} 天以上",
        "miss_least": "未达底线：要求不低于 {limit}，实际 {actual}，差 {gap}",
        "miss_most": "超过上限：要求不超过 {limit}，实际 {actual}，超出 {gap}",
        "meet_least": "达到底线：要求不低于 {limit}，实际 {actual}",
        "meet_most": "没有超过上限：要求不超过 {limit}，实际 {actual}",
        "held": "；当日已好转为{raw}，尚待下次评估确认，暂记{level}",
        "note": "；{note}",
        "detail": "计划 {expected}，实际 {actual}",
        "readings": "；进度口径 {progress}，水平口径 {level}，百分点口径 {points}",
        "need": "；到下一检查点每天需 {need}", "none": "—",
        "late": "；按此速度，{value}将晚 {days} 天到达（预计 {date}）",
        "early": "；按此速度，{value}将提前 {days} 天到达（预计 {date}）",
        "in_time": "；按此速度，{value}将按时到达（{date}）",
        "reached": "；已达到下个节点 {value}（{date}）",
        "never": "；按此速度，计划期内到不了 {value}（应于 {date} 达到）",
        "range": "；下个节点（{date}）80% 区间 {low} 至 {high}",
    },
    "en": {
        "progress": "progress basis", "level": "level basis", "points": "points basis",
        "green": "green", "yellow": "yellow", "orange": "orange", "red": "red",
        "missing": "No value for this day: mend the data first; not judged",
        "thin": "A sample of {sample} is too small to judge",
        "unusable": "The value cannot be used yet; not judged",
        "incomplete": "Only {share} of the inputs are in, {limit} needed: mend the data first; not judged",
        "warm_up": "The pace line is not {days} days old yet; not judged",
        "no_baseline": "No start value yet (the first one measured since the plan began; of a relative target the "
        "mean of its first quarter), so there is no pace line",
        "noise": "Behind by {gap} ({basis}), but within normal fluctuation; no warning",
        "behind": "Behind the plan by {gap} ({basis})", "on": "On plan",
        "ahead": "Ahead of the plan by {gap} ({basis})",
        "slip": ", a figure planned for {days} days ago", "slip_today": ", a figure planned for today",
        "slip_more": ", worse than at the start: more than {days} days late",
        "miss_least": "Below the gate: at least {limit} required, {actual} measured, short by {gap}",
        "miss_most": "Beyond the gate: at most {limit} allowed, {actual} measured, over by {gap}",
        "meet_least": "Inside the gate: at least {limit} required, {actual} measured",
        "meet_most": "Inside the gate: at most {limit} allowed, {actual} measured",
        "held": "; today alone is {raw}, which must be confirmed before {level} ends",
        "note": "; {note}",
        "detail": "Planned {expected}, actual {actual}",
        "readings": "; progress basis {progress}, level basis {level}, points basis {points}",
        "need": "; {need} a day until the next checkpoint", "none": "—",
        "late": "; at this pace {value} lands {days} days late ({date})",
        "early": "; at this pace {value} lands {days} days early ({date})",
        "in_time": "; at this pace {value} lands in time ({date})",
        "reached": "; {value}, due {date}, is reached already",
        "never": "; at this pace {value} (due {date}) is not reached within the plan",
        "range": "; 80 % range on {date}: {low} to {high}",
    },
}  # fmt: skip


def amount(value: Number, unit: str, language: str) -> str:
    """A number with its unit as a reader writes it; a share becomes a percentage."""
    number = exact(value)
    return _UNITS[_known(language)][unit].format(number * 100 if unit == "share" else number)


def gap(lag: Number) -> str:
    """The size of a lag in per cent, cut off after one place."""
    return f"{abs(exact(lag) * 100).quantize(Decimal('0.1'), ROUND_DOWN)} %"


def reason(
    plan: Plan,
    entry: Kpi | Gate,
    finding: Finding,
    published: Level,
    day: dt.date,
    language: str,
    point: Point | None = None,
    landing: Landing | None = None,
) -> str:
    """Why the row has its level and, of a KPI behind its plan, where it lands; one sentence without the final stop."""
    words = _WORDS[_known(language)]
    if finding.level is Level.grey:
        text = words[finding.cause].format(
            share=gap(finding.completeness or 0),
            limit=gap(plan.rules.complete_share),
            days=plan.rules.warm_up_days,
            sample=f"{finding.sample or 0:,.0f}",
        )
    elif isinstance(entry, Gate):
        text = _gate(plan, entry, finding, words, language)
    else:
        text = _pace(finding, words)
        if point and landing and published in WORST_FIRST:
            text += _lands(point.due, point.value, landing.date, day, entry.unit, language)
    if finding.level is not published:
        text += words["held"].format(raw=words[finding.level], level=words[published])
    return text + (words["note"].format(note=finding.note) if finding.note else "")


def details(row: AlertRow, unit: str, language: str) -> str:
    """The line under the sentence: planned and actual, the three readings, the pace needed, where it lands."""
    words = _WORDS[_known(language)]
    text = words["detail"].format(
        expected=words["none"] if row.expected is None else amount(row.expected, unit, language),
        actual=words["none"] if row.actual is None else amount(row.actual, unit, language),
    )
    if row.lag is not None and row.basis != "gate":
        readings = {"progress": row.lag_progress, "level": row.lag_level, "points": row.lag_points}
        text += words["readings"].format(
            **{name: words["none"] if lag is None else _signed(lag) for name, lag in readings.items()}
        )
    if row.needed_per_day and row.level is not Level.grey:
        text += words["need"].format(need=a_day(row.needed_per_day, unit, language))
    if row.next_date is None or row.next_value is None:
        return text
    if row.projected_date or row.unreachable:
        text += _lands(row.next_date, row.next_value, row.projected_date, row.business_date, unit, language)
    if row.forecast_low is None or row.forecast_high is None:
        return text
    return text + words["range"].format(
        date=row.next_date,
        low=amount(row.forecast_low, unit, language),
        high=amount(row.forecast_high, unit, language),
    )


def _lands(
    due: dt.date, value: Number, date: dt.date | None, today: dt.date, unit: str, language: str
) -> str:
    """When the next point is reached at this pace."""
    words = _WORDS[_known(language)]
    days = (date - due).days if date else 0
    if date is None or date == today:
        kind, date = "reached" if date else "never", due
    else:
        kind = "late" if days > 0 else "early" if days < 0 else "in_time"
    return words[kind].format(value=amount(value, unit, language), days=abs(days), date=date)


def _pace(finding: Finding, words: dict[str, str]) -> str:
    lag = finding.lag
    if lag is None:
        return ""
    if lag.value == 0:
        return words["on"]
    basis, size = words[lag.basis], gap(lag.value)
    if lag.value < 0:
        return words["ahead"].format(gap=size, basis=basis)
    if finding.cause == "noise":
        return words["noise"].format(gap=size, basis=basis)
    text = words["behind"].format(gap=size, basis=basis)
    if finding.slippage_days is None:
        return text
    slip = "slip_today" if not finding.slippage_days else "slip_more" if finding.slips_more else "slip"
    return text + words[slip].format(days=finding.slippage_days)


def _gate(plan: Plan, entry: Gate, finding: Finding, words: dict[str, str], language: str) -> str:
    side = "most" if entry.at_most is not None else "least"
    lag = finding.lag.value if finding.lag else Decimal(0)
    return words[f"{'miss' if lag > 0 else 'meet'}_{side}"].format(
        limit=amount(plan.limit(entry), entry.unit, language),
        actual=amount(finding.actual or 0, entry.unit, language),
        gap=gap(lag),
    )


def _signed(lag: float) -> str:
    return f"{'-' if lag < 0 else ''}{gap(lag)}"


def a_day(change: float, unit: str, language: str) -> str:
    """A daily change with two significant digits: it is far smaller than the number itself, and never "+0"."""
    number = change * 100 if unit == "share" else change
    magnitude = math.floor(math.log10(abs(number))) if number else 0
    written = f"{number:+,.{max(1 - magnitude, 0)}f}" if number else "0"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return _CHANGES[_known(language)].get(unit, "{}").format(written)


def _known(language: str) -> str:
    return "en" if language == "en" else "zh-CN"
