"""Record actions and decisions from a run, and show what is open (floor 5)."""

from prefect import runtime, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from tasks.connections import connect
from tasks.finish import scheduled
from tasks.forms import ActionForm, DecisionForm
from tasks.logbook import write_action, write_decision
from tasks.opsdb import actions, decisions

SHOWN = 50
"""Newest decisions in the table of the UI."""
COLUMNS = {
    "zh-CN": (
        ("编号", "指标或事项", "等级", "类别", "做什么", "负责人", "截止"),
        ("编号", "日期", "决策", "决策人", "依据", "结果"),
    ),
    "en": (
        ("Id", "About", "Level", "Kind", "What", "Owner", "Due"),
        ("Id", "Date", "Decision", "By", "Evidence", "Outcome"),
    ),
}


@task(cache_policy=NO_CACHE)
def record_the_action(form: ActionForm) -> str:
    """Write an action down and show the open ones; what was done."""
    with connect() as c:
        said = write_action(c, form, scheduled())
        columns = COLUMNS[c.settings.language][0]
        rows = [
            (a.action_id, a.about, a.alert_level, a.kind.value, a.text, a.owner, str(a.due_date or ""))
            for a in actions.read(c.database, is_open=True)
        ]
    create_table_artifact([dict(zip(columns, row, strict=True)) for row in rows], key="open-actions")
    return said


@task(cache_policy=NO_CACHE)
def record_the_decision(form: DecisionForm) -> str:
    """Write a decision down and show the newest ones; what was done."""
    with connect() as c:
        said = write_decision(c, form, scheduled())
        columns = COLUMNS[c.settings.language][1]
        rows = [
            (d.decision_id, str(d.decided_on), d.title, d.decided_by, "\n".join(d.evidence), d.outcome.value)
            for d in decisions.read(c.database)[-SHOWN:]
        ]
    create_table_artifact([dict(zip(columns, row, strict=True)) for row in rows], key="decisions")
    return said


def record_name() -> str:
    """A run's name: which form, and what it is about."""
    (form,) = runtime.flow_run.parameters.values()
    said = form if isinstance(form, dict) else form.model_dump()
    about = said.get("about") or said.get("title") or said.get("action_id") or said.get("decision_id") or ""
    return f"{runtime.flow_run.flow_name}-{about[:40]}"
