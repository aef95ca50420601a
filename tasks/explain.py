"""Explain why the numbers behind a day's alerts moved (floor 5)."""

from collections import defaultdict
from collections.abc import Iterable

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.alerts.causes import compared, explain, to_explain
from tasks.alerts.notices.incidents import CLOCKS, Incident, longest
from tasks.calendars import Window, start_of
from tasks.connections import Connections
from tasks.measure import catalogue_of, plan_of
from tasks.opsdb import alerts, causes, metrics
from tasks.records import AlertRow, Contribution, Metric
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def explain_alerts(window: Window) -> int:
    """The causes of every orange, red and changed alert of the window's last day; the number of rows written."""
    with unlocked() as c:
        rows = alerts.of(c.database, window.last)
        return causes.write(c.database, window.last, explained(c, rows))


def explained(c: Connections, judged: Iterable[AlertRow]) -> list[Contribution]:
    """The causes of those judgements that are told with one, written down or not."""
    return causes_of(c, filter(to_explain, judged))


def causes_of(c: Connections, judged: Iterable[AlertRow]) -> list[Contribution]:
    """The causes of these judgements, whatever their level."""
    known, plan = catalogue_of(c), plan_of(c)
    rows = [row for row in judged if row.metric_id in known]
    needed = defaultdict(set)
    for row in rows:
        metric = known[row.metric_id]
        for day in (row.business_date, *compared(row, metric)):
            needed[day].add(row.metric_id)
        if metric.driver:
            needed[row.business_date].add(metric.driver)
    values = defaultdict(list)
    for day, ids in needed.items():
        for value in metrics.read(c.database, Window.of_day(day), metric_ids=ids):
            values[value.metric_id].append(value)
    share, language = float(plan.rules.complete_share), c.settings.language
    found = []
    for row in rows:
        metric = known[row.metric_id]
        own, driver = values[row.metric_id] + values[metric.driver], known.get(metric.driver)
        found += incident_of(c, row, metric) or explain(row, metric, own, share, language, driver)
    return found


def incident_of(c: Connections, row: AlertRow, metric: Metric) -> list[Contribution]:
    """The incident behind an alert of the plan's clocks; nothing of another KPI."""
    if row.metric_id not in CLOCKS:
        return []
    window = Window.ending(row.business_date, metric.window_days)
    return longest(row, incidents_of(c, window), start_of(window.start), start_of(window.end))


def incidents_of(c: Connections, window: Window) -> list[Incident]:
    """The incidents whose clock ran on some day of a window, as they stood at its end."""
    found = c.engine.query("notices/incidents", start_date=window.start, end_date=window.end).to_pylist()
    return [Incident(**row) for row in found]
