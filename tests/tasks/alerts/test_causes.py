import datetime as dt
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.alerts.causes import compared, explain, to_explain
from tasks.records import AlertRow, Contribution, Level, Metric, MetricValue
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 7, 25)
WEEK_AGO = dt.date(2026, 7, 18)
SHARE = some_metric(
    unit="share", denominator="d", denominator_zh="分母", denominator_en="base", min_sample=100,
    dimensions=("account",),
)  # fmt: skip
COUNT = some_metric(unit="items", dimensions=("scene",))


def alert(level: Level = Level.red, since: dt.date = DAY, changed: str = "worsened") -> AlertRow:
    return AlertRow(
        "m", DAY, level, level, since, changed, "level", 0.1, 0.2, None, 0.3,
        0.4, None, None, None, None, None, "o", "a", None, "r",
    )  # fmt: skip


def rate(account: str, day: dt.date, top: float, base: float, **more) -> MetricValue:
    more = {"completeness": 1.0, **more}
    return MetricValue(
        "m", day, account, numerator=top, denominator=base, value=top / base if base else None, **more
    )


def count(day: dt.date, top: float, member: str = "", dimension: str = "scene") -> MetricValue:
    return MetricValue(
        "m", day, "*", dimension if member or dimension == "rest" else "", member, top, None, top, 1.0
    )


def named(found: list[Contribution]) -> list[str]:
    return [c.member for c in found if c.member]


def rates(*told: tuple[str, float, float, float, float]) -> list[MetricValue]:
    """(account, top then, base then, top now, base now), and the brand's own rows as their sum."""
    rows = [rate(name, WEEK_AGO, n0, d0) for name, n0, d0, _, _ in told]
    rows += [rate(name, DAY, n1, d1) for name, _, _, n1, d1 in told]
    sums = [sum(t[i] for t in told) for i in (1, 2, 3, 4)]
    return [*rows, rate("*", WEEK_AGO, sums[0], sums[1]), rate("*", DAY, sums[2], sums[3])]


def test_the_account_that_pulled_the_rate_down_is_named_first_with_its_share() -> None:
    # a 0.20 -> 0.10 at an unmoved half of the base; b stays at 0.20.
    found = explain(
        alert(), SHARE, rates(("a", 2000, 10_000, 1000, 10_000), ("b", 2000, 10_000, 2000, 10_000))
    )

    assert [(c.member, c.rank, c.mix, c.within, c.share) for c in found] == [
        ("a", 1, 0.0, -0.05, 1.0),
        ("", 2, 0.0, 0.0, 0.0),
    ]
    assert (found[0].before, found[0].now) == (0.2, 0.1)
    assert found[0].compared_with == WEEK_AGO


def test_all_members_rise_and_the_whole_falls_because_the_weak_one_grew() -> None:
    found = explain(alert(), SHARE, rates(("a", 9000, 10_000, 1900, 2000), ("b", 1000, 10_000, 7600, 38_000)))

    assert named(found) == ["a", "b"]
    assert sum(c.mix for c in found) == pytest.approx(-0.34875)
    assert sum(c.within for c in found) == pytest.approx(0.08625)
    assert sum(c.mix + c.within for c in found) == pytest.approx(0.2375 - 0.5, abs=1e-12)
    assert all(c.within > 0 for c in found)


def test_members_with_too_few_cases_are_put_together_and_never_named() -> None:
    found = explain(
        alert(),
        SHARE,
        rates(("big", 3000, 10_000, 2000, 10_000), ("c1", 40, 50, 1, 90), ("c2", 30, 60, 2, 99)),
    )

    assert named(found) == ["big"]
    assert [c.member for c in found if c.rank == 2] == [""]
    assert sum(c.mix + c.within for c in found) == pytest.approx(2003 / 10_189 - 3070 / 10_110, abs=1e-12)


def test_a_member_whose_change_may_be_chance_is_not_named() -> None:
    # b: 50/500 -> 40/500 is within chance (z = 1.1), a: 3000/10000 -> 2000/10000 is not.
    found = explain(alert(), SHARE, rates(("a", 3000, 10_000, 2000, 10_000), ("b", 50, 500, 40, 500)))

    assert named(found) == ["a"]


