"""Measure every metric of the catalogue for a window (floor 5)."""

from collections import defaultdict
from collections.abc import Mapping

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks import calendars
from tasks.alerts.constants import constants, wanted
from tasks.alerts.plan import Plan, load_plan
from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections
from tasks.lake.queries import queries
from tasks.metrics import catalogue
from tasks.metrics.completeness import Cells
from tasks.metrics.impact import Impact
from tasks.metrics.latency import latency
from tasks.metrics.values import values
from tasks.opsdb import ledger, metric_catalogue, metrics, outcomes
from tasks.records import Metric, MetricValue, Trust
from tasks.reflect import team_values
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def measure_metrics(window: Window) -> int:
    """Numerator, denominator, value and completeness of every metric and day; the number of values written.

    A query that names a number of the plan among its params gets it from ``tasks.alerts.constants``.
    """
    with unlocked() as c:
        known, cells = catalogue_of(c), cells_of(c)
        measured = cells.values(catalogue.measured_by(known, "outcomes"), window, c.settings.language)
        measured += latencies(c, catalogue.measured_by(known, "ledger"), window)
        measured += team_values(c, known, window)
        given = {
            **constants(plan_of(c)),
            "start_date": window.start,
            "end_date": window.end,
        }
        for query in queries("metrics"):
            family = catalogue.measured_by(known, query.name.removeprefix("metrics/"))
            rows = c.engine.query(query.name, **wanted(query.params, given))
            measured += values(rows, family, cells, window, c.settings.language)
        metric_catalogue.write(c.database, known.values())
        return metrics.write(c.database, measured, window, lake_versions=c.engine.versions)


def latencies(c: Connections, family: Mapping[str, Metric], window: Window) -> list[MetricValue]:
    """How long the newest report before each day had waited for its figures."""
    told = defaultdict(list)
    for entry in ledger.entries(c.database, report="digest"):
        if entry.status == "sent" and entry.finished_at:
            told[entry.period].append(entry.finished_at)
    known = outcomes.read(c.database, since=window.start - ONE_DAY, until=window.end)
    return [
        latency(metric, day, known, told[str(day - ONE_DAY)], c.settings.language)
        for metric in family.values()
        for day in window.days()
    ]


def catalogue_of(c: Connections) -> dict[str, Metric]:
    """What every number means, by metric id."""
    return catalogue.read(c.settings.document("metrics"), c.settings.endpoints())


def plan_of(c: Connections) -> Plan:
    """The brand's plan."""
    return load_plan(c.settings.document("plan"), c.settings.language)


def cells_of(c: Connections) -> Cells:
    """The state of every cell, ready to be asked about any day and metric."""
    return Cells(outcomes.read(c.database), c.settings.endpoints(), c.settings.accounts(), calendars.now())


def trust_of(c: Connections, window: Window, warnings: list[str]) -> Trust:
    """The data-trust line of the window's last day."""
    impact = Impact(catalogue_of(c), c.settings.registry(), plan_of(c).metric_ids)
    return cells_of(c).trust(window.last, warnings=warnings, language=c.settings.language, impact=impact)
