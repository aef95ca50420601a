"""What needs a person beside the KPIs' pace: hand-computed days."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tasks.alerts.notices.budgets import Entry, budgets, year_start
from tasks.alerts.notices.churn import churn
from tasks.alerts.notices.drafts import Draft
from tasks.alerts.notices.incidents import Incident, incidents, longest
from tasks.alerts.notices.milestones import Deliverable, milestones
from tasks.alerts.notices.mixes import mixes
from tasks.alerts.notices.timeline import settled
from tasks.alerts.plan import Plan
from tasks.records import AlertRow, Level, MetricValue, Notice

DAY = dt.timedelta(days=1)
JULY_10 = dt.date(2026, 7, 10)


def task(title: str, status: str = "todo", due: dt.date | None = None, **more: str) -> Deliverable:
    return Deliverable(title, "MS-08", title, None, status, due, None, more.get("blocker"))


def manual(shipped: Plan, days_before: int, *tasks: Deliverable) -> list[Draft]:
    """MS-08, the operations manual due in month 21, that many days before it is due."""
    day = shipped.date_of(21) - days_before * DAY
    found = milestones(shipped, day, {}, {}, tasks, {}, "zh-CN")
    return [draft for draft in found if draft.key == "milestone:MS-08"]


def test_a_deliverable_without_tasks_is_asked_about_a_month_ahead_and_again_when_overdue(
    shipped: Plan,
) -> None:
    assert manual(shipped, 31) == []
    [ahead], [overdue] = manual(shipped, 30), manual(shipped, 0)
    assert (ahead.level, overdue.level) == (Level.yellow, Level.orange)
    assert "还有 30 天" in ahead.reason
    assert "MS-08" in ahead.reason
    assert overdue.owner == "operations"


def test_a_deliverable_whose_tasks_are_late_is_told_with_their_names_and_what_blocks_them(
    shipped: Plan,
) -> None:
    late = shipped.date_of(21) - 40 * DAY
    tasks = [
        task("撰写手册", "blocked", late, blocker="等法务"),
        task("评审手册", due=late + 30 * DAY),
        task("排版", "dropped", late),
    ]
    [draft] = manual(shipped, 35, *tasks)

    assert draft.level is Level.orange
    assert "2 项任务完成 0 项；应完成而未完成 1 项：撰写手册；受阻：等法务" in draft.reason


def test_a_deliverable_not_done_on_its_day_is_red_and_silent_once_its_tasks_are_done(shipped: Plan) -> None:
    [overdue] = manual(shipped, -3, task("撰写手册"))
    assert overdue.level is Level.red
    assert "超期 3 天" in overdue.reason
    assert manual(shipped, -3, task("撰写手册", "done")) == []


def partners(shipped: Plan, number: float | None, days_before: int) -> list[Draft]:
    """MS-09: 50 partners in month 24; nothing else judges them in these tests."""
    day = shipped.date_of(24) - days_before * DAY
    values = {} if number is None else {"partners": MetricValue("partners", day, value=number)}
    found = milestones(shipped, day, values, {}, [], {}, "zh-CN")
    return [draft for draft in found if draft.key == "milestone:MS-09"]


@pytest.mark.parametrize(
    ("number", "days_before", "level"),
    [
        (10, 91, None),  # too early to tell
        (50, 90, None),
        (10, 90, Level.red),  # a straight line has 43.8 by then
        (40, 45, Level.yellow),  # 46.9 of 50: 14.7 % behind the line
        (49, 0, Level.yellow),  # due and not there, if only by 2 %
        (39, 0, Level.orange),  # 22 % short
        (34, -5, Level.red),
        (None, 10, None),
        (None, 0, Level.yellow),
    ],
)
def test_a_number_of_a_milestone(
    shipped: Plan, number: float | None, days_before: int, level: Level | None
) -> None:
    assert [draft.level for draft in partners(shipped, number, days_before)] == ([level] if level else [])


def test_a_number_that_is_short_is_told_with_what_was_asked(shipped: Plan) -> None:
    [draft] = partners(shipped, 39, 0)
    assert "目前 39 个，要求不低于 50 个，差 22.0 %" in draft.reason


def share_of_users(shipped: Plan, **forecast: object) -> list[Draft]:
    """MS-04, 60 days ahead: 25 % of the communities should be active, 12 % are, and that is on the pace line."""
    due = shipped.date_of(6)
    day = due - 60 * DAY
    row = AlertRow(
        "community_active_rate", day, Level.green, Level.green, day, "", "progress", 0.12, 0.12, 0.04, 0.25,
        0.0, 0.0, 0.0, 0.0, None, None, "运营组负责人", "", None, "",
        next_date=due, next_value=0.25,
    )  # fmt: skip
    values = {"community_active_rate": MetricValue("community_active_rate", day, value=0.12)}
    judged = {"community_active_rate": replace(row, **forecast)}
    found = milestones(shipped, day, values, judged, [], {}, "zh-CN")
    return [draft for draft in found if draft.key == "milestone:MS-04"]


def test_a_number_on_its_pace_is_warned_of_when_its_forecast_misses_the_milestone(shipped: Plan) -> None:
    late = {"projected_date": dt.date(2027, 4, 20), "late_days": 50}
    [draft] = share_of_users(shipped, forecast_low=0.13, forecast_high=0.19, **late)
    assert draft.level is Level.yellow
    assert draft.reason == (
        "2027 年 3 月 1 日到期（还有 60 天）；社群活跃度 目前 12.0 %，要求不低于 25.0 %，差 52.0 %，"
        "按此速度要到 2027 年 4 月 20 日 才达到（晚 50 天），到期时预计 13.0 %～19.0 %（八成把握）。"
    )
    assert share_of_users(shipped, forecast_low=0.13, forecast_high=0.26, **late) == [], "it may be there"
    [draft] = share_of_users(shipped, unreachable=True)
    assert "差 52.0 %，按此速度计划期内到不了。" in draft.reason
    assert share_of_users(shipped) == [], "nothing is known of its pace"


def decisions(shipped: Plan, *shares: float | None) -> list[Draft]:
    """MS-06, 70 % of the decisions driven by data, on its day and those after it; the last one is told."""
    due = shipped.date_of(12)
    told = [
        MetricValue("data_driven_decision_share", due + n * DAY, value=share)
        for n, share in enumerate(shares)
    ]
    today = told[-1]
    found = milestones(shipped, today.business_date, {today.metric_id: today}, {}, [], {}, "zh-CN", told)
    return [draft for draft in found if draft.key == "milestone:MS-06"]


@pytest.mark.parametrize(
    ("shares", "level"),
    [
        ((0.705,), None),
        ((0.705, 0.698), None),  # reached on its day: what it does then is its KPI's matter
        ((0.705, None), None),
        ((0.698,), Level.yellow),
        ((0.698, 0.69, 0.70), None),
        ((0.698, 0.70, 0.5), None),
        ((0.698, 0.5), Level.orange),  # 28.6 % short, and never there
    ],
)
def test_a_milestone_that_was_reached_on_its_day_or_later_is_done(
    shipped: Plan, shares: tuple[float | None, ...], level: Level | None
) -> None:
    assert [draft.level for draft in decisions(shipped, *shares)] == ([level] if level else [])


def test_a_number_that_was_there_before_it_was_due_and_not_since_is_overdue(shipped: Plan) -> None:
    name, due = "data_driven_decision_share", shipped.date_of(12)
    told = [
        MetricValue(name, due - DAY, value=0.9),
        MetricValue(name, due, value=0.9, status="grey"),
        MetricValue(name, due + DAY, value=0.5),
    ]
    found = milestones(shipped, due + DAY, {name: told[2]}, {}, [], {}, "zh-CN", told)
    assert [draft.level for draft in found if draft.key == "milestone:MS-06"] == [Level.orange]


def test_what_each_campaign_must_bring_is_not_asked_of_all_of_them_together(shipped: Plan) -> None:
    day = shipped.date_of(9)
    values = {
        "large_campaigns": MetricValue("large_campaigns", day, value=1),
        "campaign_new_users": MetricValue("campaign_new_users", day, value=150_000),
    }
    [draft] = (
        draft
        for draft in milestones(shipped, day, values, {}, [], {}, "zh-CN")
        if draft.key == "milestone:MS-05"
    )
    assert "大型裂变活动场次 目前 1 个，要求不低于 3 个" in draft.reason
    assert "200,000" not in draft.reason


def use(metric: str, spent: float, budget: float, line: str = "") -> MetricValue:
    return MetricValue(metric, JULY_10, "*", "line" if line else "", line, spent, budget, spent / budget)


@pytest.mark.parametrize(
    ("spent", "to_date", "year", "level"),
    [
        (200_000, 200_000, 400_000, None),
        (209_999, 200_000, 400_000, None),  # 19,998 beyond the year: the plan tolerates 5 %
        (210_000, 200_000, 400_000, Level.yellow),
        (240_000, 200_000, 400_000, Level.orange),
        (260_000, 200_000, 400_000, Level.red),
        (90_000, 30_000, 400_000, None),  # under a twelfth of the year: too early to project
        (419_999, 400_000, 400_000, None),
        (420_000, 400_000, 400_000, Level.red),
        (401_000, 200_000, 400_000, Level.red),  # within the tolerance now, but at this pace twice the year
        (7_365, 7_000, 14_000, None),  # 5.2 % of the year, but 730 yuan call nobody
    ],
)
def test_a_budget_line(shipped: Plan, spent: float, to_date: float, year: float, level: Level | None) -> None:
    line = "campaigns"
    values = [use("budget_use", spent, to_date, line), use("budget_year_use", spent, year, line)]
    found = budgets(shipped, values, [], "zh-CN")

    assert [draft.level for draft in found] == ([level] if level else [])


def test_a_projected_overspend_names_the_line_the_sums_and_its_owner(shipped: Plan) -> None:
    values = [
        use("budget_use", 240_000, 200_000, "campaigns"),
        use("budget_year_use", 240_000, 400_000, "campaigns"),
    ]
    [draft] = budgets(shipped, values, [], "zh-CN")

    assert draft.title == "预算：活动推广"
    assert draft.owner == "operations"
    assert (
        draft.reason
        == "已支出 240,000 元，为到今日预算的 120.0 %；照此全年超支 80,000 元（全年预算 400,000 元）。"
    )


@pytest.mark.parametrize(
    ("spent", "level"),
    [
        (24_999, None),  # under 5 % of the line's year
        (25_000, Level.yellow),
        (100_000, Level.orange),  # a fifth of the year's money, and none of it due
        (400_000, Level.red),
        (525_000, Level.red),
    ],
)
def test_money_spent_before_any_of_the_lines_is_due_is_told(
    shipped: Plan, spent: float, level: Level | None
) -> None:
    found = budgets(shipped, [use("budget_year_use", spent, 500_000, "campaigns")], [], "zh-CN")
    assert [draft.level for draft in found] == ([level] if level else [])


def test_money_spent_before_it_is_due_is_told_as_such_until_its_quarter_has_come(shipped: Plan) -> None:
    year = use("budget_year_use", 400_000, 500_000, "campaigns")

    def told(day: dt.date, *due: MetricValue) -> list[str]:
        values = [replace(value, business_date=day) for value in (year, *due)]
        return [draft.reason for draft in budgets(shipped, values, [], "zh-CN")]

    begun = shipped.brand.start_date
    assert told(begun + 242 * DAY) == [
        "已支出 400,000 元，而到今日的预算为 0 元：提前支出 400,000 元（全年预算 500,000 元）。"
    ]
    first_day = use("budget_use", 400_000, 5_000, "campaigns")
    assert told(begun + 273 * DAY, first_day) == [
        "已支出 400,000 元，而到今日的预算为 5,000 元：提前支出 395,000 元（全年预算 500,000 元）。"
    ]
    assert told(begun + 3 * DAY, first_day) == [], "a line spread evenly, and its yearly invoice"
    assert told(begun + 360 * DAY, use("budget_use", 400_000, 480_000, "campaigns")) == []


def spent(n: int, cost: int, approved_by: str | None = None, line: str = "campaigns") -> Entry:
    return Entry(line, dt.date(2026, 7, n), f"s-{n}", Decimal(cost), approved_by)


def test_an_overspend_that_was_approved_is_no_notice_and_one_approved_in_part_tells_the_rest(
    shipped: Plan,
) -> None:
    values = [
        use("budget_use", 240_000, 200_000, "campaigns"),
        use("budget_year_use", 240_000, 400_000, "campaigns"),
    ]
    old, other = spent(1, 210_000, "李总"), spent(9, 30_000, "李总", line="tools")

    def told(*entries: Entry) -> list[str]:
        return [draft.reason for draft in budgets(shipped, values, [old, other, *entries], "zh-CN")]

    assert told(spent(5, 40_000, "李总")) == []
    # 40,000 are beyond: the newest 30,000 have no approver, the 10,000 before them have one.
    [partly] = told(spent(4, 10_000, "李总"), spent(5, 30_000))
    assert partly.endswith("；其中 30,000 元 没有审批人。")
    # Who approved the first 210,000 has approved nothing of what came after the budget was used up.
    [wholly] = told(spent(5, 40_000))
    assert "没有审批人" not in wholly


def test_the_whole_budget_is_the_managements(shipped: Plan) -> None:
    values = [use("budget_use", 240_000, 200_000), use("budget_year_use", 240_000, 400_000)]

    [draft] = budgets(shipped, values, [], "zh-CN")

    assert (draft.key, draft.owner) == ("budget:total", "management")


@pytest.mark.parametrize(
    ("day", "start"),
    [((2026, 7, 19), None), ((2026, 7, 20), (2026, 7, 20)), ((2027, 7, 19), (2026, 7, 20)),
     ((2027, 7, 20), (2027, 7, 20))],
)  # fmt: skip
def test_a_year_of_the_plan_begins_with_the_plan(shipped: Plan, day: Any, start: Any) -> None:
    brand = shipped.brand.model_copy(update={"start_date": dt.date(2026, 7, 20)})
    plan = shipped.model_copy(update={"brand": brand})

    assert year_start(plan, dt.date(*day)) == (dt.date(*start) if start else None)


def matrix(shipped: Plan, items: int, **shares: float) -> list[Draft]:
    """The content matrix, planned 30 / 25 / 20 / 25 %, tolerance 5 points."""
    names = {"vertical": "vertical_knowledge", "scenario": "scenario"}
    values = [
        MetricValue("matrix_mix_share", JULY_10, "*", "matrix_type", names[k], v * items, items, v)
        for k, v in shares.items()
    ]
    return mixes(shipped, values, {"vertical_knowledge": "垂直知识类"}, "zh-CN")


@pytest.mark.parametrize(
    ("share", "level"),
    [(0.30, None), (0.35, None), (0.36, Level.yellow), (0.19, Level.orange), (0.46, Level.red)],
)
def test_a_share_of_content_beyond_its_tolerance(shipped: Plan, share: float, level: Level | None) -> None:
    assert [draft.level for draft in matrix(shipped, 100, vertical=share)] == ([level] if level else [])


def test_a_mix_tells_the_furthest_type_first_and_nothing_of_a_dozen_items(shipped: Plan) -> None:
    [draft] = matrix(shipped, 100, vertical=0.40, scenario=0.10)
    assert draft.reason == (
        "scenario 占 10.0 %，计划 25.0 %；垂直知识类 占 40.0 %，计划 30.0 %（容差 ±5.0 %，共 100 篇）。"
    )
    assert matrix(shipped, 12, vertical=0.40, scenario=0.10) == []


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 7, 10, hour, minute, tzinfo=dt.UTC)


def incident(kind: str, began: dt.datetime, ended: dt.datetime | None) -> Incident:
    is_violation = kind == "violation"
    return Incident(
        "i-1",
        kind,
        "夸大宣传",
        None,
        began,
        began,
        ended if is_violation else None,
        None if is_violation else ended,
    )


@pytest.mark.parametrize(
    ("what", "level"),
    [
        (incident("violation", at(2), at(3)), None),  # an hour is the limit
        (incident("violation", at(2), at(3, 1)), Level.orange),
        (incident("violation", at(14), None), Level.red),  # two hours at the day's end, 16:00 UTC
        (incident("outage", at(14), None), None),  # two hours are the limit
        (incident("outage", at(13), None), Level.red),
        (incident("complaint", at(1), None), None),
    ],
)
def test_the_clock_of_an_incident(shipped: Plan, what: Incident, level: Level | None) -> None:
    found = incidents(shipped, [what], at(16), "zh-CN")
    assert [draft.level for draft in found] == ([level] if level else [])


def leaving(new: list[float | None], former: list[float]) -> list[MetricValue]:
    series = [*former, *new]
    first = JULY_10 - (len(series) - 1) * DAY
    return [MetricValue("oa_lost_followers", first + n * DAY, value=v) for n, v in enumerate(series)]


@pytest.mark.parametrize(
    ("new", "former", "level"),
    [
        ([100] * 7, [100] * 28, None),
        ([135] * 7, [100] * 28, Level.yellow),
        ([150] * 7, [100] * 28, Level.orange),
        ([200] * 7, [100] * 28, Level.red),
        ([3] * 7, [2] * 28, None),  # half as many again, and yet chance
        ([150] * 7, [20, 180] * 14, None),  # the former days themselves swing wider
        ([None, None, None, 200, 200, 200, 200], [100] * 28, None),  # too few days
    ],
)
def test_more_people_leave_than_usual(
    shipped: Plan, new: list[float | None], former: list[float], level: Level | None
) -> None:
    found = churn(shipped, JULY_10, leaving(new, former), {"oa_lost_followers": "取消关注人数"}, "zh-CN")
    assert [draft.level for draft in found] == ([level] if level else [])


def test_a_churn_warning_tells_both_means(shipped: Plan) -> None:
    [draft] = churn(shipped, JULY_10, leaving([150] * 7, [100] * 28), {}, "en")
    assert draft.reason.startswith(
        "1,050 people in 7 days, 150.0 a day, 50.0 % above the 100.0 a day of the 28 days before"
    )


def month(shipped: Plan, levels: str) -> list[Notice]:
    """A notice's days, a letter each: g, y, o, r; every row it ever had."""
    names = {"y": Level.yellow, "o": Level.orange, "r": Level.red}
    rows: list[Notice] = []
    for n, letter in enumerate(levels):
        drafts = [Draft("k", "budget", names[letter], "t", "r", "o")] if letter in names else []
        rows += settled(drafts, rows, JULY_10 + n * DAY, shipped, "zh-CN")
    return rows