def test_a_count_is_split_by_what_its_members_lost() -> None:
    rows = [count(WEEK_AGO, 1000), count(DAY, 700)]
    rows += [count(WEEK_AGO, 600, "live"), count(DAY, 250, "live"), count(WEEK_AGO, 400, "card")]
    rows += [count(DAY, 450, "card")]

    found = explain(alert(), COUNT, rows)

    assert [(c.member, c.within, c.mix, c.share) for c in found] == [
        ("live", -350.0, 0.0, 350 / 300),
        ("", 50.0, 0.0, -50 / 300),  # 400 -> 450 is within chance
    ]


def test_persons_held_are_no_chance_only_those_who_came_or_went() -> None:
    rows = [count(WEEK_AGO, 1_000_000), count(DAY, 1_000_900)]
    rows += [count(WEEK_AGO, 800_000, "oa"), count(DAY, 800_898, "oa")]
    rows += [count(WEEK_AGO, 200_000, "shop"), count(DAY, 200_002, "shop")]

    held = explain(alert(), COUNT.model_copy(update={"unit": "persons", "stock": True}), rows)
    flow = explain(alert(), COUNT.model_copy(update={"unit": "persons"}), rows)

    assert named(held) == ["oa"]
    assert named(flow) == []


def test_parts_that_do_not_add_up_are_not_used_and_it_is_said_so() -> None:
    rows = [count(WEEK_AGO, 1000), count(DAY, 700)]
    rows += [count(d, 600, m) for d in (WEEK_AGO, DAY) for m in ("live", "card")]

    (found,) = explain(alert(), COUNT, rows)[:1]

    assert (found.dimension, found.member, found.rank) == ("scene", "", 0)
    assert found.note == "各部分之和与总数不符，不用于拆分"
    assert explain(alert(), COUNT, rows, language="en")[-1].note == (
        "There is no breakdown that splits the change since 2026-07-18"
    )


def test_a_breakdown_over_one_shared_denominator_adds_up_by_numerators() -> None:
    metric = SHARE.model_copy(update={"dimensions": ("channel",)})

    def by(day: dt.date, member: str, top: float, base: float) -> MetricValue:
        return replace(rate("*", day, top, base), dimension="channel", member=member)

    rows = [rate("*", WEEK_AGO, 1000, 10_000), rate("*", DAY, 600, 12_000)]
    rows += [by(WEEK_AGO, "live", 700, 10_000), by(DAY, "live", 240, 12_000)]
    rows += [by(WEEK_AGO, "card", 300, 10_000), by(DAY, "card", 360, 12_000)]

    found = explain(alert(), metric, rows)

    assert [(c.member, round(c.within, 9), c.mix) for c in found] == [("live", -0.05, 0.0), ("", 0.0, 0.0)]


def test_a_rate_without_a_breakdown_is_told_by_its_two_parts() -> None:
    metric = SHARE.model_copy(update={"dimensions": ()})

    found = explain(alert(), metric, [rate("*", WEEK_AGO, 1200, 10_000), rate("*", DAY, 900, 15_000)])

    assert [(c.dimension, c.member, c.before, c.now) for c in found] == [
        ("parts", "denominator", 10_000, 15_000),
        ("parts", "numerator", 1200, 900),
    ]
    assert [round(c.within, 9) for c in found] == [-0.035, -0.025]


def test_one_account_alone_tells_nothing_so_the_parts_do() -> None:
    found = explain(alert(), SHARE, rates(("a", 2000, 10_000, 1000, 10_000)))

    assert {c.dimension for c in found} == {"parts"}


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([], "无法解释变化：2026-07-18 没有可用的数值"),
        (
            [rate("*", WEEK_AGO, 1, 2, status="grey", note="样本量 2，低于下限 100")],
            "无法解释变化：2026-07-18 没有可用的数值（样本量 2，低于下限 100）",
        ),
        ([rate("*", WEEK_AGO, 3, 0)], "无法解释变化：2026-07-18 没有可用的数值"),
    ],
)
def test_an_unknown_value_is_said_to_be_unknown_and_never_explained(
    before: list[MetricValue], reason: str
) -> None:
    (found,) = explain(alert(), SHARE, [*before, rate("*", DAY, 100, 1000)])

    assert (found.note, found.dimension, found.share, found.rank) == (reason, "", None, 0)


