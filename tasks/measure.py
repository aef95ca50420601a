"""Measure every metric of the catalogue for a window (floor 5)."""

from collections import defaultdict
from collections.abc import Collection, Mapping

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
from tasks.records import Cell, Metric, MetricValue, Outcome, Trust, Verdict
from tasks.reflect import team_values
from tasks.sources.files.templates import templates
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def measure_metrics(window: Window) -> int:
    """Numerator, denominator, value and completeness of every metric and day; the number of values written.

    A query that names a number of the plan among its params gets it from ``tasks.alerts.constants``.
    """
    with unlocked() as c:
        known, cells, titles = catalogue_of(c), cells_of(c), titles_of(c)
        filled = cells_of(c, with_files=True)
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
            measured += values(rows, family, filled, window, c.settings.language, titles)
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


def titles_of(c: Connections) -> dict[str, str]:
    """What a reader calls each import template."""
    return {
        name: template.title_en if c.settings.language == "en" else template.title
        for name, template in templates(c.settings.document("templates")).items()
    }


def plan_of(c: Connections) -> Plan:
    """The brand's plan."""
    return load_plan(c.settings.document("plan"), c.settings.language)


def cells_of(c: Connections, *, with_files: bool = False) -> Cells:
    """The state of every cell, ready to be asked about any day and metric.

    With files, a day that an imported export tells counts as received though the interface told nothing: right for
    what the facts can tell, not for how well the interfaces were read.
    """
    known = outcomes.read(c.database)
    if with_files:
        known += told_by_files(c, {o.cell for o in known if o.verdict is Verdict.ok})
    return Cells(known, c.settings.endpoints(), c.settings.accounts(), calendars.now())


def told_by_files(c: Connections, received: Collection[Cell]) -> list[Outcome]:
    """The cells that were not received and whose figures an imported export tells."""
    cells = {
        Cell(row["account_id"], endpoint, row["business_date"])
        for template in templates(c.settings.document("templates")).values()
        if template.stands_for
        for row in c.lake.rows(template.dataset)
        for endpoint in template.stands_for
    }
    now = calendars.now()
    return [Outcome(cell, Verdict.ok, 1, cell.business_date, now) for cell in sorted(cells - set(received))]


def trust_of(c: Connections, window: Window, warnings: list[str]) -> Trust:
    """The data-trust line of the window's last day."""
    impact = Impact(catalogue_of(c), c.settings.registry(), plan_of(c).metric_ids)
    return cells_of(c).trust(window.last, warnings=warnings, language=c.settings.language, impact=impact)
