"""The catalogue as a page: every metric with its meaning, the day's value, its last days, its owner and its sources.

catalogue + plan's owners + values + judgements → :class:`Row` by group (words only) → ``reports/catalogue.html.j2``.
Nothing here touches a disk, a clock or a network.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
from markupsafe import Markup

from tasks.errors import ConfigurationError
from tasks.records import AlertRow, Endpoint, Level, Metric, MetricValue, NotComputable
from tasks.reporting import figures
from tasks.reporting.catalogue_words import LEVELS, Words, words
from tasks.reporting.sparkline import sparkline
from tasks.reporting.views import headlines

TEMPLATE, STYLES = "catalogue.html.j2", ("house.css", "digest.css", "catalogue.css")
DAYS = 30
"""Days of a sparkline, the page's own being the last."""
GROUPS = ("across", "official_account", "mini_program", "shop", "wecom", "channels", "feishu", "system")
"""Sections in reading order, by what a metric's inputs have in common."""


@dataclass(frozen=True)
class Row:
    """One metric, ready to print."""

    metric_id: str
    name: str
    other_name: str
    level: str
    """``red`` … ``grey``, or ``watched`` for what is not judged."""
    word: str
    value: str
    approx: bool
    doubt: str
    """Why there is no value; empty when there is one."""
    spark: Markup
    owner: str
    meaning: str
    facts: tuple[tuple[str, str], ...]
    """Label and text of everything else there is to say."""


@dataclass(frozen=True)
class Known:
    """What the page is made of.

    Args:
        day: the last day measured; None before the first.
        metrics: the catalogue.
        gaps: what the plan asks for and nobody can compute.
        values: the values of the :data:`DAYS` days that end on ``day``, without breakdowns.
        alerts: the judgements of ``day``.
        owners: metric id → who owns it, in the reader's language.
        endpoints: the registry by name.
        imports: import template → its title.
        accounts: account key → its name.
        brand: whose catalogue.
    """

    day: dt.date | None
    metrics: Mapping[str, Metric]
    gaps: Sequence[NotComputable]
    values: Sequence[MetricValue]
    alerts: Sequence[AlertRow]
    owners: Mapping[str, str]
    endpoints: Mapping[str, Endpoint]
    imports: Mapping[str, str]
    accounts: Mapping[str, str]
    brand: str


def catalogue_page(known: Known, language: str, templates: Mapping[str, str]) -> str:
    """The page as HTML that needs nothing from elsewhere.

    Args:
        known: what there is to say.
        language: ``zh-CN`` or ``en``.
        templates: file name → text of :data:`TEMPLATE` and :data:`STYLES`.

    Raises:
        ConfigurationError: a template is missing or broken, or the language is not spoken here.
    """
    w = words(language)
    rows = _rows(known, w, language)
    grouped = {w[name]: [rows[m.metric_id] for m in known.metrics.values() if group(m, known.endpoints) == name]
               for name in GROUPS}  # fmt: skip
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(dict(templates)),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(TEMPLATE).render(
            w=w,
            # The style sheets are our own text; escaping them would break their selectors.
            css=Markup("\n".join(templates[name] for name in STYLES)),
            title=w["title"].format(brand=known.brand),
            brand=known.brand,
            date=w["as_of"].format(date=figures.long_date(known.day, w)) if known.day else w["no_day"],
            head=w["head"].format(n=len(rows), judged=sum(row.level != "watched" for row in rows.values())),
            groups={name: members for name, members in grouped.items() if members},
            levels=[
                (level, w[level], count)
                for level in (*LEVELS, "watched")
                if (count := sum(row.level == level for row in rows.values()))
            ],
            gaps=[_gap(gap, known, w, language) for gap in known.gaps],
        )
    except (jinja2.TemplateError, KeyError) as error:
        raise ConfigurationError(f"reports/{TEMPLATE} cannot be laid out: {error}") from error


def group(metric: Metric, endpoints: Mapping[str, Endpoint]) -> str:
    """The section of a metric: the platform that all its interfaces belong to, or what stands in for one."""
    kinds = {str(endpoints[name].kind) for name in metric.inputs if name in endpoints}
    kinds -= {"feishu"} if len(kinds) > 1 else set()
    if len(kinds) > 1:
        return "across"
    if kinds:
        return kinds.pop()
    return "feishu" if metric.imports else "system"


