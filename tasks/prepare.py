"""Prepare an emergency plan for a KPI at red: an artifact, and an action for its owner (floor 5)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from prefect import Task, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import TaskRun
from prefect.states import State

from tasks import calendars
from tasks.alerts import playbooks
from tasks.alerts.emergency import EmergencyPlan, prepared
from tasks.alerts.plan import load_plan
from tasks.announce import entry_of, top_causes
from tasks.connections import Connections, connect
from tasks.errors import ConfigurationError, NotReady
from tasks.explain import explained
from tasks.finish import scheduled
from tasks.gauge import as_told
from tasks.measure import catalogue_of
from tasks.opsdb import actions, alerts, cases
from tasks.records import PREPARED_BY, Action, ActionKind, AlertRow, Contribution, Level, Metric
from tasks.reporting.cause_words import dimension_name, member_name, phrases
from tasks.reporting.causes import PARTS, sentence
from tasks.reporting.figures import figure, share

WAITS = [5, 10, 20, 40]
"""Seconds: the event is told before the judgement is written down, so the first look may come too early."""
SAID = {
    "zh-CN": {
        "ready": "{metric}：应急预案已备好，行动 {id}（负责人 {owner}）",
        "known": "{metric}：本轮红色的应急预案已在 {id}，没有再登记一次",
        "history": "{metric}：{day} 已是历史（最近判级 {newest}）：无需应急预案",
        "over": "{metric} 在 {day} 是 {level}，不是红色：无需应急预案",
    },
    "en": {
        "ready": "{metric}: the emergency plan is prepared, action {id} (owner {owner})",
        "known": "{metric}: this red already has its emergency plan, {id}; none was added",
        "history": "{metric}: {day} is history, {newest} was judged since: no emergency plan is needed",
        "over": "{metric} is {level} on {day}, not red: no emergency plan is needed",
    },
}


def too_early(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether the judgement may simply not be written down yet."""
    return isinstance(state.result(raise_on_failure=False), NotReady)


@task(
    cache_policy=NO_CACHE,
    retries=len(WAITS),
    retry_delay_seconds=WAITS,
    retry_condition_fn=too_early,
)
def prepare_emergency(metric: str, date: str) -> str:
    """The plan as an artifact and as one action per KPI and red run; what was done.

    Raises:
        ConfigurationError: the plan has no such KPI.
        NotReady: the KPI is not judged on that date yet.
    """
    with connect() as c:
        row = judged(c, metric, calendars.resolve_date(date, scheduled()))
        needless = why_not(c, row)
        if needless:
            return needless
        ready = plan_for(c, row)
        words = "ready" if actions.record(c.database, action_of(row, ready)) else "known"
        said = SAID[c.settings.language][words]
    key = f"emergency-plan-{metric.replace('_', '-')}"
    create_markdown_artifact(ready.markdown, key=key, description=f"{row.business_date} {row.owner}")
    return said.format(metric=metric, id=ready.action_id, owner=row.owner)


def judged(c: Connections, metric: str, day: dt.date) -> AlertRow:
    """The judgement of a KPI on a day.

    Raises:
        ConfigurationError: the plan has no such KPI.
        NotReady: it is not judged on that date yet.
    """
    if entry_of(load_plan(c.settings.document("plan"), c.settings.language), metric) is None:
        raise ConfigurationError(f"{metric}: the plan has no such KPI or gate")
    row = next((row for row in as_told(c, alerts.of(c.database, day)) if row.metric_id == metric), None)
    if row is None:
        raise NotReady(f"{metric} is not judged on {day} yet: run daily-sync for that date first")
    return row


def why_not(c: Connections, row: AlertRow) -> str:
    """Why no plan is needed, for a reader; empty when one is."""
    said, newest = SAID[c.settings.language], cases.newest_day(c.database)
    if newest and row.business_date < newest:
        return said["history"].format(metric=row.metric_id, day=row.business_date, newest=newest)
    if row.level is not Level.red:
        return said["over"].format(metric=row.metric_id, day=row.business_date, level=row.level)
    return ""


def plan_for(c: Connections, row: AlertRow) -> EmergencyPlan:
    """The plan with the alert's causes and the playbooks that fit."""
    language, definition = c.settings.language, catalogue_of(c)[row.metric_id]
    entry = entry_of(load_plan(c.settings.document("plan"), c.settings.language), row.metric_id)
    why = explained(c, [row])
    top = top_causes(why, row.metric_id)
    known = playbooks.read(c.settings.document("playbooks"), language)
    return prepared(
        row,
        entry.name(language) if entry else definition.name(language),
        (figure(row.actual, definition, language), figure(row.expected, definition, language)),
        reasons(c, definition, why, top),
        playbooks.fitting(known, row.metric_id, row.level, top),
        language,
    )


def reasons(
    c: Connections, metric: Metric, why: Sequence[Contribution], top: Sequence[Contribution]
) -> list[str]:
    """The cause in one sentence, and the first member of every breakdown by the name that a reader knows."""
    language = c.settings.language
    english, accounts = language == "en", {a.account_id: a.name for a in c.settings.accounts()}
    w = phrases(english)
    told = [sentence(why, metric, language, accounts)]
    told += [
        w["top"].format(
            dimension=dimension_name(part.dimension, english),
            member=metric.parts(language)[part.member == "denominator"]
            if part.dimension == PARTS
            else member_name(part.dimension, part.member, english, accounts),
            share=share(part.share, 0),
        )
        for part in top
        if part.member
    ]
    return [line for line in told if line]


def action_of(row: AlertRow, ready: EmergencyPlan) -> Action:
    """The plan as an action that its owner finds on the list."""
    return Action(
        action_id=ready.action_id,
        about=row.metric_id,
        alert_date=row.business_date,
        alert_level=row.level,
        kind=ActionKind.emergency_plan,
        text=ready.text,
        owner=row.owner,
        recorded_by=PREPARED_BY,
        recorded_at=scheduled(),
        due_date=ready.due_date,
    )