def test_a_notice_tells_when_it_starts_changes_and_is_over_and_nothing_in_between(shipped: Plan) -> None:
    rows = month(shipped, "gyyoorrygg")
    assert [row.changed for row in rows] == [
        "started",
        "",
        "worsened",
        "",
        "worsened",
        "",
        "improved",
        "recovered",
    ]
    assert rows[-1].level is Level.green
    assert rows[-1].due_date is None


def test_a_single_quiet_day_ends_nothing_and_a_second_one_does(shipped: Plan) -> None:
    rows = month(shipped, "ygygyggg")
    assert [(row.business_date - JULY_10).days for row in rows] == [0, 2, 4, 6]
    assert [row.changed for row in rows] == ["started", "", "", "recovered"]
    assert {row.since for row in rows[:3]} == {JULY_10}

    rules = shipped.rules.model_copy(update={"hysteresis": 1})
    nervous = month(shipped.model_copy(update={"rules": rules}), "ygyg")
    assert [row.changed for row in nervous] == ["started", "recovered"] * 2


def test_an_incident_is_over_with_its_first_quiet_day(shipped: Plan) -> None:
    draft = Draft("incident:i-1", "incident", Level.red, "t", "r", "o")
    rows = settled([draft], [], JULY_10, shipped, "zh-CN")
    assert [row.changed for row in settled([], rows, JULY_10 + DAY, shipped, "zh-CN")] == ["recovered"]


