"""Judge progress against the brand's plan and say so when a level changes (floor 5)."""

from collections.abc import Iterable
from itertools import groupby

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.alerts.plan import Plan, load_plan
from tasks.announce import announce
from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections
from tasks.errors import ConfigurationError
from tasks.explain import explained
from tasks.gauge import as_told, gauge
from tasks.measure import catalogue_of
from tasks.opsdb import alerts, cases, plans
from tasks.planning import note_plan
from tasks.records import AlertRow
from tasks.unlock import unlocked


@task(cache_policy=NO_CACHE)
def judge_pace(window: Window) -> int:
    """Level of every KPI and gate on every day of the window; the number of rows written.

    The newest day, and days never judged, are judged by today's plan; an earlier day keeps the version of the plan
    that judged it, whatever became of its figures: what was told of it named that version.

    An event is emitted for each change on the window's last day, so that an automation can act on it.
    """
    with unlocked() as c:
        document = c.settings.document("plan")
        plan = load_plan(document, c.settings.language)
        rows = judged(c, plan, note_plan(c, document), window)
        news = changes(
            alerts.of(c.database, window.last), (r for r in rows if r.business_date == window.last)
        )
        # Told before it is written down: a run killed in between tells it twice rather than never.
        why = explained(c, news)
        for row in as_told(c, news):
            announce(row, plan, why)
        alerts.write(c.database, window, rows)
    return len(rows)


def judged(c: Connections, plan: Plan, version: str, window: Window) -> list[AlertRow]:
    """The judgements of a window, each day by its own version of the plan; every version is read once."""
    newest = cases.newest_day(c.database)
    last = max(newest, window.last) if newest else window.last
    stored = {day: name for day, name in alerts.plan_versions(c.database, window).items() if day < last}
    others = {name: plan_of_version(c, name) for name in {*stored.values()} - {version}}
    by = {version: plan} | {name: other for name, other in others.items() if other}
    known = catalogue_of(c)
    rows: list[AlertRow] = []
    for name, run in groupby(window.days(), lambda day: stored[day] if stored.get(day) in by else version):
        days = list(run)
        rows += gauge(c, by[name], known, Window(days[0], days[-1] + ONE_DAY), name, rows)
    return rows


def plan_of_version(c: Connections, version: str) -> Plan | None:
    """The plan as it was; None when it was not kept, or this release cannot read it any more."""
    document = plans.document_of(c.database, version)
    try:
        return load_plan(document, c.settings.language) if document else None
    except ConfigurationError:
        return None


def changes(told: Iterable[AlertRow], rows: Iterable[AlertRow]) -> list[AlertRow]:
    """Rows whose change was not announced by an earlier run of the same day."""
    seen = {(r.metric_id, r.level, r.changed) for r in told}
    return [r for r in rows if r.changed and (r.metric_id, r.level, r.changed) not in seen]
