"""A week's content story gathered from a small lake, and which weeks a run may be about."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks import settings
from tasks.again import view_of
from tasks.calendars import ONE_DAY, Week, Window
from tasks.connections import Connections
from tasks.content.mix import Wanted
from tasks.content.pulse import Limit
from tasks.content.sameness import sameness
from tasks.errors import ConfigurationError
from tasks.measure import plan_of
from tasks.opsdb import alerts, decisions, outcomes
from tasks.records import (
    Account,
    Aged,
    AlertRow,
    Cell,
    ContentItem,
    Decision,
    DecisionOutcome,
    Delivery,
    Level,
    Outcome,
    Retrospective,
    Shift,
    Verdict,
)
from tasks.retell import told_week
from tasks.retrospect import _growth, _ids_by_name, _limits, _shifts, _steps, _wanted, retrospective, week_of

MONDAY = dt.date(2026, 7, 20)
SUNDAY = dt.date(2026, 7, 26)
THIS, BEFORE = Week(2026, 30), Week(2026, 29)
MORNING_AFTER = dt.datetime(2026, 7, 27, 1, 20, tzinfo=dt.UTC)
"""Monday 09:20 in Shanghai."""


@pytest.fixture
def c(tmp_path: Path) -> Iterator[Connections]:
    with Connections(settings.load().model_copy(update={"data_dir": tmp_path, "database_url": ""})) as opened:
        yield opened


# --- Which week


@pytest.mark.parametrize("week", ["last", "2026-W30"])
def test_on_monday_last_is_the_week_that_ended_yesterday(week: str) -> None:
    assert week_of(week, "previous", MORNING_AFTER) == (THIS, BEFORE)
    late_on_sunday = dt.datetime(2026, 7, 26, 15, 59, tzinfo=dt.UTC)
    assert week_of("last", "previous", late_on_sunday) == (BEFORE, Week(2026, 28))


def test_the_week_before_the_first_of_a_year_is_the_last_of_the_year_before() -> None:
    spring = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)
    assert week_of("2027-W01", "previous", spring) == (Week(2027, 1), Week(2026, 53))


def test_a_week_may_be_compared_with_any_other_that_is_over() -> None:
    assert week_of("2026-W28", "2026-W30", MORNING_AFTER) == (Week(2026, 28), THIS)


@pytest.mark.parametrize(
    ("week", "compare_to", "says"),
    [
        ("2026-W31", "previous", "2026-W31 is not over yet.*the newest is 2026-W30"),
        ("last", "2026-W31", "2026-W31 is not over yet.*the newest is 2026-W30"),
        ("last", "2026-W30", "2026-W30 cannot be compared with itself: write previous"),
        ("this", "previous", "'this' is not a week: write last or e.g. 2026-W30"),
        ("2025-W53", "previous", "'2025-W53' is not a week"),
        ("2026-30", "previous", "'2026-30' is not a week"),
        ("last", "yesterday", "'yesterday' is not a week"),
    ],
)
def test_a_week_that_cannot_be_told_is_refused_with_what_to_write(
    week: str, compare_to: str, says: str
) -> None:
    with pytest.raises(ConfigurationError, match=says):
        week_of(week, compare_to, MORNING_AFTER)


def test_a_view_of_ones_own_has_a_name_of_its_own() -> None:
    assert view_of("2026-W30", "2026-W29", []) == "2026-W30"
    assert view_of("2026-W30", "2026-W29", ["oa_two", "oa_main"]) == "2026-W30-oa_main-oa_two"
    assert view_of("2026-W30", "2026-W26", ["oa_main"]) == "2026-W30-oa_main-vs-2026-W26"


def test_the_last_word_of_a_run_is_where_the_page_is_and_what_did_not_arrive() -> None:
    sent, lost = (
        Delivery("mail", "ops@example.com", "sent", "250"),
        Delivery("slack", "HOOK", "failed", "no_team"),
    )
    fine, broken = (
        told_week("2026-W30", "file:///page", [sent]),
        told_week("2026-W30", "file:///page", [sent, lost]),
    )
    assert fine.is_completed()
    assert fine.message == "2026-W30: file:///page; 1 messages sent"
    assert told_week("2026-W30", "file:///page", []).message == "2026-W30: file:///page"
    assert broken.is_failed()
    assert broken.message == "slack → HOOK failed: no_team; 2026-W30: file:///page; 1 messages sent"


# --- What the plan wants of it


def judged(metric_id: str, expected: float | None, level: Level = Level.green) -> AlertRow:
    return AlertRow(
        metric_id, SUNDAY, level, level, SUNDAY, "", "progress", 1.0, expected, 0.0, 9.0, 0.0, 0.0, 0.0, 0.0,
        None, None, "o", "a", None, "",
    )  # fmt: skip


def test_originality_and_users_own_content_are_held_against_what_is_due_by_now(c: Connections) -> None:
    expected = {"originality_rate": judged("originality_rate", 0.24), "ugc_share": judged("ugc_share", None)}
    matrix, pyramid, original = _wanted(plan_of(c), expected)
    assert matrix == Wanted(
        "matrix", "matrix_type",
        {"vertical_knowledge": 0.3, "scenario": 0.25, "user_cocreated": 0.2, "interactive": 0.25}, 0.05,
    )  # fmt: skip
    assert (pyramid.mix_id, pyramid.label) == ("pyramid", "pyramid_layer")
    assert original == Wanted("originality", "is_original", {"yes": 0.24}, 0.05, at_least=True)


def test_a_step_is_only_held_against_a_kpi_that_counts_the_same(c: Connections) -> None:
    expected = {
        name: judged(name, 0.1)
        for name in ("oa_open_rate", "browse_to_order", "repurchase_rate", "marketing_message_share")
    }
    assert _steps(expected) == {"read": 0.1}
    assert _limits(plan_of(c), expected) == {"marketing_share": Limit(0.1, at_most=True)}
    expected["messages_per_group_day"] = judged("messages_per_group_day", 17.5)
    assert _limits(plan_of(c), expected)["messages_per_group_day"] == Limit(17.5, at_most=False)
    assert _steps({"oa_open_rate": judged("oa_open_rate", None)}) == {}


# --- Why a rate moved


def piece(name: str, readers: int, interactions: int, **labels: str) -> ContentItem:
    aged = Aged(7, is_mature=True, readers=readers, interactions=interactions)
    return ContentItem(name, name, "oa", "oa_main", MONDAY, labels=labels, ages=(aged,))


def test_the_parts_of_a_change_add_up_to_it() -> None:
    before = [piece("a", 1_000, 50, template="x"), piece("b", 3_000, 90, template="y")]
    now = [piece("c", 700, 49, template="x"), piece("d", 900, 18, template="y"), piece("e", 333, 7)]
    found = _shifts(before, now, 7)
    (whole,) = [one for one in found if not one.dimension]
    # 140 of 4,000 before, 74 of 1,933 now.
    assert (whole.before, whole.now) == (0.035, 74 / 1933)
    for dimension in ("matrix_type", "template", "account"):
        parts = [one for one in found if one.dimension == dimension]
        assert sum(one.mix + one.within for one in parts) == pytest.approx(74 / 1933 - 0.035, abs=1e-9)
        assert {(one.before, one.now) for one in parts} == {(whole.before, whole.now)}
    by_template = {one.member: one for one in found if one.dimension == "template"}
    # x: mean of 25 % and 700/1,933 of the readers, from 5 % to 7 %; "unlabelled" is new, so all of it is mix.
    assert by_template["x"].within == pytest.approx((0.25 + 700 / 1933) / 2 * 0.02, abs=1e-12)
    assert by_template["unlabelled"].within == 0
    assert set(by_template) == {"x", "y", "unlabelled"}


def test_a_week_without_content_has_no_change_to_split() -> None:
    assert _shifts([], [piece("a", 10, 1)], 7) == []


# --- The same thing again


def months(c: Connections, *net: int, days_of_june: int = 30) -> None:
    """April, May and June: 1,000 followers at the start of each, and one day that wins or loses ``net``."""
    rows = []
    for number, won in enumerate(net):
        first = dt.date(2026, 4 + number, 1)
        length = days_of_june if number == 2 else (30, 31, 30)[number]
        rows += [
            {
                "account_id": "oa_main", "business_date": first + n * ONE_DAY, "followers_won": None,
                "followers_lost": None, "followers_net": won if n == 1 else 0, "followers": 1000 + (won if n else 0),
            }
            for n in range(length)
        ]  # fmt: skip
    c.lake.replace("fct_oa_follower_day", rows)


def spring(template: str) -> list[ContentItem]:
    return [
        ContentItem(
            f"{month}-{n}", "", "oa", "oa_main", dt.date(2026, month, 1 + n), labels={"template": template}
        )
        for month in (4, 5, 6)
        for n in range(6)
    ]


SPRING = Window(dt.date(2026, 4, 1), dt.date(2026, 7, 1))


def test_three_months_of_one_template_with_falling_growth_are_told(c: Connections) -> None:
    months(c, 50, 21, 8)
    (found,) = sameness(spring("新品+折扣"), _growth(c, SPRING))
    assert (found.dimension, found.member, found.share) == ("template", "新品+折扣", 1.0)
    assert found.months == ("2026-04", "2026-05", "2026-06")
    assert found.growth == (0.05, 0.021, 0.008)


def test_a_month_that_is_known_in_part_accuses_nobody(c: Connections) -> None:
    months(c, 50, 21, 8, days_of_june=29)
    growth = _growth(c, SPRING)
    assert growth["2026-06"] is None
    assert sameness(spring("新品+折扣"), growth) == []


# --- The whole story


def article(
    name: str, published: dt.date, readers: int, interactions: int, account: str = "oa_main"
) -> list[dict]:
    """Days 1 to 7 of an article whose figures grow by a seventh a day."""
    return [
        {
            "account_id": account, "article_id": name, "push_id": name, "article_index": 1, "publish_date": published,
            "stat_date": published + (day_n - 1) * ONE_DAY, "day_n": day_n, "publish_type": 0, "title": f"标题 {name}",
            "readers": readers * day_n // 7, "session_readers": readers * day_n // 7,
            "interactions": interactions * day_n // 7, "readers_added": readers // 7, "delivered_approx": 10_000,
        }
        for day_n in range(1, 8)
    ]  # fmt: skip


def full(c: Connections, dataset: str, rows: list[dict[str, Any]]) -> None:
    empty = dict.fromkeys(c.lake.dataset(dataset).names)
    c.lake.replace(dataset, [empty | row for row in rows])


@pytest.fixture
def story(c: Connections) -> Connections:
    """Two articles of the week, one of another account, and one of each of two weeks before."""
    full(
        c,
        "fct_oa_article_day",
        article("now", MONDAY, 700, 56)
        + article("sunday", SUNDAY, 1_400, 28)
        + article("elsewhere", MONDAY, 210, 21, account="oa_two")
        + article("before", MONDAY - 7 * ONE_DAY, 1_400, 70)
        + article("old", MONDAY - 28 * ONE_DAY, 700, 14)
        + article("after", SUNDAY + ONE_DAY, 70, 7),
    )
    full(
        c,
        "fct_content_item",
        [
            {"content_id": "R1", "article_id": "now", "matrix_type": "scenario", "pyramid_layer": "brand_values",
             "template": "晒图", "publish_date": MONDAY, "production_days": 4, "kept_in": "files"},
            {"content_id": "R2", "channel": "oa", "title": "下周", "publish_date": SUNDAY + 2 * ONE_DAY,
             "kept_in": "files"},
        ],
    )  # fmt: skip
    return c


def of_week(c: Connections, week: Week = THIS, compare_to: Week = BEFORE, *accounts: str) -> Retrospective:
    return retrospective(c, week, compare_to, accounts, ["一处存疑"])


def whole(found: Retrospective, metric_id: str) -> Shift:
    return next(one for one in found.shifts if one.metric_id == metric_id and not one.dimension)


def test_a_week_is_told_with_what_was_published_in_it_and_the_week_before(story: Connections) -> None:
    found = of_week(story)
    assert (found.week, found.compared, found.first, found.last) == ("2026-W30", "2026-W29", MONDAY, SUNDAY)
    assert {i.item_id for i in found.items} == {"now", "sunday", "elsewhere"}
    assert [i.item_id for i in found.before] == ["before"]
    # 56 + 28 + 21 interactions of 2,310 readers; 70 of 1,400 in the week before.
    assert (whole(found, "interaction_rate").before, whole(found, "interaction_rate").now) == (
        0.05,
        105 / 2310,
    )
    assert {i.item_id for i in found.unlabelled} == {"before", "sunday", "elsewhere"}, "30 days, as the mix"
    assert found.mixes[0].total == 1, "one of these four is labelled"
    assert (found.production.items, found.production.cycle_days) == (4, 4.0)
    assert {i.item_id for i in found.meeting.planned} == {"after", "R2"}
    assert {(v.member, v.call, v.reason) for v in found.verdicts if v.dimension == "template"} == {
        ("晒图", "test", "few_posts")
    }
    steps = {s.name: s.count for s in found.funnel if s.account_id == "oa_main" and not s.content_type}
    assert (steps["delivered"], steps["read"]) == (20_000, 900), "Monday's 700 of 7 days, Sunday's 200 of one"
    assert found.doubts == ("一处存疑",)
    assert (found.age, found.left_out, found.is_growth_known) == (7, 0, False)


def test_one_account_is_told_by_itself(story: Connections) -> None:
    found = of_week(story, THIS, BEFORE, "oa_two")
    assert [i.item_id for i in found.items] == ["elsewhere"]
    assert found.before == ()
    assert {step.account_id for step in found.funnel} == {"oa_two"}
    assert [i.item_id for i in found.meeting.planned] == ["R2"], "planned without an account"
    assert found.chosen == ("oa_two",)


def test_the_register_may_call_an_account_by_its_name(c: Connections) -> None:
    place = {"channel": "oa", "title": "标题", "kept_in": "files"}
    full(
        c,
        "fct_content_item",
        [
            {"content_id": "R1", "account": "品牌服务号", "publish_date": MONDAY, **place},
            {"content_id": "R2", "account": "品牌服务号 ", "publish_date": SUNDAY + ONE_DAY, **place},
            {"content_id": "R3", "account": "oa_main", "publish_date": MONDAY, **place},
            {"content_id": "R4", "account": "品牌视频号", "publish_date": MONDAY, **place},
            {"content_id": "R5", "account": "外部合作号", "publish_date": MONDAY, **place},
        ],
    )
    found = of_week(c, THIS, BEFORE, "oa_main")
    assert [(i.item_id, i.account_id) for i in found.items] == [("R1", "oa_main"), ("R3", "oa_main")]
    assert [i.item_id for i in found.meeting.planned] == ["R2"]
    told = {i.item_id: i.account_id for i in of_week(c).items}
    assert (told["R4"], told["R5"]) == ("channels_main", "外部合作号")


def test_a_name_that_two_accounts_have_or_that_is_another_ones_id_names_nobody() -> None:
    def account(account_id: str, name: str) -> Account:
        return Account(
            account_id=account_id, kind="official_account", name=name, app_id="wx", secret="S", base_url="h"
        )

    known = [account("a", "甲"), account("b", "乙"), account("c", "乙"), account("d", "a")]
    assert _ids_by_name(known) == {"甲": "a"}


def test_a_past_week_is_told_beside_a_later_one(story: Connections) -> None:
    found = of_week(story, Week(2026, 26), Week(2026, 31))
    assert [i.item_id for i in found.items] == ["old"]
    assert {i.item_id for i in found.before} == {"after", "R2"}
    assert whole(found, "interaction_rate").now == 0.02


def test_alerts_and_decisions_of_the_week_reach_the_meeting(story: Connections) -> None:
    red = replace(judged("oa_open_rate", 0.1, Level.red), owner="content")
    alerts.write(story.database, SUNDAY, [red, judged("aov", 9.0)])
    noon = dt.datetime(2026, 7, 21, 4, tzinfo=dt.UTC)
    for name, day in (("D-1", MONDAY), ("D-2", SUNDAY + ONE_DAY)):
        decisions.record(
            story.database, Decision(name, day, "停用模板", "组", (), "", DecisionOutcome.open, None, noon)
        )
    found = of_week(story)
    assert [(row.metric_id, row.owner) for row in found.meeting.alerts] == [("oa_open_rate", "内容组负责人")]
    assert found.meeting.judged == 2
    assert [d.decision_id for d in found.meeting.decided] == ["D-1"], (
        "what was decided later is not the week's"
    )
    planned = {s.name: s.planned for s in found.funnel if s.account_id == "oa_main" and not s.content_type}
    assert (planned["read"], planned["visit"]) == (0.1, None)


def test_what_was_missed_on_any_day_of_the_week_is_told_with_its_day(c: Connections) -> None:
    noon = dt.datetime(2026, 7, 27, 4, tzinfo=dt.UTC)
    missed = Cell("oa_main", "oa.user_summary", MONDAY + 2 * ONE_DAY)
    cells = [
        Cell(account.account_id, endpoint.name, day)
        for account in c.settings.accounts()
        for endpoint in c.settings.endpoints().values()
        if endpoint.kind == account.kind
        for day in Window(MONDAY - 40 * ONE_DAY, SUNDAY + ONE_DAY).days()
        if endpoint.every.ends_on(day)
    ]
    outcomes.write(
        c.database,
        [Outcome(x, Verdict.late if x == missed else Verdict.ok, 1, x.business_date, noon) for x in cells],
    )
    found = of_week(c).trust
    assert found.due - found.ok == 1
    assert found.completeness == found.ok / found.due
    assert found.due > 7 * 20, "the days of the week, not its last alone"
    assert found.late == ("品牌服务号 · 用户增减 (07-22)",)
    assert (found.failed, found.doubtful) == ((), ())


def test_a_new_installation_has_a_story_without_content(c: Connections) -> None:
    found = of_week(c)
    assert (found.items, found.verdicts, found.shifts, found.sends) == ((), (), (), ())
    assert {share.level for share in found.mixes} == {Level.grey}
    assert {one.now for one in found.pulse} == {None}
