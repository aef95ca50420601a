"""The funnel of a week, its communities, its topics and its meeting."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from tasks.calendars import start_of
from tasks.content.funnel import funnel
from tasks.content.meeting import all_decisions, meeting
from tasks.content.pulse import Limit, pulse
from tasks.content.sends import sends
from tasks.content.shifts import common_age, left_out, parts
from tasks.content.slots import slots
from tasks.content.topics import phrases, topics
from tasks.records import (
    Action,
    ActionKind,
    Aged,
    AlertRow,
    ContentItem,
    ContentVerdict,
    Decision,
    DecisionOutcome,
    Level,
    Lift,
    Step,
)

MONDAY = dt.date(2026, 7, 20)
SUNDAY = MONDAY + dt.timedelta(days=6)
NOON = dt.datetime(2026, 7, 21, 4, tzinfo=dt.UTC)


def by_tens(lag: float) -> Level:
    """The levels of the seed plan: 10, 20 and 30 %, each from the threshold itself on."""
    steps = ((Level.red, 0.3), (Level.orange, 0.2), (Level.yellow, 0.1))
    return next((level for level, least in steps if round(lag, 12) >= least), Level.green)


def weeks(**now: float | None) -> list[dict[str, Any]]:
    """Eight even weeks and one that may differ."""
    usual = {
        "delivered": 10_000, "session_readers": 1_000, "readers": 2_000, "mp_opens": 400, "mp_visitors": 200,
        "orders": 20.0, "repeat_orders": 5.0, "revenue_cny": 2_000.0, "credited_readers": 2_000,
        "days": 7, "open_days": 7, "visitor_days": 7, "order_days": 7,
    }  # fmt: skip
    found = []
    for back in range(9):
        week = MONDAY - dt.timedelta(days=7 * back)
        place = {"week": week, "account_id": "oa_main", "content_type": ""}
        found.append({**place, **usual, **(now if back == 0 else {})})
    return found


def test_a_usual_week_breaks_nowhere() -> None:
    steps = funnel(weeks(), MONDAY, {"read": 0.12}, by_tens)
    names = ["delivered", "read", "readers", "mp_click", "visit", "order", "repeat"]
    assert [step.name for step in steps] == names
    assert [step.rate for step in steps] == [None, 0.1, None, 0.2, 0.5, 0.1, 0.25]
    judged = ["read", "mp_click", "order", "repeat"]
    assert [step.name for step in steps if step.level is Level.green] == judged
    assert {step.level for step in steps} == {Level.green, Level.grey}
    assert (steps[1].planned, steps[3].planned) == (0.12, None)


def test_the_step_that_broke_is_told_with_orders_and_money() -> None:
    # 10 of 200 visitors order, one in twenty instead of one in ten: 10 orders of 100 CNY are missing.
    (found,) = fallen(weeks(orders=10.0, revenue_cny=1_000.0, repeat_orders=2.5))
    assert (found.name, found.level, found.is_approx) == ("order", Level.red, True)
    assert found.usual == pytest.approx(0.1)
    assert found.lost_orders == pytest.approx(10)
    assert found.lost_cny == pytest.approx(1_000)


def fallen(rows: list[dict[str, Any]]) -> list[Step]:
    return [step for step in funnel(rows, MONDAY, {}, by_tens) if step.level not in (Level.green, Level.grey)]


def test_a_step_that_nobody_takes_costs_what_a_usual_week_brings() -> None:
    # Nobody orders: 200 visitors × one in ten, 100 CNY each as in the weeks before.
    (order,) = fallen(weeks(orders=0.0, revenue_cny=0.0, repeat_orders=0.0))
    assert (order.name, order.level, order.rate) == ("order", Level.red, 0.0)
    assert (order.lost_orders, order.lost_cny) == (pytest.approx(20), pytest.approx(2_000))
    # Nobody opens the Mini Program: the usual week's 20 orders.
    nobody = {"mp_opens": 0, "mp_visitors": 0, "orders": 0.0, "revenue_cny": 0.0, "repeat_orders": 0.0}
    (click,) = fallen(weeks(**nobody))
    assert (click.name, click.lost_orders, click.lost_cny) == ("mp_click", 20, 2_000)
    # Nobody opens the push, yet 15 orders come from older articles: 5 are missing.
    read = fallen(weeks(session_readers=0, orders=15.0, revenue_cny=1_500.0, repeat_orders=3.75))[0]
    assert (read.name, read.lost_orders, read.lost_cny) == ("read", 5, 500)


def test_weeks_without_an_order_are_usual_weeks_too() -> None:
    # Four of eight weeks without an order: 0.05 is usual and a week of none as well.
    rows = weeks(orders=0.0, revenue_cny=0.0, repeat_orders=0.0)
    for row in rows[1::2]:
        row.update(orders=0.0, revenue_cny=0.0, repeat_orders=0.0)
    order = next(step for step in funnel(rows, MONDAY, {}, by_tens) if step.name == "order")
    assert (order.rate, order.usual, order.level) == (0.0, pytest.approx(0.05), Level.green)


def test_visitors_per_opening_are_no_conversion_and_break_nowhere() -> None:
    steps = funnel(
        weeks(mp_visitors=20, orders=2.0, repeat_orders=0.5, revenue_cny=200.0), MONDAY, {}, by_tens
    )
    visit = next(step for step in steps if step.name == "visit")
    assert (visit.rate, visit.usual) == (0.05, pytest.approx(0.5))
    assert (visit.level, visit.lost_orders, visit.lost_cny) == (Level.grey, None, None)


def test_a_content_type_has_no_rates_after_reading_since_its_visits_are_shared_out() -> None:
    now = weeks(session_readers=500, mp_opens=40, orders=2.0)
    rows = [{**row, "content_type": "scenario"} for row in now]
    told = {step.name: step for step in funnel(rows, MONDAY, {}, by_tens)}
    # Half the usual opens: as many orders again as the two there are.
    read = told["read"]
    assert (read.rate, read.level, read.lost_orders) == (0.05, Level.red, pytest.approx(2))
    for name, count in {"readers": 2_000, "mp_click": 40, "visit": 200, "order": 2, "repeat": 5}.items():
        step = told[name]
        assert (step.count, step.rate, step.usual, step.level) == (count, None, None, Level.grey)
        assert step.lost_orders is None


def test_the_funnel_of_an_account_leaves_the_others_out() -> None:
    rows = weeks() + [{**row, "account_id": "oa_two"} for row in weeks()]
    assert {step.account_id for step in funnel(rows, MONDAY, {}, by_tens)} == {"oa_main", "oa_two"}
    assert {step.account_id for step in funnel(rows, MONDAY, {}, by_tens, ["oa_two"])} == {"oa_two"}


def test_persons_reached_are_exact_where_an_export_tells_them() -> None:
    for is_approx in (True, False):
        steps = {
            step.name: step for step in funnel(weeks(is_delivered_approx=is_approx), MONDAY, {}, by_tens)
        }
        told = [steps[name].is_approx for name in ("delivered", "read", "mp_click")]
        assert told == [is_approx, is_approx, True]


def test_an_unknown_figure_is_not_zero() -> None:
    steps = {step.name: step for step in funnel(weeks(mp_visitors=None), MONDAY, {}, by_tens)}
    assert (steps["visit"].count, steps["visit"].rate, steps["visit"].level) == (None, None, Level.grey)
    assert steps["order"].rate is None


def test_a_week_with_days_without_sources_is_not_judged_and_has_lost_nothing() -> None:
    # Five of seven days: 280 opens of their 1,400 readers are the usual fifth, though a seventh of all 2,000.
    some = {"open_days": 5, "visitor_days": 5, "order_days": 5, "credited_readers": 1_400}
    steps = {s.name: s for s in funnel(weeks(**some, mp_opens=280, mp_visitors=140), MONDAY, {}, by_tens)}
    assert steps["mp_click"].rate == steps["mp_click"].usual == pytest.approx(0.2)
    # Half of every rate after reading: known days that are bad still say nothing of the week.
    low = {"mp_opens": 140, "mp_visitors": 70, "orders": 3.5, "repeat_orders": 0.5, "revenue_cny": 350.0}
    steps = {step.name: step for step in funnel(weeks(**some, **low), MONDAY, {}, by_tens)}
    assert steps["mp_click"].rate == pytest.approx(0.1)
    for name in ("mp_click", "order", "repeat"):
        found = steps[name]
        assert (found.level, found.lost_orders, found.lost_cny, found.unknown_days) == (
            Level.grey, None, None, 2,
        )  # fmt: skip
    assert (steps["read"].level, steps["read"].unknown_days) == (Level.green, 0)


def test_a_step_before_the_days_without_sources_is_judged_but_its_weight_is_unknown() -> None:
    (read,) = fallen(weeks(session_readers=500, order_days=6, orders=18.0))
    assert (read.name, read.level, read.lost_orders, read.lost_cny) == ("read", Level.red, None, None)
    # Nobody opens the push: 15 orders of the 20 of whole weeks; the half weeks with 2 are none to go by.
    rows = weeks(session_readers=0, orders=15.0, revenue_cny=1_500.0, repeat_orders=3.75)
    for row in rows[1:4]:
        row.update(orders=2.0, order_days=1, repeat_orders=0.5, revenue_cny=200.0)
    assert fallen(rows)[0].lost_orders == 5


def test_orders_of_a_day_without_visitors_are_no_share_of_the_other_days_visitors() -> None:
    rows = weeks(visitor_days=6, mp_visitors=100)
    steps = {step.name: step for step in funnel(rows, MONDAY, {}, by_tens)}
    for name in ("visit", "order"):
        assert (steps[name].rate, steps[name].level, steps[name].unknown_days) == (None, Level.grey, 1)
    assert (steps["mp_click"].level, steps["repeat"].level) == (Level.green, Level.green)


def test_three_weeks_are_not_usual() -> None:
    steps = funnel(weeks(orders=1.0)[:4], MONDAY, {}, by_tens)
    assert {step.level for step in steps} == {Level.grey}


def item(
    name: str, ages: dict[int, int | None], make: Callable[..., ContentItem], **labels: str
) -> ContentItem:
    """Interactions a tenth of the readers; None: the age is not reached."""
    told = tuple(
        Aged(day_n, False) if n is None else Aged(day_n, True, readers=n, interactions=n // 10)
        for day_n, n in ages.items()
    )
    return make(name, ages=told, **labels)


def test_weeks_are_compared_at_the_age_that_four_fifths_of_both_have_reached(
    make: Callable[..., ContentItem],
) -> None:
    old = item("a", {1: 10, 3: 20, 7: 30}, make)
    young = item("b", {1: 10, 3: 20, 7: None}, make)
    newborn = item("c", {1: 10, 3: None, 7: None}, make)
    unread = item("d", {1: None, 3: None, 7: None}, make)
    assert common_age([old], [old, young]) == 3
    assert common_age([old], [old]) == 7
    assert common_age([], []) == 0
    # One of five is left out; two of six pull the week down to the first day; one without figures counts nowhere.
    five = [old, young, young, young, newborn, unread]
    assert (common_age([old], five), left_out(3, [old], five)) == (3, 1)
    assert (common_age([old], [*five, newborn]), left_out(1, [old], [*five, newborn])) == (1, 0)


def test_the_item_that_is_left_out_is_in_no_part(make: Callable[..., ContentItem]) -> None:
    old = [item(name, {1: 10, 3: 100}, make, template="x") for name in "abcd"]
    young = item("e", {1: 90, 3: None}, make, template="x")
    age = common_age(old, [*old, young])
    assert parts(old, [*old, young], "interaction_rate", "template", age) == {
        "x": (Fraction(40), Fraction(40), Fraction(400), Fraction(400))
    }


def test_the_parts_of_a_rate_hold_every_member_of_both_weeks(make: Callable[..., ContentItem]) -> None:
    before = [item("a", {7: 100}, make, template="x")]
    now = [item("b", {7: 200}, make, template="x"), item("c", {7: 50}, make)]
    found = parts(before, now, "interaction_rate", "template", 7)
    assert found == {
        "unlabelled": (Fraction(0), Fraction(5), Fraction(0), Fraction(50)),
        "x": (Fraction(10), Fraction(20), Fraction(100), Fraction(200)),
    }
    assert parts([], now, "interaction_rate", "template", 7) == {}


def community(**told: Any) -> dict[str, Any]:
    return {
        "groups": 10, "messages": 120, "members_week": 400, "members_active": 80, "members_new": 5, "members_gone": 3,
        "marketing_messages": 4, "labelled_messages": 10, **told,
    }  # fmt: skip


def test_communities_are_told_as_sums_over_sums() -> None:
    now = [community(), community(groups=30, messages=120, marketing_messages=2)]
    found = {
        p.name: p for p in pulse(now, [community()], {"marketing_share": Limit(0.3, at_most=True)}, by_tens)
    }
    assert (found["messages_per_group_day"].now, found["messages_per_group_day"].before) == (6.0, 12.0)
    assert (found["marketing_share"].now, found["marketing_share"].level) == (0.3, Level.green)
    assert found["active_rate"].level is Level.grey


def test_who_wrote_in_seven_days_is_told_by_the_newest_day_alone() -> None:
    # Each day's figure is of seven days already: 90 of 500, not the mean of both.
    now = [community(), community(members_active=90, members_week=500), community(members_week=None)]
    found = {p.name: p for p in pulse(now, [], {"active_rate": Limit(0.18)}, by_tens)}
    assert (found["active_rate"].now, found["active_rate"].level) == (0.18, Level.green)


def test_a_share_just_over_its_limit_is_yellow() -> None:
    now = [community(marketing_messages=31, labelled_messages=100)]
    found = {p.name: p for p in pulse(now, [], {"marketing_share": Limit(0.3, at_most=True)}, by_tens)}
    assert found["marketing_share"].level is Level.yellow
    assert found["marketing_share"].before is None


def test_exits_of_a_day_that_is_unknown_are_not_counted_as_none() -> None:
    week = [community(business_date=MONDAY + dt.timedelta(days=n)) for n in range(7)]
    found = {p.name: p for p in pulse(week, [*week[:6], community(members_gone=None)], {}, by_tens)}
    # Three of 10 groups a day leave and five join; of one day before, nobody knows who left.
    assert (found["members_gone"].now, found["members_gone"].before) == (21, None)
    assert (found["members_new"].now, found["members_new"].before) == (35, 35)
    assert found["members_gone"].level is Level.grey


def test_five_days_are_no_week_and_three_days_before_are_none_either() -> None:
    """A day that failed has no row at all: 10 join and 5 leave every day, so nothing changed."""
    week = [community(members_new=10, members_gone=5)] * 7
    short = {p.name: p for p in pulse(week[:5], week, {}, by_tens)}
    assert (short["members_new"].now, short["members_new"].before) == (None, 70)
    before = {p.name: p for p in pulse(week, week[:3], {}, by_tens)}["members_gone"]
    assert (before.now, before.before, before.level) == (35, None, Level.grey)


def test_the_dearest_send_comes_first() -> None:
    def sent(topic: str, exits: float | None, usual: float | None) -> dict[str, Any]:
        return {
            "account_id": "files", "sent_at": NOON, "topic": topic, "is_marketing": True, "chats": 5, "exits": exits,
            "usual": usual, "is_account_level": True, "is_usual_of_all_days": True, "others": 1, "other_topics": ["e"],
        }  # fmt: skip

    found = sends([sent("a", 5, 4), sent("b", 40, 3), sent("c", None, None), sent("d", 1, 3)])
    assert [(send.topic, send.cost) for send in found] == [("b", 37), ("a", 1), ("c", None), ("d", 0)]
    assert (found[0].others, found[0].other_topics, found[0].is_usual_of_all_days) == (1, ("e",), True)


@pytest.mark.parametrize(
    ("now", "before", "level"),
    [
        # 16 more may be chance within 2 × √80 = 17.9; 18 more is beyond 2 × √74 = 17.2.
        (48, 32, Level.green),
        (46, 28, Level.red),
        # 15, 25 and 30 % more, far beyond chance; fewer exits are good news.
        (1_150, 1_000, Level.yellow),
        (1_250, 1_000, Level.orange),
        (1_300, 1_000, Level.red),
        (700, 1_000, Level.green),
        (5, 0, Level.red),
        (4, 0, Level.green),
        (5, None, Level.grey),
    ],
)
def test_exits_are_held_against_the_week_compared_with_beyond_chance(
    now: int, before: int | None, level: Level
) -> None:
    weeks = [community(members_gone=now)], [community(members_gone=before)]
    found = {p.name: p for p in pulse(*weeks, {}, by_tens, days=1)}
    assert found["members_gone"].level is level
    assert found["members_new"].level is Level.grey


def test_slots_gather_posts_by_hour_of_the_week(make: Callable[..., ContentItem]) -> None:
    ages = (Aged(7, True, delivered=1000, session_readers=90, readers=120),)
    found = slots([make("a", hour=8, ages=ages), make("b", hour=8, ages=ages), make("c", ages=ages)])
    assert [(s.weekday, s.hour, s.posts, s.open_rate, s.readers) for s in found] == [(1, 8, 2, 0.09, 240)]


def comment(person: str, content: str) -> dict[str, str]:
    return {"member_key": person, "comment_id": person + content, "content": content}


def test_a_phrase_needs_three_persons_and_the_longest_is_told() -> None:
    said = [comment(p, "敏感肌怎么办") for p in "abc"] + [comment("a", "敏感肌"), comment("a", "敏感肌换季")]
    (found,) = phrases(said)
    assert (found.topic, found.persons) == ("敏感肌怎么办", 3)


def test_praise_is_no_topic_and_a_question_is_told_without_its_courtesies() -> None:
    said = [
        comment(p, text)
        for p in "abcd"
        for text in ("跟着做了一遍，效果不错", "已经分享给同事", "写得很实用，收藏了", "期待下一篇", "能讲讲怎么挑选吗",
                     "收藏了！请问门店有货吗？")
    ]  # fmt: skip
    said += [comment(p, "第三步没看懂") for p in "abc"] + [comment("a", "怎么回事")]
    assert [(t.topic, t.persons) for t in phrases(said)] == [
        ("怎么挑选", 4),
        ("门店有货", 4),
        ("第三步没看懂", 3),
    ]


def test_of_overlapping_phrases_the_one_of_most_persons_is_told_and_no_cut_of_it() -> None:
    # Five ask of the brush, three of them the same at length: no second topic is made of what is around it.
    said = [comment(p, "电动牙刷怎么选") for p in "ab"]
    said += [comment(p, "电动牙刷怎么清洗刷头才不会发霉变黄") for p in "cde"]
    found = [(t.topic, t.persons) for t in phrases(said)]
    assert found[0] == ("电动牙刷", 5)
    assert [(topic, n) for topic, n in found[1:]] == []


def test_what_was_just_written_about_is_no_suggestion(make: Callable[..., ContentItem]) -> None:
    told = [
        {"source": "hot", "topic": "露营", "mentions": 9, "persons": None, "reading": ""},
        {"source": "search", "topic": "防晒", "mentions": 5, "persons": 4, "reading": ""},
    ]
    lift = Lift("oa_main", "template", "T-晒图", "interaction_rate", 1.4, 1.1, 1.7, 9)
    kept = ContentVerdict(
        account_id="oa_main", dimension="template", member="T-投票", metric_id="interaction_rate", call="keep",
        reason="above", posts=20, readers=3000, rate=0.06, low=0.05, high=0.07, baseline=0.04, effect=4.0,
    )  # fmt: skip
    found = topics(told, [], [lift], [kept], [make("a", title="周末露营清单")])
    assert [(t.source, t.topic, t.mentions) for t in found] == [
        ("search", "防晒", 5),
        ("feature", "T-投票", 20),
        ("feature", "T-晒图", 9),
    ]


def decision(name: str, day: dt.date, outcome: DecisionOutcome) -> Decision:
    return Decision(name, day, "停用模板", "主编", (), "", outcome, None, NOON)


def test_an_imported_decision_that_was_recorded_too_is_one() -> None:
    def row(name: str, title: str, day: dt.date, **told: str) -> dict[str, Any]:
        empty = {"owner": None, "evidence": None, "outcome": None}
        return {"decision_id": name, "decision": title, "business_date": day, **empty, **told}

    found = all_decisions(
        [decision("d-1", SUNDAY, DecisionOutcome.open)],
        [
            row("d-1", "别的说法", SUNDAY),
            row("D-7", "停用模板", SUNDAY),
            row("D-8", "停用模板", MONDAY, owner="运营组", evidence="oa_open_rate", outcome="right"),
            row("D-9", "以后的事", SUNDAY + dt.timedelta(days=1)),
        ],
        SUNDAY + dt.timedelta(days=1),
    )
    assert [(d.decision_id, d.outcome, d.evidence) for d in found] == [
        ("D-8", DecisionOutcome.right, ("oa_open_rate",)),
        ("d-1", DecisionOutcome.open, ()),
    ]


def action(name: str, due: dt.date | None, done: bool = False) -> Action:
    return Action(
        name, "kpi", None, "", ActionKind.other, "补发", "内容组", "主编", NOON, due, NOON if done else None
    )


def test_decisions_of_the_week_before_come_with_what_became_of_them() -> None:
    days = {"early": 14, "sunday": 7, "monday": 6, "last": 0}
    made = [
        decision(name, SUNDAY - n * dt.timedelta(days=1), DecisionOutcome.right) for name, n in days.items()
    ]
    held = meeting(made, [], [], [], SUNDAY)
    assert [d.decision_id for d in held.decided_before] == ["sunday"]
    assert [d.decision_id for d in held.decided] == ["monday", "last"]


def test_a_past_week_knows_nothing_of_what_came_later() -> None:
    monday, tuesday = SUNDAY + dt.timedelta(days=1), SUNDAY + dt.timedelta(days=2)
    recorded = [
        replace(action(name, SUNDAY), recorded_at=at)
        for name, at in (("known", start_of(tuesday) - dt.timedelta(seconds=1)), ("later", start_of(tuesday)))
    ]
    done = [
        replace(action(name, SUNDAY), done_at=at)
        for name, at in (("done", start_of(monday)), ("done later", start_of(tuesday)))
    ]
    held = meeting([], [*recorded, *done], [], [], SUNDAY)
    assert [a.action_id for a in held.overdue] == ["done later", "known"]


def test_the_meeting_tells_what_is_due_and_what_is_late(make: Callable[..., ContentItem]) -> None:
    old, new = SUNDAY - dt.timedelta(days=7), SUNDAY - dt.timedelta(days=1)
    found = meeting(
        [
            decision("old", old, DecisionOutcome.open),
            decision("judged", old, DecisionOutcome.right),
            decision("new", new, DecisionOutcome.open),
        ],
        [
            action("late", SUNDAY),
            action("soon", SUNDAY + dt.timedelta(days=1)),
            action("done", SUNDAY, done=True),
        ],
        [make("next", day=SUNDAY + dt.timedelta(days=2))],
        [],
        SUNDAY,
    )
    assert [d.decision_id for d in found.due] == ["old"]
    assert [d.decision_id for d in found.decided] == ["new"]
    assert [a.action_id for a in found.overdue] == ["late"]
    assert [a.action_id for a in found.open] == ["soon"]
    assert [i.item_id for i in found.planned] == ["next"]


def test_the_meeting_knows_how_many_kpis_had_a_level() -> None:
    def judged(metric_id: str, level: Level) -> AlertRow:
        return AlertRow(
            metric_id, SUNDAY, level, level, SUNDAY, "", "progress", 1.0, 1.0, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0,
            None, None, "o", "a", None, "",
        )  # fmt: skip

    alerts = [judged(level.value, level) for level in Level]
    held = meeting([], [], [], iter(alerts), SUNDAY)
    assert ({alert.metric_id for alert in held.alerts}, held.judged) == ({"red", "orange"}, 4)
    young = meeting([], [], [], [judged("aov", Level.grey)], SUNDAY)
    assert (young.alerts, young.judged) == ((), 0)