def test_a_grey_value_today_cannot_be_explained() -> None:
    (found,) = explain(alert(), SHARE, [rate("*", WEEK_AGO, 10, 1000), rate("*", DAY, 1, 10, status="grey")])

    assert found.note == "无法解释变化：2026-07-25 没有可用的数值"


def test_an_account_with_incomplete_inputs_is_no_account_that_vanished() -> None:
    rows = rates(("a", 2000, 10_000, 1000, 10_000), ("b", 2000, 10_000, 0, 0))
    rows = [
        replace(v, numerator=None, denominator=None, status="grey", completeness=0.5)
        if (v.account_id, v.business_date) == ("b", DAY)
        else v
        for v in rows
    ]

    found = explain(alert(), SHARE, rows)

    assert found[0].note == "b 在 2026-07-25 的输入数据不完整，不用于拆分"
    assert {c.dimension for c in found[1:]} == {"parts"}


def test_a_number_that_did_not_move_has_no_cause() -> None:
    (found,) = explain(alert(), COUNT, [count(WEEK_AGO, 50), count(DAY, 50)])

    assert found.note == "与 2026-07-18 相比没有变化"


@pytest.mark.parametrize(("window", "back"), [(1, 7), (2, 7), (7, 7), (28, 28), (35, 35)])
def test_a_window_is_compared_with_the_one_before_it_and_a_day_with_its_weekday(
    window: int, back: int
) -> None:
    assert compared(alert(), some_metric(window_days=window))[0] == DAY - dt.timedelta(days=back)


def test_a_level_that_has_lasted_is_compared_with_a_day_before_it_when_the_week_tells_nothing() -> None:
    row = alert(since=DAY - dt.timedelta(days=20), changed="")
    month_start = DAY - dt.timedelta(days=21)
    assert compared(row, COUNT)[:2] == (WEEK_AGO, month_start)
    rows = [count(DAY, 700), count(month_start, 1000), count(WEEK_AGO, 705)]
    rows += [count(d, n, m) for d, m, n in ((month_start, "live", 600.0), (DAY, "live", 300.0))]
    rows += [count(d, 400, "card") for d in (month_start, DAY)]

    found = explain(row, COUNT, rows)

    assert (found[0].member, found[0].compared_with, found[0].share) == ("live", month_start, 1.0)


@pytest.mark.parametrize(
    ("level", "changed", "told"),
    [
        (Level.red, "", True),
        (Level.orange, "", True),
        (Level.yellow, "", False),
        (Level.yellow, "improved", True),
        (Level.green, "recovered", True),
        (Level.green, "", False),
        (Level.grey, "", False),
    ],
)
def test_orange_red_and_what_is_new_is_explained(level: Level, changed: str, told: bool) -> None:
    assert to_explain(alert(level, changed=changed)) is told


BASES = st.integers(1, 10**7)
ROWS = st.lists(
    st.tuples(BASES, st.floats(0, 1), BASES, st.floats(0, 1), st.sampled_from(["both", "then", "now"])),
    min_size=2, max_size=8,
)  # fmt: skip


