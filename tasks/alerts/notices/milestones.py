"""Milestones: numbers that will not be there in time, and deliverables whose tasks are behind.

A number is warned of from :data:`AHEAD` days before it is due; a deliverable as soon as one of its tasks is late. A
number that was there on its day, or on one since, is done: what it does afterwards is its KPI's matter.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from tasks.alerts.curves import EXACT, known
from tasks.alerts.entries import Aim, Milestone
from tasks.alerts.lag import level_of
from tasks.alerts.memory import SEVERITY
from tasks.alerts.notes import amount, gap
from tasks.alerts.notices.drafts import Draft, dated, owner_of
from tasks.alerts.plan import Plan
from tasks.records import AlertRow, Level, Metric, MetricValue

KIND = "milestone"
AHEAD = 90
"""Days before its due date from which a number is warned of: the pace of the KPI itself is judged all the time."""
NO_TASKS_AHEAD = 30
"""Days before its due date from which a deliverable that no task stands for is asked about."""
DONE, DROPPED = "done", "dropped"
WORDS = {
    "zh-CN": {
        "title": "里程碑 {id}：{name}",
        "due": "{date}到期（还有 {days} 天）",
        "overdue": "{date}已到期（超期 {days} 天）",
        "short": "{name} 目前 {actual}，要求{side} {wanted}，差 {gap}",
        "lands": "，按此速度要到 {date} 才达到（晚 {days} 天）", "never": "，按此速度计划期内到不了",
        "range": "，到期时预计 {low}～{high}（八成把握）",
        "unknown": "{name} 没有可用数值，无法判断是否达到{side} {wanted}",
        "tasks": "{all} 项任务完成 {done} 项；应完成而未完成 {late} 项：{titles}",
        "blocked": "；受阻：{blockers}",
        "no_tasks": "项目工具中没有任务关联此里程碑，无法判断交付物是否完成；请在任务的“里程碑”列写 {id}",
        "at_least": "不低于", "at_most": "不高于", "and": "；", "list": "、", "stop": "。",
    },
    "en": {
        "title": "Milestone {id}: {name}",
        "due": "Due on {date} (in {days} days)",
        "overdue": "Was due on {date} ({days} days ago)",
        "short": "{name} is {actual}, {side} {wanted} is asked, short by {gap}",
        "lands": ", at this pace there on {date} ({days} days late)", "never": ", at this pace never within the plan",
        "range": ", {low} to {high} expected by then (80 %)",
        "unknown": "{name} has no usable value, so nobody can tell whether it is {side} {wanted}",
        "tasks": "{done} of {all} tasks are done; {late} should be and are not: {titles}",
        "blocked": "; blocked: {blockers}",
        "no_tasks": "no task of the project tool belongs to it, so nobody can tell whether it will be delivered; "
        "write {id} into the milestone column of its tasks",
        "at_least": "at least", "at_most": "at most", "and": "; ", "list": ", ", "stop": ".",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Deliverable:
    """One task of the project tool, as ``sql/notices/deliverables.sql`` tells it."""

    task_id: str
    milestone: str
    title: str
    owner: str | None
    status: str
    due_date: dt.date | None
    done_date: dt.date | None
    blocker: str | None

    def is_done(self, day: dt.date) -> bool:
        """Whether it was done by the end of ``day``; a task done without a date counts from the first day."""
        return self.status == DONE and (self.done_date is None or self.done_date <= day)


def milestones(
    plan: Plan,
    day: dt.date,
    values: Mapping[str, MetricValue],
    judged: Mapping[str, AlertRow],
    tasks: Collection[Deliverable],
    metrics: Mapping[str, Metric],
    language: str,
    told: Iterable[MetricValue] = (),
) -> list[Draft]:
    """A draft for every milestone that is in danger or overdue.

    Args:
        plan: the brand's plan.
        day: the business date.
        values: the brand's own values of the day by metric.
        judged: the day's judgements by metric.
        tasks: tasks of the project tool.
        metrics: the catalogue; it names what has no KPI.
        language: ``zh-CN`` or ``en``.
        told: the brand's own values of the days up to this one on which a milestone was due or overdue.
    """
    drafts, told = [], list(told)
    for stone in plan.milestones:
        due = plan.date_of(stone.month)
        faults = [
            fault
            for aim in stone.aims
            if not aim.each
            and not _reached(plan, aim, due, told)
            and (fault := _number(plan, aim, due, day, values.get(aim.metric), judged, metrics, language))
        ]
        if stone.deliverable and (fault := _tasks(stone, due, day, tasks, language)):
            faults.append(fault)
        if faults:
            drafts.append(_draft(plan, stone, due, day, faults, language))
    return drafts


def _draft(
    plan: Plan, stone: Milestone, due: dt.date, day: dt.date, faults: list[tuple[Level, str]], language: str
) -> Draft:
    words = WORDS[language]
    when = "due" if day < due else "overdue"
    told = words[when].format(date=dated(due, language), days=abs((due - day).days))
    sentences = [told, *(text for _, text in faults)]
    return Draft(
        key=f"{KIND}:{stone.id}",
        kind=KIND,
        level=max((level for level, _ in faults), key=SEVERITY.__getitem__),
        title=words["title"].format(id=stone.id, name=stone.name(language)),
        reason=words["and"].join(sentences) + words["stop"],
        owner=owner_of(plan, stone.owner),
    )


def _reached(plan: Plan, aim: Aim, due: dt.date, told: Iterable[MetricValue]) -> bool:
    """Whether a number was there on the day it was due, or on any day since."""
    wanted, rising = plan.scaled(aim.limit, aim.unit), aim.at_least is not None
    since = (v for v in told if v.metric_id == aim.metric and v.business_date >= due and v.status != "grey")
    known_since = (actual for value in since if (actual := known(value.value)) is not None)
    return any(actual >= wanted if rising else actual <= wanted for actual in known_since)


def _number(
    plan: Plan,
    aim: Aim,
    due: dt.date,
    day: dt.date,
    value: MetricValue | None,
    judged: Mapping[str, AlertRow],
    metrics: Mapping[str, Metric],
    language: str,
) -> tuple[Level, str] | None:
    """What is wrong with one number of a milestone; null when nothing is, or it is too early to tell."""
    left = (due - day).days
    limit = aim.at_least if aim.at_least is not None else aim.at_most
    if left > AHEAD or limit is None:
        return None
    words, rising = WORDS[language], aim.at_least is not None
    wanted = plan.scaled(limit, aim.unit)
    entry, metric = plan.entries.get(aim.metric), metrics.get(aim.metric)
    name = entry.name(language) if entry else metric.name(language) if metric else aim.metric
    said = {
        "name": name,
        "side": words["at_least" if rising else "at_most"],
        "wanted": amount(wanted, aim.unit, language),
    }
    actual = known(value.value) if value is not None and value.status != "grey" else None
    if actual is None:
        # Before it is due a number may come yet; afterwards nobody knows whether it is there.
        return (Level.yellow, words["unknown"].format(**said)) if left <= 0 else None
    row = judged.get(aim.metric)
    about = row if row is not None and (row.next_date, row.next_value) == (due, float(wanted)) else None
    with localcontext(EXACT):
        short = (wanted - actual if rising else actual - wanted) / (abs(wanted) or Decimal(1))
    if short <= 0:
        return None
    if left <= 0:
        level = max(level_of(short, plan.thresholds), Level.yellow, key=SEVERITY.__getitem__)
    elif row is not None:
        level = row.level
        if level is Level.green and about and _misses(about, wanted, rising):
            level = Level.yellow
    else:
        level = _on_the_way(plan, due, day, short)
    if SEVERITY.get(level, 0) == 0:
        return None
    text = words["short"].format(**said, actual=amount(actual, aim.unit, language), gap=gap(short))
    return level, text + (_lands(about, aim.unit, words, language) if about else "")


def _misses(row: AlertRow, wanted: Decimal, rising: bool) -> bool:
    """Whether a number that is on its pace today will not be there in time, as far as its forecast tells."""
    if row.forecast_low is None or row.forecast_high is None:
        return row.unreachable
    return row.forecast_high < wanted if rising else row.forecast_low > wanted


def _lands(row: AlertRow, unit: str, words: dict[str, str], language: str) -> str:
    """Where today's pace leads; nothing where that is not known, or in time."""
    text = words["never"] if row.unreachable else ""
    if row.projected_date and row.late_days and row.late_days > 0:
        text = words["lands"].format(date=dated(row.projected_date, language), days=row.late_days)
    if row.forecast_low is None or row.forecast_high is None:
        return text
    low, high = (amount(value, unit, language) for value in (row.forecast_low, row.forecast_high))
    return text + words["range"].format(low=low, high=high)


