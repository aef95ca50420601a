"""Judge progress against the brand's plan and say so when a level changes (floor 5)."""

from collections.abc import Iterable

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from tasks.alerts.judge import by_day, judge_series
from tasks.alerts.plan import Plan, load_plan
from tasks.calendars import Window
from tasks.connections import Connections
from tasks.measure import catalogue_of
from tasks.opsdb import alerts, metrics
from tasks.records import AlertRow
from tasks.unlock import unlocked

EVENT = "wechat-ops.alert.level-changed"


@task(cache_policy=NO_CACHE)
def judge_pace(window: Window) -> int:
    """Level of every KPI and gate on every day of the window; the number of rows written.

    An event is emitted for each change on the window's last day, so that an automation can act on it.
    """
    with unlocked() as c:
        plan = load_plan(c.settings.document("plan"))
        rows = judge_series(
            plan,
            by_day(metrics.read(c.database, window, metric_ids=plan.metric_ids, account_id="*")),
            alerts.before(c.database, window.start, days=45),
            baselines(c, plan),
            catalogue_of(c),
            window,
            c.settings.language,
        )
        news = changes(
            alerts.of(c.database, window.last), (r for r in rows if r.business_date == window.last)
        )
        # Told before it is written down: a run killed in between tells it twice rather than never.
        for row in news:
            announce(row)
        alerts.write(c.database, window, rows)
    return len(rows)


def baselines(c: Connections, plan: Plan) -> dict[str, float]:
    """Start values that the plan leaves to the data: each metric's first value on or after the start date."""
    found = {m: metrics.first_value(c.database, m, plan.brand.start_date) for m in plan.measured_baselines}
    return {m: v.value for m, v in found.items() if v is not None and v.value is not None}


def changes(told: Iterable[AlertRow], rows: Iterable[AlertRow]) -> list[AlertRow]:
    """Rows whose change was not announced by an earlier run of the same day."""
    seen = {(r.metric_id, r.level, r.changed) for r in told}
    return [r for r in rows if r.changed and (r.metric_id, r.level, r.changed) not in seen]


def announce(row: AlertRow) -> None:
    """One event per level change, with what an automation or a person needs to act."""
    emit_event(
        event=EVENT,
        resource={
            "prefect.resource.id": f"wechat-ops.metric.{row.metric_id}",
            "prefect.resource.name": row.metric_id,
            "wechat-ops.level": row.level,
            "wechat-ops.change": row.changed,
        },
        payload={
            "business_date": row.business_date.isoformat(),
            "actual": row.actual,
            "expected": row.expected,
            "lag": row.lag,
            "owner": row.owner,
            "action": row.action,
            "due_date": row.due_date.isoformat() if row.due_date else None,
        },
    )
