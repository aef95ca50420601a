"""Explain why the numbers behind a day's alerts moved (floor 5)."""

from collections import defaultdict
from collections.abc import Iterable

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.alerts.causes import compared, explain, to_explain
from tasks.calendars import Window
from tasks.connections import Connections
from tasks.measure import catalogue_of, plan_of
from tasks.opsdb import alerts, causes, metrics
from tasks.records import AlertRow, Contribution
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def explain_alerts(window: Window) -> int:
    """The causes of every orange, red and changed alert of the window's last day; the number of rows written."""
    with unlocked() as c:
        rows = alerts.of(c.database, window.last)
        return causes.write(c.database, window.last, explained(c, rows))


def explained(c: Connections, judged: Iterable[AlertRow]) -> list[Contribution]:
    """The causes of those judgements that are told with one, written down or not."""
    known, plan = catalogue_of(c), plan_of(c)
    rows = [row for row in judged if row.metric_id in known and to_explain(row)]
    needed = defaultdict(set)
    for row in rows:
        for day in (row.business_date, *compared(row, known[row.metric_id])):
            needed[day].add(row.metric_id)
    values = defaultdict(list)
    for day, ids in needed.items():
        for value in metrics.read(c.database, Window.of_day(day), metric_ids=ids):
            values[value.metric_id].append(value)
    share, language = float(plan.rules.complete_share), c.settings.language
    return [
        cause
        for row in rows
        for cause in explain(row, known[row.metric_id], values[row.metric_id], share, language)
    ]
