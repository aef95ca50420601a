"""Write actions and decisions down, once however often the same form is handed in (floor 5).

Without Prefect, so that the terminal answers at once; ``tasks/record.py`` is the same for runs.
"""

import datetime as dt
import difflib
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tasks import calendars, serve, settings
from tasks.alerts.plan import load_plan
from tasks.calendars import ONE_DAY, business_date
from tasks.connections import Connections, connect
from tasks.errors import ConfigurationError
from tasks.forms import ActionForm, DecisionForm, chosen
from tasks.opsdb import actions, alerts, decisions
from tasks.records import Action, ActionKind, AlertRow, Decision, DecisionOutcome, Level
from tasks.reflect import citable

Form = TypeVar("Form", bound=BaseModel)
RECENT_DAYS = 30
"""How far back an alert is looked for when the form names no date."""
WORDS = {
    "zh-CN": {
        "new": "已登记行动 {id}：{about} {text}（负责人 {owner}）",
        "known": "行动 {id} 已登记过，没有重复写入",
        "done": "行动 {id} 已更新：{text}",
        "decided": "已登记决策 {id}：{title}（依据 {count} 条）",
        "decided.known": "决策 {id} 已登记过，没有重复写入",
        "reviewed": "决策 {id} 已更新：{title}",
        "no_action": "没有编号为 {id} 的行动；登记时会给出编号，也可在 open-actions 表中查看",
        "no_metric": "没有名为 {about} 的指标{near}；预警事项写成 类别:编号，如 milestone:MS-04",
        "near": "，是否想写 {names}？",
        "no_evidence": "{said} 不能作为依据{near}：请给出链接（https://…）、指标编号（oa_open_rate）、"
        "预警编号（oa_open_rate@2026-07-20、milestone:MS-04）或报告编号（digest-2026-07-20、2026-W30）；"
        "没有依据请留空",
    },
    "en": {
        "new": "action {id} recorded: {about} {text} (owner {owner})",
        "known": "action {id} was recorded before; nothing was written twice",
        "done": "action {id} updated: {text}",
        "decided": "decision {id} recorded: {title} (evidence: {count})",
        "decided.known": "decision {id} was recorded before; nothing was written twice",
        "reviewed": "decision {id} updated: {title}",
        "no_action": "no action has the id {id}; recording tells it, and the table open-actions lists them",
        "no_metric": "no metric is named {about}{near}; write a notice as kind:id, e.g. milestone:MS-04",
        "near": ", did you mean {names}?",
        "no_evidence": "{said} is no evidence{near}: give a link (https://…), a metric (oa_open_rate), an alert "
        "(oa_open_rate@2026-07-20, milestone:MS-04) or a report (digest-2026-07-20, 2026-W30); "
        "leave it empty when there is none",
    },
}


def log_action(given: Mapping[str, object]) -> str:
    """Record what was said in the terminal, where the running services look; what was done, for a reader.

    Raises:
        ConfigurationError: the form is not filled in well; the message names each option.
    """
    serve.adopt_running(settings.load())
    form = filled(ActionForm, given)
    with connect() as c:
        return write_action(c, form, calendars.now())


def log_decision(given: Mapping[str, object]) -> str:
    """The same for a decision."""
    serve.adopt_running(settings.load())
    form = filled(DecisionForm, given)
    with connect() as c:
        return write_decision(c, form, calendars.now())


def filled(form: type[Form], given: Mapping[str, object]) -> Form:
    """The form as it was filled in.

    Raises:
        ConfigurationError: it is not filled in well; the message names each option.
    """
    try:
        return form.model_validate(given)
    except ValidationError as error:
        raise ConfigurationError("; ".join(map(_fault, error.errors()))) from None


def _fault(error: Any) -> str:
    option = f"--{str(error['loc'][0]).replace('_', '-')}: " if error["loc"] else ""
    return f"{option}{error['msg'].removeprefix('Value error, ')}"


def write_action(c: Connections, form: ActionForm, moment: dt.datetime) -> str:
    """Record a new action, or what came of an earlier one; what was done, for a reader.

    Args:
        c: connections.
        form: what a person said.
        moment: when they said it; a retried run gives its scheduled start, so that it says the same twice.

    Raises:
        ConfigurationError: the metric or the action is not known.
    """
    w = WORDS[c.settings.language]
    done_at = moment if form.done else None
    if form.action_id:
        closed = actions.close(c.database, form.action_id, done_at, form.outcome)
        if closed is None:
            raise ConfigurationError(w["no_action"].format(id=form.action_id))
        return w["done"].format(id=closed.action_id, text=closed.text)
    require_known(c, form.about)
    alert = answered(c, form.about, form.alert_date, business_date(moment))
    day = form.alert_date or (alert.business_date if alert else None)
    kind = ActionKind(chosen(form.kind))
    entry = Action(
        action_id=key_of(
            "a", form.about, form.alert_date, kind, form.text, form.owner, business_date(moment)
        ),
        about=form.about,
        alert_date=day,
        alert_level=alert.level if alert else "",
        kind=kind,
        text=form.text,
        owner=form.owner,
        recorded_by=form.recorded_by,
        recorded_at=moment,
        due_date=form.due_date,
        done_at=done_at,
        outcome=form.outcome,
    )
    if not actions.record(c.database, entry):
        if done_at or form.outcome:
            actions.close(c.database, entry.action_id, done_at, form.outcome)
        return w["known"].format(id=entry.action_id)
    return w["new"].format(id=entry.action_id, about=entry.about, text=entry.text, owner=entry.owner)


