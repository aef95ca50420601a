"""Notice what needs a person beside the KPIs: milestones, budgets, mixes, incidents, churn (floor 5)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.alerts.memory import SEVERITY
from tasks.alerts.notices import budgets, churn, incidents, milestones, mixes
from tasks.alerts.notices.drafts import Draft
from tasks.alerts.notices.timeline import over, settled, standing
from tasks.alerts.plan import Plan
from tasks.announce import announce_notice
from tasks.calendars import Window, start_of
from tasks.connections import Connections
from tasks.explain import causes_of, incidents_of
from tasks.measure import catalogue_of, plan_of
from tasks.opsdb import alerts, metrics, notices
from tasks.records import AlertRow, Level, MetricValue, Notice
from tasks.reporting.cause_words import MEMBERS
from tasks.reporting.causes import sentence
from tasks.unlock import unlocked

REMEMBERED = 60
"""Days that a notice may have been left unnoticed and still be the same one."""
BECAUSE = {"zh-CN": "原因（{name}）：{text}。", "en": " Cause ({name}): {text}."}


@task(cache_policy=NO_CACHE)
def notice_risks(window: Window) -> int:
    """The notices of the window's last day, written in place of what that day said before; how many.

    An event is emitted for each that is new or changed, so that an automation can act on it.
    """
    day = window.last
    with unlocked() as c:
        plan = plan_of(c)
        return len(noticed(c, plan, day, drafts_of(c, plan, day)))


def noticed(
    c: Connections, plan: Plan, day: dt.date, drafts: Iterable[Draft], kinds: Collection[str] | None = None
) -> list[Notice]:
    """A day's notices, all or those of some kinds, told as events and written down; what they are.

    What an earlier run of the day was the first to notice and this one does not is over: whoever was told must hear
    of it.
    """
    language = c.settings.language
    earlier = {n.key: n for n in notices.of(c.database, day) if kinds is None or n.kind in kinds}
    before = [n for n in notices.before(c.database, day, REMEMBERED) if kinds is None or n.kind in kinds]
    rows = settled(drafts, before, day, plan, language)
    settling = standing(before, day).keys() | {row.key for row in rows}
    gone = (n for key, n in earlier.items() if key not in settling)
    rows += [n if n.level is Level.green else over(n, day, language) for n in gone]
    told = {(n.key, n.level, n.changed) for n in earlier.values()}
    for row in rows:
        if row.changed and (row.key, row.level, row.changed) not in told:
            announce_notice(row, plan)
    notices.write(c.database, day, rows, kinds)
    return rows


def drafts_of(c: Connections, plan: Plan, day: dt.date) -> list[Draft]:
    """Everything that the day's figures give reason to notice."""
    language, catalogue, today = c.settings.language, catalogue_of(c), Window.of_day(day)
    values = metrics.read(c.database, today, account_id="*")
    tasks = [milestones.Deliverable(**row) for row in c.engine.query("notices/deliverables").to_pylist()]
    judged = {row.metric_id: row for row in alerts.of(c.database, day)}
    leaving = metrics.read(
        c.database, Window.ending(day, churn.NEW + churn.FORMER), metric_ids=churn.MEASURED, account_id="*"
    )
    stones = milestones.milestones(
        plan,
        day,
        {value.metric_id: value for value in values if not value.dimension},
        judged,
        tasks,
        catalogue,
        language,
        since_due(c, plan, day),
    )
    return [
        *with_causes(c, plan, stones, judged),
        *budgets.budgets(plan, values, spending_of(c, plan, day), language),
        *mixes.mixes(plan, values, types(language), language),
        *incidents.incidents(plan, incidents_of(c, today), start_of(today.end), language),
        *churn.churn(
            plan, day, leaving, {m: metric.name(language) for m, metric in catalogue.items()}, language
        ),
    ]


def since_due(c: Connections, plan: Plan, day: dt.date) -> list[MetricValue]:
    """The values of what milestones ask for, from the day the first of them was due."""
    dues = [(plan.date_of(stone.month), aim.metric) for stone in plan.milestones for aim in stone.aims]
    past = [(due, metric) for due, metric in dues if due <= day]
    if not past:
        return []
    window, asked = Window(min(past)[0], Window.of_day(day).end), {metric for _, metric in past}
    return metrics.read(c.database, window, metric_ids=asked, account_id="*", dimension="")


def spending_of(c: Connections, plan: Plan, day: dt.date) -> list[budgets.Entry]:
    """The spend ledger of the running year of the plan, up to a day."""
    start = budgets.year_start(plan, day)
    if start is None:
        return []
    rows = c.engine.query("notices/spending", start_date=start, end_date=Window.of_day(day).end).to_pylist()
    return [budgets.Entry(**row) for row in rows]


def with_causes(
    c: Connections, plan: Plan, drafts: Iterable[Draft], judged: Mapping[str, AlertRow]
) -> list[Draft]:
    """Milestones with the cause of the number that is furthest behind among those they ask for."""
    language, catalogue = c.settings.language, catalogue_of(c)
    aims = {f"{milestones.KIND}:{s.id}": [aim.metric for aim in s.aims] for s in plan.milestones}
    worst = {draft.key: row for draft in drafts if (row := worst_of(aims.get(draft.key, ()), judged))}
    why = causes_of(c, {row.metric_id: row for row in worst.values()}.values())
    accounts = {account.account_id: account.name for account in c.settings.accounts()}
    found = []
    for draft in drafts:
        metric = catalogue[worst[draft.key].metric_id] if draft.key in worst else None
        text = sentence(why, metric, language, accounts) if metric else ""
        cause = BECAUSE[language].format(name=metric.name(language), text=text) if metric and text else ""
        found.append(replace(draft, reason=draft.reason + cause))
    return found


def worst_of(metric_ids: Iterable[str], judged: Mapping[str, AlertRow]) -> AlertRow | None:
    """The judgement that is furthest behind among some metrics; None when none is."""
    rows = [row for metric_id in metric_ids if (row := judged.get(metric_id))]
    behind = [row for row in rows if SEVERITY.get(row.level, 0) > 0]
    return max(behind, key=lambda row: (SEVERITY[row.level], row.lag or 0.0, row.metric_id), default=None)


def types(language: str) -> dict[str, str]:
    """What a reader calls each type and layer of content."""
    named = MEMBERS["content_type"] | MEMBERS["pyramid_layer"]
    return {member: name[language == "en"] for member, name in named.items()}