def test_a_red_notice_is_told_once_more_after_a_week_and_keeps_its_due_date(shipped: Plan) -> None:
    rows = month(shipped, "r" * 10)
    assert [n for n, row in enumerate(rows) if row.changed == "reminder"] == [7]
    assert {row.due_date for row in rows} == {JULY_10 + shipped.levels.red.days_to_act * DAY}


def test_a_notice_told_again_for_the_same_day_says_the_same(shipped: Plan) -> None:
    rows = month(shipped, "yyo")
    draft = Draft("k", "budget", Level.orange, "t", "r", "o")
    again = settled([draft], [*rows, replace(rows[-1])], JULY_10 + 2 * DAY, shipped, "zh-CN")
    assert again == rows[-1:]


def test_the_alert_of_a_clock_names_the_incident_that_ran_longest() -> None:
    row = AlertRow(
        "recovery_hours", JULY_10, Level.red, Level.red, JULY_10, "", "gate", 14.0, 2.0, None, 2.0, 6.0,
        0.0, 0.0, 0.0, None, None, "technology", "", None, "",
    )  # fmt: skip
    told = [
        replace(incident("outage", at(2), None), incident_id="i-2"),
        replace(incident("outage", at(9), at(13)), incident_id="i-3"),
        replace(incident("violation", at(0), None), incident_id="i-4"),  # the other clock
        replace(incident("outage", at(2) - 100 * DAY, at(1)), incident_id="i-5"),  # begun before the window
    ]

    [found] = longest(row, told, at(0), at(16))

    assert (found.dimension, found.member, found.before, found.now) == ("incident", "i-2", 2.0, 14.0)
    assert (found.mix + found.within, found.share, found.compared_with) == (12.0, 1.0, JULY_10)
    assert longest(replace(row, actual=1.5), told, at(0), at(16)) == []


def test_an_incident_that_goes_on_says_until_when_it_was_watched(shipped: Plan) -> None:
    [draft] = incidents(shipped, [incident("violation", at(2), None)], at(4, 10), "zh-CN")

    assert draft.reason.startswith("截至 2026-07-10 12:10，发现后 2.2 小时")