def _on_the_way(plan: Plan, due: dt.date, day: dt.date, short: Decimal) -> Level:
    """The level of a number without a pace of its own: on a straight line from nothing to the milestone."""
    start = plan.brand.start_date
    with localcontext(EXACT):
        expected = Decimal((day - start).days) / max((due - start).days, 1)
        return level_of((expected - (1 - short)) / expected, plan.thresholds) if expected > 0 else Level.green


def _tasks(
    stone: Milestone, due: dt.date, day: dt.date, tasks: Collection[Deliverable], language: str
) -> tuple[Level, str] | None:
    words, left = WORDS[language], (due - day).days
    names = {stone.id.casefold(), stone.name_zh.casefold(), stone.name_en.casefold()}
    mine = [task for task in tasks if task.milestone.casefold() in names and task.status != DROPPED]
    if not mine:
        if left > NO_TASKS_AHEAD:
            return None
        return Level.yellow if left > 0 else Level.orange, words["no_tasks"].format(id=stone.id)
    late = [task for task in mine if not task.is_done(day) and (task.due_date or due) <= day]
    if not late:
        return None
    # Everything is due with the milestone itself; before that, a tenth or more of the tasks late is a warning.
    share = Decimal(len(late)) / len(mine)
    level = Level.red if left <= 0 else Level.orange if share * 2 >= 1 else Level.yellow
    text = words["tasks"].format(
        all=len(mine),
        done=sum(task.is_done(day) for task in mine),
        late=len(late),
        titles=words["list"].join(task.title for task in late[:3]),
    )
    blockers = [task.blocker for task in late if task.blocker]
    return level, text + (
        words["blocked"].format(blockers=words["list"].join(blockers[:3])) if blockers else ""
    )
