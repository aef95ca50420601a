"""Notice what needs a person beside the KPIs: milestones, budgets, incidents, churn (floor 5)."""

import datetime as dt

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.alerts.notices import budgets, churn, incidents, milestones, mixes
from tasks.alerts.notices.drafts import Draft
from tasks.alerts.notices.timeline import settled
from tasks.alerts.plan import Plan
from tasks.calendars import SHANGHAI, Window
from tasks.connections import Connections
from tasks.measure import catalogue_of, plan_of
from tasks.opsdb import alerts, metrics, notices
from tasks.reporting.cause_words import MEMBERS
from tasks.unlock import unlocked

REMEMBERED = 60
"""Days that a notice may have been left unnoticed and still be the same one."""


@task(cache_policy=NO_CACHE)
def notice_risks(window: Window) -> int:
    """The notices of the window's last day, written in place of what that day said before; how many."""
    day = window.last
    with unlocked() as c:
        plan = plan_of(c)
        language = c.settings.language
        before = notices.before(c.database, day, REMEMBERED)
        rows = settled(drafts_of(c, plan, day), before, day, plan, language)
        return notices.write(c.database, day, rows)


def drafts_of(c: Connections, plan: Plan, day: dt.date) -> list[Draft]:
    """Everything that the day's figures give reason to notice."""
    language, catalogue, today = c.settings.language, catalogue_of(c), Window.of_day(day)
    values = metrics.read(c.database, today, account_id="*")
    tasks = [milestones.Deliverable(**row) for row in c.engine.query("notices/deliverables").to_pylist()]
    running = c.engine.query("notices/incidents", start_date=today.start, end_date=today.end).to_pylist()
    ends_at = dt.datetime.combine(today.end, dt.time(), SHANGHAI)
    leaving = metrics.read(
        c.database, Window.ending(day, churn.NEW + churn.FORMER), metric_ids=churn.MEASURED, account_id="*"
    )
    return [
        *milestones.milestones(
            plan,
            day,
            {value.metric_id: value for value in values if not value.dimension},
            {row.metric_id: row for row in alerts.of(c.database, day)},
            tasks,
            catalogue,
            language,
        ),
        *budgets.budgets(plan, values, language),
        *mixes.mixes(plan, values, types(language), language),
        *incidents.incidents(plan, [incidents.Incident(**row) for row in running], ends_at, language),
        *churn.churn(
            plan, day, leaving, {m: metric.name(language) for m, metric in catalogue.items()}, language
        ),
    ]


def types(language: str) -> dict[str, str]:
    """What a reader calls each type and layer of content."""
    named = MEMBERS["content_type"] | MEMBERS["pyramid_layer"]
    return {member: name[language == "en"] for member, name in named.items()}
