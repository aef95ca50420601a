"""A prepared emergency plan for one KPI at red: what is wrong, why, and what to do first; pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.alerts.playbooks import Playbook
from tasks.records import AlertRow

WORDS = {
    "zh-CN": {
        "title": "应急预案：{name}",
        "facts": "{day} 实际 {actual}，应为 {expected}；自 {since} 起为红色。{reason}",
        "action": "方案要求：{action}。负责人 {owner}，{due} 前完成。",
        "causes": "主要原因",
        "no_cause": "暂无可拆分的原因：先做原因分析",
        "steps": "先做这些",
        "step_days": "{text}（约 {days} 天见效）",
        "no_steps": "playbooks.toml 中没有适用的做法：当天开会定出三步，并补进该文件",
        "first_day": "当天：负责人确认接手，逐条指定执行人",
        "record": "每步都登记：python -m flows record-action --about {metric} …（或用 Prefect 中的表单 record-action）",
        "done": "完成后：python -m flows record-action --action-id {id} --done --outcome …",
        "text": "启动应急预案：{steps}",
        "none": "当天开会定出三步",
    },
    "en": {
        "title": "Emergency plan: {name}",
        "facts": "On {day} {actual} instead of {expected}; red since {since}. {reason}",
        "action": "The plan asks: {action}. Owner {owner}, by {due}.",
        "causes": "Main causes",
        "no_cause": "No cause can be told apart yet: begin with the analysis",
        "steps": "Do this first",
        "step_days": "{text} (shows in about {days} days)",
        "no_steps": "playbooks.toml knows nothing for this: meet today, agree on three steps, and add them there",
        "first_day": "Today: the owner takes over and names somebody for every line",
        "record": "Record every step: python -m flows record-action --about {metric} … (or its form in Prefect)",
        "done": "At the end: python -m flows record-action --action-id {id} --done --outcome …",
        "text": "Start the emergency plan: {steps}",
        "none": "agree on three steps today",
    },
}


@dataclass(frozen=True)
class EmergencyPlan:
    """What the owner finds prepared."""

    action_id: str
    """The same for every day of one red run of a KPI."""
    text: str
    """One line, for the list of actions."""
    markdown: str
    due_date: dt.date | None


def prepared(
    row: AlertRow,
    name: str,
    figures: tuple[str, str],
    causes: Sequence[str],
    playbooks: Sequence[Playbook],
    language: str = "zh-CN",
) -> EmergencyPlan:
    """The plan for one red alert.

    Args:
        row: the alert.
        name: the KPI's name for a reader.
        figures: actual and expected, written for a reader.
        causes: why, a line each, written for a reader.
        playbooks: what fits, the best first.
        language: ``zh-CN`` or ``en``.
    """
    w = WORDS[language]
    action_id = f"e-{row.metric_id}-{row.since}"
    steps = [
        w["step_days"].format(text=p.text(language), days=p.days) if p.days else p.text(language)
        for p in playbooks
    ]
    actual, expected = figures
    facts = w["facts"].format(
        day=row.business_date, actual=actual, expected=expected, since=row.since, reason=row.reason
    )
    lines = [
        f"# {w['title'].format(name=name)}",
        "",
        facts.strip(),
        "",
        w["action"].format(action=row.action, owner=row.owner, due=row.due_date or "—"),
        "",
        f"## {w['causes']}",
        "",
        *(f"- {line}" for line in causes or [w["no_cause"]]),
        "",
        f"## {w['steps']}",
        "",
        *(f"- [ ] {line}" for line in [w["first_day"], *(steps or [w["no_steps"]])]),
        "",
        w["record"].format(metric=row.metric_id),
        "",
        w["done"].format(id=action_id),
    ]
    short = "；".join(p.text(language) for p in playbooks[:2]) or w["none"]
    return EmergencyPlan(action_id, w["text"].format(steps=short), "\n".join(lines), row.due_date)
