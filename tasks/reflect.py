"""Measure the team's own numbers from the ops database (floor 5): decisions, answers to alerts, worth of reds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from tasks.alerts.entries import Kpi
from tasks.alerts.notices.milestones import AHEAD
from tasks.alerts.plan import Plan, load_plan
from tasks.calendars import Window, start_of
from tasks.connections import Connections
from tasks.metrics import catalogue
from tasks.metrics.decisions import evidence_share, logged
from tasks.metrics.evidence import Citable
from tasks.metrics.precision import HORIZON_DAYS, STALE_DAYS, precision
from tasks.metrics.responses import MATURITY_DAYS, SAME_SIGNAL, response_hours, signals
from tasks.opsdb import actions, cases, decisions, ledger
from tasks.records import Level, Metric, MetricValue

IMPORTED = "land_decision"


def team_values(c: Connections, known: Mapping[str, Metric], window: Window) -> list[MetricValue]:
    """Values of every metric that the catalogue measures from ``decisions``, ``actions`` or ``alerts``."""
    plan = load_plan(c.settings.document("plan"), c.settings.language)
    return [
        *_decided(c, citable(c, plan, known), catalogue.measured_by(known, "decisions"), window),
        *_answered(c, catalogue.measured_by(known, "actions"), window),
        *_warned(c, plan, catalogue.measured_by(known, "alerts"), window),
    ]


def citable(c: Connections, plan: Plan, metrics: Iterable[str]) -> Citable:
    """What a decision may rest on: metrics, the plan's entries, and whatever was warned of."""
    entries = {*plan.entries, *(entry.metric for entry in plan.relatives)}
    keys = {
        *(f"milestone:{stone.id}" for stone in plan.milestones),
        *(f"budget:{line.id}" for line in plan.budget),
        *(f"mix:{mix.id}" for mix in plan.mixes),
    }
    return Citable(metrics={*metrics, *entries}, alerts={*keys, *cases.cases(c.database)})


def _decided(
    c: Connections, known: Citable, family: Mapping[str, Metric], window: Window
) -> Iterator[MetricValue]:
    for metric in family.values():
        since = window.start - timedelta(days=metric.window_days)
        log = logged(decisions.read(c.database, since, window.end), c.lake.rows(IMPORTED), known)
        for day in window.days():
            yield evidence_share(metric, day, log, c.settings.language)


def _answered(c: Connections, family: Mapping[str, Metric], window: Window) -> Iterator[MetricValue]:
    for metric in family.values():
        back = Window(window.start - timedelta(days=metric.window_days + MATURITY_DAYS), window.end)
        found = signals(
            cases.told(c.database, back),
            ledger.arrivals(c.database, back),
            actions.read(c.database, since=start_of(back.start) - SAME_SIGNAL),
            c.lake.rows(IMPORTED),
        )
        for day in window.days():
            yield response_hours(metric, day, found, c.settings.language)


def _warned(
    c: Connections, plan: Plan, family: Mapping[str, Metric], window: Window
) -> Iterator[MetricValue]:
    for metric in family.values():
        back = timedelta(days=metric.window_days + max(HORIZON_DAYS, AHEAD) + STALE_DAYS)
        since = Window(window.start - back, window.end)
        due = {f"milestone:{stone.id}": plan.date_of(stone.month) for stone in plan.milestones}
        # A budget that is overspent, an incident and churn are facts: there is nothing to be right about.
        reds = [
            alert
            for alert in actions.raised(c.database, since)
            if alert.level == Level.red and (":" not in alert.metric_id or alert.metric_id in due)
        ]
        missed = actions.missed(c.database, {alert.metric_id for alert in reds}, since)
        checkpoints = {
            kpi.metric: [plan.date_of(point.month) for point in kpi.points]
            for kpi in plan.entries.values()
            if isinstance(kpi, Kpi)
        }
        for day in window.days():
            yield precision(metric, day, reds, missed, checkpoints, c.settings.language, deadlines=due)