@given(ROWS, st.randoms())
def test_parts_sum_to_the_change_whatever_the_numbers_and_their_order(told, random) -> None:
    metric: Metric = SHARE
    members = []
    for i, (d0, r0, d1, r1, there) in enumerate(told):
        then, now = d0 * (there != "now"), d1 * (there != "then")
        members.append((f"a{i}", round(then * r0, 6), then, round(now * r1, 6), now))
    rows = rates(*members)
    whole = rows[-2].value, rows[-1].value

    found = explain(alert(), metric, rows)
    random.shuffle(rows)

    assert explain(alert(), metric, rows) == found
    if whole[1] is None:
        assert found[0].note
        return
    for dimension in {c.dimension for c in found if not c.note}:
        told = [c for c in found if c.dimension == dimension]
        start = alert().expected if told[0].compared_with == DAY else whole[0]
        assert abs(math.fsum(c.mix + c.within for c in told) - (whole[1] - start)) <= 1e-9


LONG = some_metric(unit="persons", window_days=90, dimensions=("channel",))


def split(day: dt.date, **members: float) -> list[MetricValue]:
    """A count of a day and its channels."""
    return [count(day, sum(members.values())), *(count(day, n, m, "channel") for m, n in members.items())]


def test_a_long_window_has_a_cause_before_there_are_two_of_them() -> None:
    fortnight = DAY - dt.timedelta(days=14)
    row = replace(alert(), expected=9000.0)

    found = explain(row, LONG, [*split(fortnight, oa=4000, shop=1000), *split(DAY, oa=3000, shop=1000)])

    assert [(c.member, c.within, c.compared_with) for c in found if c.member] == [("oa", -1000.0, fortnight)]


def test_a_count_whose_change_names_nobody_is_held_against_its_plan() -> None:
    # 15 -> 25 is within chance. Of 420 the plan asks 13/15 of oa and 2/15 of wecom.
    row = replace(alert(), expected=420.0)

    found = explain(
        row, LONG, [*split(DAY - dt.timedelta(days=28), oa=13, wecom=2), *split(DAY, oa=22, wecom=3)]
    )

    assert [(c.member, c.rank, c.before, c.now) for c in found] == [
        ("oa", 1, 364.0, 22.0), ("wecom", 2, 56.0, 3.0),
    ]  # fmt: skip
    assert {c.compared_with for c in found} == {DAY}
    assert math.fsum(c.within for c in found) == pytest.approx(25 - 420, abs=1e-9)
    assert found[0].share == pytest.approx(342 / 395)


def test_a_rate_without_any_history_is_held_against_its_plan_at_the_members_weights() -> None:
    # a: 0.75 x (0.10 - 0.20) = -0.075, b: 0.25 x (0.22 - 0.20) = 0.005, within chance of 0.20 (n = 500: 0.035).
    rows = [rate("a", DAY, 150, 1500), rate("b", DAY, 110, 500), rate("*", DAY, 260, 2000)]

    found = explain(alert(), SHARE, rows)

    assert [(c.member, round(c.within, 9), c.mix, c.before) for c in found if not c.note] == [
        ("a", -0.075, 0.0, 0.2), ("", 0.005, 0.0, 0.2),
    ]  # fmt: skip
    assert math.fsum(c.mix + c.within for c in found) == pytest.approx(0.13 - 0.2, abs=1e-9)


def test_who_has_too_few_cases_is_not_named_beside_the_plan_either() -> None:
    rows = [rate("a", DAY, 1, 90), rate("b", DAY, 2, 99), rate("*", DAY, 3, 189)]

    found = explain(alert(), SHARE, rows)

    assert [c.note for c in found] == ["无法解释变化：2026-07-18 没有可用的数值"]


def test_a_count_that_stands_still_says_so_and_names_the_parts_that_give_it_nothing() -> None:
    driver = some_metric("won", unit="persons", name_zh="活动新增用户")
    parts = [
        replace(count(DAY, n, m, "campaign"), metric_id="won") for m, n in (("F-1", 35.0), ("F-2", 67.0))
    ]
    metric = COUNT.model_copy(update={"dimensions": (), "driver": "won"})
    row = replace(alert(), expected=3.0)

    (found,) = explain(row, metric, [count(WEEK_AGO, 0), count(DAY, 0), *parts], driver=driver)

    assert found.note == (
        "与 2026-07-18 相比没有变化，仍为 0 个，计划应达 3 个；活动新增用户：F-2 67 人、F-1 35 人，都不足以计入"
    )
