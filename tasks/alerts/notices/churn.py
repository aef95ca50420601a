"""Churn warning: more people leave than usual, beyond what chance does (T-11, R-10).

The last 7 days against the 28 before them. Leaving is counted, so a week is out of the ordinary where it lies far
outside what a Poisson count with the former days' own spread would give.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import fmean, pvariance

from tasks.alerts.notes import gap
from tasks.alerts.notices.drafts import Draft, owner_of
from tasks.alerts.plan import Plan
from tasks.records import Level, MetricValue

KIND = "churn"
MEASURED = ("oa_lost_followers", "group_exits")
"""Metrics that count people leaving, a day."""
OWNER = {"oa_lost_followers": "oa_churn_rate", "group_exits": "group_exit_rate"}
"""The KPI whose owner answers for them."""
NEW, FORMER = 7, 28
RISES = ((Level.red, Decimal(1)), (Level.orange, Decimal("0.5")), (Level.yellow, Decimal("0.3")))
"""Rise over the former days from which each level holds."""
CERTAIN = 3.0
"""Standard errors that a rise must exceed: once in a thousand weeks by chance."""
WORDS = {
    "zh-CN": {
        "title": "流失预警：{name}",
        "reason": "近 7 天共 {now:,.0f} 人，日均 {mean:,.1f} 人，"
        "比此前 28 天日均 {former:,.1f} 人高 {rise}，超出正常波动。",
    },
    "en": {
        "title": "Churn warning: {name}",
        "reason": "{now:,.0f} people in 7 days, {mean:,.1f} a day, {rise} above the {former:,.1f} a day of the 28 days "
        "before, beyond normal fluctuation.",
    },
}  # fmt: skip


def churn(
    plan: Plan, day: dt.date, values: Iterable[MetricValue], names: Mapping[str, str], language: str
) -> list[Draft]:
    """A draft for every kind of leaving that has risen.

    Args:
        plan: the brand's plan.
        day: the business date, the last of the 7.
        values: the brand's own daily values of :data:`MEASURED` over 35 days; days without a value are left out
            of both means, and fewer than 5 or 21 of them tell nothing.
        names: what a reader calls each metric.
        language: ``zh-CN`` or ``en``.
    """
    series: dict[str, dict[dt.date, float]] = {}
    for value in values:
        if (
            value.account_id == "*"
            and not value.dimension
            and value.value is not None
            and value.status != "grey"
        ):
            series.setdefault(value.metric_id, {})[value.business_date] = value.value
    drafts = (_draft(plan, day, m, found, names, language) for m, found in sorted(series.items()))
    return [draft for draft in drafts if draft]


def _draft(
    plan: Plan,
    day: dt.date,
    metric: str,
    found: Mapping[dt.date, float],
    names: Mapping[str, str],
    language: str,
) -> Draft | None:
    new = [v for d, v in found.items() if 0 <= (day - d).days < NEW]
    former = [v for d, v in found.items() if NEW <= (day - d).days < NEW + FORMER]
    if len(new) < NEW - 2 or len(former) < FORMER - 7 or fmean(former) <= 0:
        return None
    mean, usual = fmean(new), fmean(former)
    # Days that bunch together spread wider than a Poisson count does; never believe they spread less.
    spread = max(pvariance(former), usual)
    certain = (mean - usual) / math.sqrt(spread * (1 / len(new) + 1 / len(former)))
    rise = Decimal(repr(mean / usual - 1))
    level = next((level for level, least in RISES if rise >= least), Level.green)
    if certain < CERTAIN or level is Level.green:
        return None
    words, entry = WORDS[language], plan.entries.get(OWNER.get(metric, ""))
    return Draft(
        key=f"{KIND}:{metric}",
        kind=KIND,
        level=level,
        title=words["title"].format(name=names.get(metric, metric)),
        reason=words["reason"].format(now=sum(new), mean=mean, former=usual, rise=gap(rise)),
        owner=owner_of(plan, entry.owner if entry else "operations"),
    )
