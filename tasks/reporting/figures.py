"""Numbers, dates and shares as a reader sees them. A percent sign is written nowhere else but in templates.

Rounding is half up, as people do it; a lag is cut, not rounded, so that "29.9 %" never reads as the next
level.
"""

import datetime as dt
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from tasks.records import Metric
from tasks.reporting.words import Words, short_code

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SUFFIXES = {
    "minutes": (" 分钟", " min"),
    "seconds": (" 秒", " s"),
    "hours": (" 小时", " h"),
    "days": (" 天", " days"),
}
MYRIAD = 10_000
LARGE = 1_000_000
"""From here on Chinese readers are given 万: 101.3万 instead of 1,013,245."""


def _rounded(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding)


def _plain(value: Decimal) -> str:
    """Thousands separators, no trailing zeros, a true minus sign, and never "-0"."""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def number(value: float | None, decimals: int = 1) -> str:
    """A bare number such as ``1,203`` or ``4.8``; a dash when unknown."""
    return "—" if value is None else _plain(_rounded(value, decimals))


def share(value: float | None, decimals: int = 1) -> str:
    """A 0–1 share in percent."""
    return "—" if value is None else f"{_plain(_rounded(value * 100, decimals))} %"


def figure(value: float | None, metric: Metric, language: str) -> str:
    """A metric's value with its unit, short enough for a table cell."""
    if value is None:
        return "—"
    chinese = short_code(language) == "zh"
    if metric.unit == "share":
        return share(value, metric.decimals)
    decimals = 0 if metric.unit in ("persons", "items") else metric.decimals
    text = number(value, decimals)
    if metric.unit in ("persons", "times", "items", "cny") and abs(value) >= LARGE:
        text = f"{number(value / MYRIAD)}万" if chinese else number(value, 0)
    prefix = "¥" if metric.unit == "cny" else ""
    suffix = SUFFIXES.get(metric.unit, ("", ""))[not chinese]
    return f"{prefix}{text}{suffix}"


def signed(text: str) -> str:
    """The figure with a plus when it is above zero."""
    return text if text.startswith(("−", "—")) or text in ("0", "0 %") else f"+{text}"


def relative(now: float | None, before: float | None) -> str:
    """The change in percent of what it was; empty when there is no sensible base."""
    if now is None or before is None or before <= 0 or now < 0:
        return ""
    return signed(share(now / before - 1))


def change(now: float | None, before: float | None, metric: Metric, language: str) -> str:
    """How far a value moved: percentage points for shares, percent for the rest; empty when unknown."""
    if now is None or before is None:
        return ""
    if metric.unit == "share":
        points = signed(number((now - before) * 100, max(metric.decimals, 1)))
        return f"{points} 百分点" if short_code(language) == "zh" else f"{points} pp"
    return relative(now, before) or signed(number(now - before, metric.decimals))


def per_day(value: float, metric: Metric, language: str) -> str:
    """A needed change a day, with enough digits not to read as nothing."""
    if metric.unit == "share":
        decimals = 2 if abs(value) >= 0.001 else 3
        points = signed(number(value * 100, decimals))
        return f"{points} 个百分点" if short_code(language) == "zh" else f"{points} points"
    if metric.unit in ("persons", "times", "items") and abs(value) >= 10:
        return signed(figure(value, metric, language))
    digits = number(value, max(metric.decimals, 2))
    return signed(f"¥{digits}" if metric.unit == "cny" else digits)


def lag_figure(lag: float, basis: str) -> str:
    """A lag in percent or, on the ``points`` basis, in points; the sign is left to the words around it."""
    text = _plain(_rounded(abs(lag) * 100, 1, ROUND_DOWN))
    return text if basis == "points" else f"{text} %"


def long_date(day: dt.date, w: Words) -> str:
    """The date with its weekday, for headings."""
    weekday = w["weekdays"].split()[day.weekday()]
    return w["long_date"].format(day=day, weekday=weekday, month=MONTHS[day.month - 1])


def short_date(day: dt.date, w: Words) -> str:
    """Day and month."""
    return w["short_date"].format(day=day, month=MONTHS[day.month - 1])