def _rows(known: Known, w: Words, language: str) -> dict[str, Row]:
    judged = {alert.metric_id: alert for alert in known.alerts}
    by_day: dict[dt.date, list[MetricValue]] = defaultdict(list)
    for each in known.values:
        by_day[each.business_date].append(each)
    today = known.day or dt.date.min
    days = [today - dt.timedelta(days=n) for n in reversed(range(DAYS))] if known.day else []
    shown = [headlines(by_day[day]) for day in days]
    accounts: dict[str, list[MetricValue]] = defaultdict(list)
    for each in by_day[today]:
        if each.account_id != "*":
            accounts[each.metric_id].append(each)
    rows = {}
    for key, metric in known.metrics.items():
        series = [
            value.value if (value := told.get(key)) and value.status != "grey" else None for told in shown
        ]
        now, alert = shown[-1].get(key) if shown else None, judged.get(key)
        level = str(alert.level) if alert else "watched"
        said = (*_of_the_day(now, alert, accounts[key], metric, known, w, language),
                *_of_the_definition(metric, known, w, language))  # fmt: skip
        rows[key] = Row(
            metric_id=key,
            name=metric.name(language),
            other_name=metric.name("zh-CN" if language == "en" else "en"),
            level=level,
            word=w[level],
            # A grey value is withheld in the digest too: a reader would take 13 of 14 persons for a rate.
            value=figures.figure(now.value if now and now.status != "grey" else None, metric, language),
            approx=bool(now and now.status == "approx"),
            doubt=now.note if now and now.status == "grey" else "",
            spark=_spark(series, metric, w, language),
            owner=known.owners.get(key, ""),
            meaning=metric.meaning(language) or metric.told_formula(language),
            facts=tuple((w[label], text) for label, text in said if text),
        )
    return rows


def _spark(series: Sequence[float | None], metric: Metric, w: Words, language: str) -> Markup:
    told = [value for value in series if value is not None]
    if not told:
        return Markup()
    low, high = (figures.figure(value, metric, language) for value in (min(told), max(told)))
    return sparkline(series, w["spark"].format(low=low, high=high))


def _of_the_day(
    value: MetricValue | None,
    alert: AlertRow | None,
    of_accounts: Sequence[MetricValue],
    metric: Metric,
    known: Known,
    w: Words,
    language: str,
) -> Iterable[tuple[str, str]]:
    """What the day's figures say beside the value itself."""
    if alert and alert.level is not Level.grey:
        yield "expected", figures.figure(alert.expected, metric, language)
        if alert.lag is not None and alert.lag > 0:
            yield "lag", figures.lag_figure(alert.lag, alert.basis, w)
    yield "why", (alert.reason if alert and alert.reason else "") or (value.note if value else "")
    if value and value.denominator is not None:
        yield "part", f"{figures.number(value.numerator)} ÷ {figures.number(value.denominator)}"
    if len(of_accounts) > 1:
        yield (
            "by_account",
            w["list"].join(
                f"{known.accounts.get(v.account_id, v.account_id)} {figures.figure(v.value, metric, language)}"
                for v in sorted(of_accounts, key=lambda v: v.account_id)
            ),
        )


def _of_the_definition(metric: Metric, known: Known, w: Words, language: str) -> Iterable[tuple[str, str]]:
    """What the catalogue says about the metric."""
    top, bottom = metric.parts(language)
    titles = [known.imports.get(name, name) for name in metric.imports]
    exact = [known.imports.get(name, name) for name in metric.exact_with]
    yield "parts", f"{top} ÷ {bottom}" if bottom else top
    yield "formula", metric.told_formula(language)
    yield "grain", metric.told_grain(language)
    days = metric.window_days
    yield "window", w["window_one"] if days == 1 else w["window_days"].format(days=days)
    yield "direction", w["neither" if metric.direction == "none" else metric.direction]
    grey = [w["grey_inputs"]] * bool(metric.inputs)
    grey += (
        [w["grey_import"].format(templates=w["list"].join(titles))] if titles and not metric.inputs else []
    )
    if metric.min_sample:
        floor = figures.number(metric.min_sample, 0)
        grey.append(w["grey_sample"].format(label=bottom or w["this_number"], floor=floor))
    elif bottom:
        grey.append(w["grey_zero"].format(label=bottom))
    yield "grey_when", w["stop"].join(grey)
    yield "endpoints", w["list"].join(_endpoint(name, known, language) for name in metric.inputs)
    yield "imports", w["list"].join((*titles, *exact))
    of_facts = metric.inputs or metric.imports
    yield "query", f"sql/metrics/{metric.query}.sql" if of_facts else w["of_the_system"]
    # What the source says of itself is English; a Chinese reader finds the interfaces and plan rows beside it.
    strength = w[f"strength_{metric.strength}"]
    yield "strength", f"{strength} · {metric.source}" if language == "en" else strength
    yield "plan_rows", ", ".join(metric.seed_rows)


def _endpoint(name: str, known: Known, language: str) -> str:
    endpoint = known.endpoints.get(name)
    return name if endpoint is None or language == "en" else f"{endpoint.title}（{name}）"


def _gap(gap: NotComputable, known: Known, w: Words, language: str) -> dict[str, Any]:
    return {
        "id": gap.entry_id,
        "name": gap.name(language),
        "reason": gap.reason(language),
        "facts": [
            (w[label], text)
            for label, text in (
                ("remedy", gap.remedy(language)),
                ("endpoints", w["list"].join(_endpoint(name, known, language) for name in gap.interfaces)),
                ("imports", w["list"].join(known.imports.get(name, name) for name in gap.imports)),
                ("plan_rows", ", ".join(gap.seed_rows)),
            )
            if text
        ],
    }
