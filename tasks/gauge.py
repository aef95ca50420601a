"""Gauge progress: what is measured held against the plan, without writing anything (floor 5).

Prefect is not needed, so a person can ask from a terminal what a run would say.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from tasks.alerts import relatives
from tasks.alerts.judge import HISTORY_DAYS, MEMORY_DAYS, by_day, judge_series
from tasks.alerts.life import due_date_of, key_of
from tasks.alerts.plan import Plan
from tasks.calendars import Window
from tasks.connections import Connections
from tasks.measure import plan_of
from tasks.opsdb import alerts, cases, metrics
from tasks.records import AlertRow, Metric, MetricValue, Notice

Judged = TypeVar("Judged", AlertRow, Notice)


def gauge(
    c: Connections,
    plan: Plan,
    known: Mapping[str, Metric],
    window: Window,
    plan_version: str,
    earlier: Sequence[AlertRow] = (),
) -> list[AlertRow]:
    """The judgement of every KPI and gate on every day of the window, from what the ops database holds.

    Args:
        c: connections.
        plan: judges.
        known: the catalogue.
        window: the business dates judged.
        plan_version: of the plan.
        earlier: new judgements of the days right before the window, oldest first; they stand for what is stored.
    """
    history = Window(window.start - dt.timedelta(days=HISTORY_DAYS), window.end)
    judged_ids = [*plan.metric_ids, *(entry.metric for entry in relatives.judged(plan, known))]
    return judge_series(
        plan,
        by_day(
            metrics.read(c.database, history, metric_ids=judged_ids, account_id=metrics.BRAND, dimension="")
        ),
        [*remembered(c, window, earlier), *earlier],
        baselines(c, plan),
        known,
        window,
        c.settings.language,
        frozen=frozen(c, plan, known),
        plan_version=plan_version,
    )


def remembered(c: Connections, window: Window, earlier: Sequence[AlertRow]) -> list[AlertRow]:
    """What is stored of the days before the window, without those judged anew."""
    until = earlier[0].business_date if earlier else window.start
    rows = alerts.before(c.database, window.start, days=MEMORY_DAYS)
    return [row for row in rows if row.business_date < until]


def as_told(c: Connections, rows: Iterable[Judged]) -> list[Judged]:
    """The rows with what people are told: the owner by name, and a due date that nobody missed before they knew."""
    known, owners, language = cases.cases(c.database), plan_of(c).owners, c.settings.language
    names = {key: owner.name(language) for key, owner in owners.items()}
    return [
        replace(row, owner=names.get(row.owner, row.owner), due_date=due_date_of(row, known.get(key_of(row))))
        for row in rows
    ]


def baselines(c: Connections, plan: Plan) -> dict[str, float]:
    """Start values that the plan leaves to the data: the mean of each metric's first week from the start date on."""
    found = {}
    for metric_id in plan.measured_baselines:
        first = metrics.first_value(c.database, metric_id, plan.brand.start_date)
        if first is not None:
            week = Window(first.business_date, first.business_date + dt.timedelta(days=7))
            found[metric_id] = relatives.start_value(_of_brand(c, metric_id, week))
    return {metric_id: value for metric_id, value in found.items() if value is not None}


def frozen(c: Connections, plan: Plan, known: Mapping[str, Metric]) -> dict[str, relatives.Frozen]:
    """Baselines of relative targets that the plan leaves to the data: the mean of each metric's first quarter."""
    found = {}
    for metric_id in relatives.awaiting(plan, known):
        first = metrics.first_value(c.database, metric_id, plan.brand.start_date)
        if first is not None:
            quarter = relatives.quarter_from(first.business_date)
            found[metric_id] = relatives.frozen(_of_brand(c, metric_id, quarter), quarter)
    return {metric_id: baseline for metric_id, baseline in found.items() if baseline is not None}


def _of_brand(c: Connections, metric_id: str, window: Window) -> list[MetricValue]:
    return metrics.read(c.database, window, metric_ids=[metric_id], account_id=metrics.BRAND, dimension="")
