"""Numbers, dates and shares as a reader sees them. A percent sign is written nowhere else but in templates.

Rounding is half up, as people do it; a lag is cut, not rounded, so that "29.9 %" never reads as the next
level.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from tasks.records import Level, Metric
from tasks.reporting.views import ORDER
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
"""From here on Chinese readers are given 万: 101.3万 instead of 1,013,245; from 10,000 times 万 on 亿."""
FAR = 3
"""From this lag or rise on it is told in multiples."""


def _rounded(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding)


def _plain(value: Decimal) -> str:
    """Thousands separators, no trailing zeros, a true minus sign, and never "-0"."""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "0") else text.replace("-", "−")


def number(value: float | None, decimals: int = 1, suffix: str = "") -> str:
    """A number such as ``1,203`` or ``4.8``, bare or with its unit; a dash when unknown."""
    return "—" if value is None else _plain(_rounded(value, decimals)) + suffix


def share(value: float | None, decimals: int = 1) -> str:
    """A 0–1 share in percent."""
    return "—" if value is None else f"{_plain(_rounded(value * 100, decimals))} %"


def amount(value: float | None, language: str, decimals: int = 0) -> str:
    """A count or a sum that reads at a glance: in Chinese 101.3万 and 1.2亿 instead of all their digits."""
    if value is None or abs(value) < LARGE:
        return number(value, decimals)
    if short_code(language) != "zh":
        return number(value, 0)
    return f"{number(value / MYRIAD**2)}亿" if abs(value) >= MYRIAD**2 else f"{number(value / MYRIAD)}万"


def figure(value: float | None, metric: Metric, language: str) -> str:
    """A metric's value with its unit, short enough for a table cell."""
    if value is None:
        return "—"
    if metric.unit == "share":
        return share(value, metric.decimals)
    decimals = 0 if metric.unit in ("persons", "items") else metric.decimals
    is_amount = metric.unit in ("persons", "times", "items", "cny")
    text = amount(value, language, decimals) if is_amount else number(value, decimals)
    prefix = "¥" if metric.unit == "cny" else ""
    return f"{prefix}{text}{suffix(metric, language)}"


def suffix(metric: Metric, language: str) -> str:
    """The unit after a number that would be misread without it: of times; empty for others."""
    return SUFFIXES.get(metric.unit, ("", ""))[short_code(language) != "zh"]


def signed(text: str) -> str:
    """The figure with a plus when it is above zero."""
    return text if text.startswith(("−", "—")) or text in ("0", "0 %") else f"+{text}"


def relative(now: float | None, before: float | None) -> str:
    """The change in percent of what it was, or how many times that; empty when there is no sensible base."""
    if now is None or before is None or before <= 0 or now < 0:
        return ""
    if now / before - 1 >= FAR:
        return f"×{number(now / before)}"
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


def lag_figure(lag: float, basis: str, w: Words) -> str:
    """A lag in percent, in points on the ``points`` basis, or in multiples where percents say nothing any more.

    The sign is left to the words around it.
    """
    if is_far(lag, basis):
        return times(abs(lag), w)
    text = _plain(_rounded(abs(lag) * 100, 1, ROUND_DOWN))
    return text if basis == "points" else f"{text} %"


def is_far(lag: float, basis: str) -> bool:
    """Whether a lag is told in multiples: nobody can picture 3,025 %."""
    return basis != "points" and abs(lag) >= FAR


def times(value: float, w: Words) -> str:
    """A multiple, cut like a lag."""
    return w["times"].format(n=_plain(_rounded(value, 1 if value < 10 else 0, ROUND_DOWN)))


def counts(levels: Sequence[Level], w: Words, language: str) -> str:
    """How many there are of each level, worst first."""
    told = {
        level: w[level.value] if short_code(language) == "zh" else w[level.value].lower() for level in ORDER
    }
    return w["counts_gap"].join(
        w["count"].format(n=levels.count(level), word=word) for level, word in told.items() if level in levels
    )


def due(day: dt.date | None, w: Words) -> str:
    """By when something is to be done."""
    return w["due_by"].format(date=short_date(day, w)) if day else w["nobody"]


def overdue(due: dt.date | None, day: dt.date, w: Words) -> str:
    """How many days past its due date something is on ``day``; empty before."""
    late = (day - due).days if due else 0
    return "" if late <= 0 else w["overdue_one" if late == 1 else "overdue"].format(n=late)


def long_date(day: dt.date, w: Words) -> str:
    """The date with its weekday, for headings."""
    weekday = w["weekdays"].split()[day.weekday()]
    return w["long_date"].format(day=day, weekday=weekday, month=MONTHS[day.month - 1])


def short_date(day: dt.date, w: Words) -> str:
    """Day and month."""
    return w["short_date"].format(day=day, month=MONTHS[day.month - 1])