def write_decision(c: Connections, form: DecisionForm, moment: dt.datetime) -> str:
    """Record a new decision, or what became known of an earlier one; what was done, for a reader.

    Raises:
        ConfigurationError: the decision is not known and the form does not tell enough to record it, or what it
            gives as evidence is none.
    """
    w, today = WORDS[c.settings.language], business_date(moment)
    require_evidence(c, form.backing)
    outcome = DecisionOutcome(chosen(form.outcome))
    reviewed_on = form.reviewed_on or (today if outcome is not DecisionOutcome.open else None)
    if form.decision_id:
        changes: dict[str, Any] = {
            name: value
            for name, value in {
                "title": form.title,
                "decided_by": form.decided_by,
                "decided_on": form.decided_on,
                "evidence": form.backing,
                "expected_effect": form.expected_effect,
                "outcome": outcome if outcome is not DecisionOutcome.open else "",
                "reviewed_on": reviewed_on,
            }.items()
            if value
        }
        known = decisions.review(c.database, form.decision_id, changes)
        if known is not None:
            return w["reviewed"].format(id=known.decision_id, title=known.title)
        if not (form.title and form.decided_by):
            raise ConfigurationError(
                f"{form.decision_id}: 没有这个编号；登记新决策还需 title 与 decided_by "
                "(no such decision; a new one needs title and decided_by)"
            )
    day = form.decided_on or today
    entry = Decision(
        decision_id=form.decision_id or key_of("d", day, "".join(form.title.split())),
        decided_on=day,
        title=form.title,
        decided_by=form.decided_by,
        evidence=form.backing,
        expected_effect=form.expected_effect,
        outcome=outcome,
        reviewed_on=reviewed_on,
        recorded_at=moment,
    )
    words = w["decided" if decisions.record(c.database, entry) else "decided.known"]
    return words.format(id=entry.decision_id, title=entry.title, count=len(entry.evidence))


def key_of(kind: str, *parts: object) -> str:
    """An id made of the content: the same form handed in twice means the same row."""
    text = "\x1f".join(map(str, parts))
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def require_known(c: Connections, about: str) -> None:
    """Refuse an action about a metric that does not exist; notices are known by their colon.

    Raises:
        ConfigurationError: no metric or KPI has that name.
    """
    if ":" in about:
        return
    plan = load_plan(c.settings.document("plan"), c.settings.language)
    known = {*plan.entries, *(entry.metric for entry in plan.relatives), *c.settings.document("metrics")}
    if about not in known:
        w = WORDS[c.settings.language]
        names = difflib.get_close_matches(about, known, n=3)
        near = w["near"].format(names=", ".join(names)) if names else ""
        raise ConfigurationError(w["no_metric"].format(about=about, near=near))


def require_evidence(c: Connections, given: Sequence[str]) -> None:
    """Refuse evidence that nobody can look up: it would count for K-18 all the same.

    Raises:
        ConfigurationError: a line is neither a link nor a known id.
    """
    if not given:
        return
    plan = load_plan(c.settings.document("plan"), c.settings.language)
    known = citable(c, plan, c.settings.document("metrics"))
    wrong = [line for line in given if not known.holds(line)]
    if wrong:
        w = WORDS[c.settings.language]
        names = difflib.get_close_matches(wrong[0], [*known.metrics, *known.alerts], n=3)
        near = w["near"].format(names=", ".join(names)).rstrip("？?") if names else ""
        raise ConfigurationError(w["no_evidence"].format(said="、".join(wrong), near=near))


def answered(c: Connections, about: str, day: dt.date | None, today: dt.date) -> AlertRow | None:
    """The alert that an action answers: that of ``day``, else the metric's newest one that is not over."""
    rows = alerts.of(c.database, day) if day else alerts.before(c.database, today + ONE_DAY, days=RECENT_DAYS)
    own = [row for row in rows if row.metric_id == about and row.level is not Level.grey]
    newest = max(own, key=lambda row: row.business_date, default=None)
    return newest if newest and newest.level is not Level.green else None
