"""Judge progress against the brand's plan and say so when a level changes (floor 5)."""

from collections.abc import Iterable

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.alerts.plan import load_plan
from tasks.announce import announce
from tasks.calendars import Window
from tasks.explain import explained
from tasks.gauge import as_told, gauge
from tasks.measure import catalogue_of
from tasks.opsdb import alerts
from tasks.planning import note_plan
from tasks.records import AlertRow
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def judge_pace(window: Window) -> int:
    """Level of every KPI and gate on every day of the window; the number of rows written.

    An event is emitted for each change on the window's last day, so that an automation can act on it.
    """
    with unlocked() as c:
        document = c.settings.document("plan")
        plan = load_plan(document, c.settings.language)
        rows = gauge(c, plan, catalogue_of(c), window, note_plan(c, document))
        news = changes(
            alerts.of(c.database, window.last), (r for r in rows if r.business_date == window.last)
        )
        # Told before it is written down: a run killed in between tells it twice rather than never.
        why = explained(c, news)
        for row in as_told(c, news):
            announce(row, plan, why)
        alerts.write(c.database, window, rows)
    return len(rows)


def changes(told: Iterable[AlertRow], rows: Iterable[AlertRow]) -> list[AlertRow]:
    """Rows whose change was not announced by an earlier run of the same day."""
    seen = {(r.metric_id, r.level, r.changed) for r in told}
    return [r for r in rows if r.changed and (r.metric_id, r.level, r.changed) not in seen]
