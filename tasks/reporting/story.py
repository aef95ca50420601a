"""The whole digest in words: puts cards, table, movements and data trust into reading order."""

import datetime as dt
from collections.abc import Mapping, Sequence

from tasks.records import AlertRow, Contribution, Level, Metric, MetricValue, Notice, Trust
from tasks.reporting import figures
from tasks.reporting import notices as beside
from tasks.reporting.cards import card, kpi_row
from tasks.reporting.causes import sentence
from tasks.reporting.movements import movements
from tasks.reporting.readings import Reading, chip, readings, verdict
from tasks.reporting.trusted import trust_view
from tasks.reporting.views import ORDER, Definition, DigestView, Move, headlines
from tasks.reporting.words import Words, short_code, words


def _moves(
    now: Mapping[str, MetricValue],
    before: Mapping[str, MetricValue],
    metrics: Mapping[str, Metric],
    w: Words,
    language: str,
) -> tuple[Move, ...]:
    return tuple(
        Move(
            arrow="▲" if moved.rising else "▼",
            feeling=moved.feeling,
            word=w[moved.feeling],
            name=moved.metric.name(language),
            before=figures.figure(moved.before, moved.metric, language),
            now=figures.figure(moved.now, moved.metric, language),
            change=figures.change(moved.now, moved.before, moved.metric, language),
        )
        for moved in movements(now, before, metrics)
    )


def _definitions(found: Sequence[Reading], w: Words, language: str) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            name=reading.metric.name(language),
            formula=reading.metric.told_formula(language),
            window=w["window_one"]
            if reading.metric.window_days == 1
            else w["window_days"].format(days=reading.metric.window_days),
            source=w[f"strength_{reading.metric.strength}"],
        )
        for reading in found
    )


def _recovered(
    found: Sequence[Reading], notices: Sequence[Notice], w: Words, language: str
) -> tuple[str, ...]:
    kpis = [
        w["recovered_line"].format(
            name=reading.metric.name(language),
            actual=figures.figure(reading.alert.actual, reading.metric, language),
            expected=figures.figure(reading.alert.expected, reading.metric, language),
        )
        + (w["in_brackets"].format(text=w["noise"]) if reading.noise else "")
        for reading in found
        if reading.alert.changed == "recovered"
    ]
    over = [f"{n.title}{w['colon']}{n.reason}" for n in notices if n.level is Level.green]
    return (*kpis, *over)


def _judged_by(alerts: Sequence[AlertRow], scale: float, w: Words) -> str:
    versions = sorted({row.plan_version for row in alerts if row.plan_version})
    told = [w["plan_version"].format(version=w["list"].join(versions))] * bool(versions)
    told += [w["scaled"].format(scale=f"{scale:g}")] * (scale != 1)
    return w["stop"].join(told)


def story(
    day: dt.date,
    alerts: Sequence[AlertRow],
    values: Sequence[MetricValue],
    earlier: Sequence[MetricValue],
    trust: Trust,
    metrics: Mapping[str, Metric],
    not_measured: Sequence[str],
    brand: str,
    language: str,
    causes: Sequence[Contribution] = (),
    accounts: Mapping[str, str] | None = None,
    notices: Sequence[Notice] = (),
    playbooks: Mapping[str, Sequence[str]] | None = None,
    scale: float = 1,
) -> DigestView:
    """The digest of one business date, ready to print.

    Args:
        day: the business date told about.
        alerts: one judgement per KPI.
        values: values of ``day``.
        earlier: values of the day before and of 7 days before.
        trust: how far the day's data can be trusted.
        metrics: the catalogue by metric_id.
        not_measured: names of KPIs that have no data source yet, in the reader's language.
        brand: whose digest it is.
        language: ``zh-CN`` or ``en``.
        causes: why the numbers of ``alerts`` moved.
        accounts: account id → its name, for the causes.
        notices: what else needs a person on ``day``.
        playbooks: what to try, by key of the alert or notice.
        scale: the plan's counts of persons are taken times this.

    Raises:
        ConfigurationError: a judged KPI is not in the catalogue, or the language is not spoken here.
    """
    w, language = words(language), short_code(language)
    at = {
        back: headlines(v for v in (*values, *earlier) if v.business_date == day - dt.timedelta(days=back))
        for back in (0, 1, 7)
    }
    found = readings(alerts, metrics, at[0], at[1], at[7])
    open_notices, tried = beside.standing(notices), playbooks or {}
    head, urgent = verdict(found, w, language)
    worst = found[0].alert.level if found else Level.grey
    counted = beside.counted(open_notices, w, language)
    urgent = beside.urgent(open_notices, worst, w) or urgent
    levels = [reading.alert.level for reading in found]
    behind = {
        level: tuple(
            card(
                reading,
                w,
                language,
                sentence(causes, reading.metric, language, accounts),
                next(iter(tried.get(reading.metric.metric_id, ())), ""),
            )
            for reading in found
            if reading.alert.level is level
        )
        for level in (Level.red, Level.orange, Level.yellow)
    }
    return DigestView(
        title=w["title"].format(brand=brand, report=w["report"], date=figures.short_date(day, w)),
        brand=brand,
        date=figures.long_date(day, w),
        today=figures.short_date(day, w),
        week_ago=figures.short_date(day - dt.timedelta(days=7), w),
        verdict_head=head,
        verdict_notices=counted,
        verdict_urgent=urgent,
        verdict=w["stop"].join(
            part for part in (w["comma"].join(filter(None, (head, counted))), urgent) if part
        ),
        worst=min((worst, *(n.level for n in open_notices)), key=ORDER.index).value,
        chips=tuple(chip(level, w, levels.count(level)) for level in ORDER if level in levels),
        notices=beside.rows(open_notices, tried, w),
        reds=behind[Level.red],
        oranges=behind[Level.orange],
        yellows=behind[Level.yellow],
        recovered=_recovered(found, notices, w, language),
        moves=_moves(at[0], at[7], metrics, w, language),
        rows=tuple(kpi_row(reading, w, language) for reading in found),
        not_measured=w["not_measured_line"].format(names=w["list"].join(not_measured))
        if not_measured
        else "",
        trust=trust_view(trust, day, w),
        judged_by=_judged_by(alerts, scale, w),
        definitions=_definitions(found, w, language),
    )
