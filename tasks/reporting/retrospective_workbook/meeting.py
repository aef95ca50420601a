"""Sheets of the weekly meeting: reds and oranges, decisions, actions, and next week's calendar."""

from collections.abc import Mapping

from tasks.records import LABELS, Metric, Retrospective
from tasks.reporting import content_words as words
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective_workbook.sheet import Sheet, account, in_unit, level, metric_name, sheet

OUTCOMES = {
    "open": ("待定", "open"),
    "right": ("对了", "right"),
    "wrong": ("错了", "wrong"),
}
DUE = ("该复核的决策", "Decisions to review")
DECIDED_BEFORE = ("上周的决策与结果", "Last week's decisions, and what became of them")
DECIDED = ("本周的决策", "This week's decisions")
"""The points of the agenda, as the page calls them."""
OVERDUE = ("逾期", "overdue")
OPEN = ("未到期", "not due yet")


def reds(story: Retrospective, metrics: Mapping[str, Metric], language: str) -> Sheet:
    """The plan's KPIs that are red or orange on the week's last day."""
    return sheet(
        language,
        ("红橙指标", "Reds"),
        (
            ("指标", "KPI", "text"), ("等级", "Level", "text"), ("日期", "Date", "date"),
            ("实际", "Actual", "number"), ("应达", "Expected", "number"), ("负责人", "Owner", "text"),
            ("行动", "Action", "text"), ("截止", "Due", "date"),
        ),
        (
            (
                metric_name(one.metric_id, metrics, language), level(one.level, language), one.business_date,
                in_unit(one.actual, metrics.get(one.metric_id)),
                in_unit(one.expected, metrics.get(one.metric_id)), one.owner, one.action, one.due_date,
            )
            for one in story.meeting.alerts
        ),
    )  # fmt: skip


def decisions(story: Retrospective, language: str) -> Sheet:
    """Decisions that wait for their outcome, last week's with theirs, and this week's."""
    held, en = story.meeting, language == "en"
    agenda = ((DUE, held.due), (DECIDED_BEFORE, held.decided_before), (DECIDED, held.decided))
    return sheet(
        language,
        ("决策", "Decisions"),
        (
            ("议程", "Agenda", "text"), ("日期", "Date", "date"), ("决策", "Decision", "text"),
            ("决策人", "Decided by", "text"), ("预期", "Expected effect", "text"), ("依据", "Evidence", "text"),
            ("结果", "Outcome", "text"), ("复核日期", "Reviewed", "date"),
        ),
        (
            (
                state[en], one.decided_on, one.title, one.decided_by, one.expected_effect,
                "\n".join(one.evidence), said(OUTCOMES, one.outcome.value, language), one.reviewed_on,
            )
            for state, listed in agenda
            for one in listed
        ),
    )  # fmt: skip


def actions(story: Retrospective, metrics: Mapping[str, Metric], language: str) -> Sheet:
    """What is overdue, then what is not due yet."""
    held, en = story.meeting, language == "en"
    return sheet(
        language,
        ("行动", "Actions"),
        (
            ("状态", "State", "text"), ("行动", "Action", "text"), ("关于", "About", "text"),
            ("负责人", "Owner", "text"), ("截止", "Due", "date"),
        ),
        (
            (state[en], one.text, metric_name(one.about, metrics, language), one.owner, one.due_date)
            for state, listed in ((OVERDUE, held.overdue), (OPEN, held.open))
            for one in listed
        ),
    )  # fmt: skip


def planned(story: Retrospective, language: str) -> Sheet:
    """Next week's content by the calendar of the register."""
    return sheet(
        language,
        ("下周计划", "Next week"),
        (
            ("日期", "Date", "date"), ("时", "Hour", "count"), ("标题", "Title", "text"),
            ("渠道", "Channel", "text"), ("账号", "Account", "text"),
            *((*words.LABELS[label], "text") for label in LABELS),
        ),
        (
            (
                item.publish_date, item.publish_hour, item.title, said(words.CHANNELS, item.channel, language),
                account(story, item.account_id),
                *(member(label, item.labels.get(label, ""), language) for label in LABELS),
            )
            for item in story.meeting.planned
        ),
    )  # fmt: skip
