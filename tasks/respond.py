"""Respond to an alert: acknowledge it, or snooze it until a date (floor 5)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from prefect import runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, State
from pydantic import BaseModel, ConfigDict, Field

from tasks import calendars, settings
from tasks.alerts.plan import load_plan
from tasks.connections import connect
from tasks.errors import OpsError
from tasks.forms import chosen
from tasks.opsdb import cases
from tasks.records import Case
from tasks.unlock import unlocked

WORDS = {
    "zh-CN": {
        "red": "红",
        "orange": "橙",
        "yellow": "黄",
        "green": "绿",
        "since": "{day} 起",
        "due": "期限 {day}",
        "seen": "{who} 已确认",
        "snoozed": "暂缓至 {day}（{who}：{why}）",
        "escalated": "{day} 已升级",
        "none": "没有未恢复的预警",
    },
    "en": {
        "red": "red",
        "orange": "orange",
        "yellow": "yellow",
        "green": "green",
        "since": "since {day}",
        "due": "due {day}",
        "seen": "acknowledged by {who}",
        "snoozed": "snoozed until {day} ({who}: {why})",
        "escalated": "escalated {day}",
        "none": "no alert is open",
    },
}


def choices() -> list[str]:
    """The plan's KPIs as a form shows them; none while the plan is broken, which `plan check` tells of."""
    try:
        here = settings.load()
        plan = load_plan(here.document("plan"), here.language)
    except OpsError:
        return []
    return [f"{entry.name(here.language)} · {entry.metric}" for entry in plan.watched]


def _listed(schema: dict[str, Any]) -> None:
    known = choices()
    if known:
        schema["items"]["enum"] = known


Numbers = Annotated[
    str,
    Field(
        default="",
        title="预警编号",
        description="从消息中的链接打开时已填好；如 oa_open_rate milestone:MS-04，多个用空格隔开",
    ),
]
Alerts = Annotated[
    list[str],
    Field(default=[], title="或选择指标", description="可多选", json_schema_extra=_listed),
]
Name = Annotated[str, Field(title="姓名", description="显示在预警旁边", min_length=1)]


class Response(BaseModel):
    """What every response says: which alerts, and who."""

    model_config = ConfigDict(extra="forbid")

    numbers: Numbers
    alerts: Alerts
    by: Name

    @property
    def meant(self) -> list[str]:
        """The alerts meant, by key."""  # not `keys`: Prefect would take the model for a mapping
        return keys_of(self.numbers, self.alerts)


def keys_of(numbers: str, alerts: Iterable[str]) -> list[str]:
    """The keys among what was written into a form and what was chosen from its list."""
    return [*numbers.split(), *map(chosen, alerts)]


class Acknowledgement(Response):
    """The form of ``acknowledge-alert``."""

    note: str = Field(default="", title="说明", description="打算怎么处理；会显示在之后的预警中")


class Snooze(Response):
    """The form of ``snooze-alert``."""

    until: dt.date = Field(title="恢复提醒日期", description="从这一天起重新提醒；最长 90 天")
    reason: str = Field(title="原因", description="为什么可以暂缓；变差或恢复仍会通知", min_length=1)


@task(cache_policy=NO_CACHE)
def acknowledge_alerts(given: Acknowledgement) -> list[Case]:
    """Write down who has seen these alerts."""
    with unlocked() as c:
        return cases.acknowledge(c.database, given.meant, by=given.by, note=given.note)


@task(cache_policy=NO_CACHE)
def snooze_alerts(given: Snooze) -> list[Case]:
    """Silence these alerts until a date, for a reason."""
    today = calendars.business_date(calendars.now())
    with unlocked() as c:
        return cases.snooze(
            c.database, given.meant, until=given.until, reason=given.reason, by=given.by, today=today
        )


def response_name() -> str:
    """A run's name with the alerts it is about, e.g. ``acknowledge-alert-oa_open_rate``."""
    (given,) = runtime.flow_run.parameters.values()
    fields = given.model_dump() if isinstance(given, BaseModel) else given
    keys = keys_of(fields.get("numbers", ""), fields.get("alerts", ()))
    return "-".join([str(runtime.flow_run.flow_name), *keys])


def told(done: Sequence[Case]) -> State[str]:
    """The run's last word: where each alert stands now."""
    return Completed(message="; ".join(map(sentence, done)))


def open_alerts() -> list[str]:
    """Every alert that is behind, a line each, the worst first."""
    with connect() as c:
        return [sentence(case) for case in cases.open_cases(c.database)] or [
            WORDS[c.settings.language]["none"]
        ]


def sentence(case: Case) -> str:
    """Where one alert stands, in the reader's language."""
    here = settings.load()
    w = WORDS[here.language]
    plan = load_plan(here.document("plan"), here.language)
    entry, owner = plan.entries.get(case.key), plan.owners.get(case.owner)
    said = [
        f"{w[case.level.value]} {case.key}{f' {entry.name(here.language)}' if entry else ''}",
        w["since"].format(day=case.since),
        owner.name(here.language) if owner else case.owner,
        w["due"].format(day=case.due_date) if case.due_date else "",
        w["seen"].format(who=case.acknowledged_by) if case.acknowledged_by else "",
        w["snoozed"].format(day=case.snoozed_until, who=case.snoozed_by, why=case.snooze_reason)
        if case.snoozed_until
        else "",
        w["escalated"].format(day=case.escalated_on) if case.escalated_on else "",
    ]
    return " · ".join(part for part in said if part)
