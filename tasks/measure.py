"""Measure every metric of the catalogue for a window (floor 5)."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.calendars import Window
from tasks.connections import Connections
from tasks.lake.queries import queries
from tasks.metrics import catalogue
from tasks.metrics.completeness import Cells
from tasks.metrics.latency import latency
from tasks.metrics.values import values
from tasks.opsdb import ledger, metrics, outcomes
from tasks.records import Metric, MetricValue, Trust
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def measure_metrics(window: Window) -> int:
    """Numerator, denominator, value and completeness of every metric and day; the number of values written."""
    with unlocked() as c:
        known, cells = catalogue_of(c), cells_of(c)
        measured = cells.values(catalogue.measured_by(known, "outcomes"), window, c.settings.language)
        for query in queries("metrics"):
            family = catalogue.measured_by(known, query.name.removeprefix("metrics/"))
            rows = c.engine.query(query.name, start_date=window.start, end_date=window.end)
            measured += values(rows, family, cells, window, c.settings.language)
        return metrics.write(c.database, measured, window)


@task(cache_policy=NO_CACHE)
def measure_latency(window: Window) -> int:
    """Minutes from the last source being ready to the first delivered digest, for the window's last day."""
    with unlocked() as c:
        told = ledger.entries(c.database, report="digest", period=str(window.last))
        delivered = [entry.finished_at for entry in told if entry.status == "sent" and entry.finished_at]
        measured: list[MetricValue] = [
            latency(
                metric,
                window.last,
                outcomes.read(c.database, since=window.last, until=window.end),
                delivered,
                c.settings.language,
            )
            for metric in catalogue.measured_by(catalogue_of(c), "ledger").values()
        ]
        return metrics.write(c.database, measured, Window.of_day(window.last))


def catalogue_of(c: Connections) -> dict[str, Metric]:
    """What every number means, by metric id."""
    return catalogue.read(c.settings.document("metrics"), c.settings.endpoints())


def cells_of(c: Connections) -> Cells:
    """The state of every cell, ready to be asked about any day and metric."""
    return Cells(outcomes.read(c.database), c.settings.endpoints(), c.settings.accounts())


def trust_of(c: Connections, window: Window, warnings: list[str]) -> Trust:
    """The data-trust line of the window's last day."""
    return cells_of(c).trust(window.last, warnings=warnings, language=c.settings.language)
