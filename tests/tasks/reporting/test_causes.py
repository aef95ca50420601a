import datetime as dt

import pytest

from tasks.records import Contribution
from tasks.reporting.causes import sentence
from tests.tasks.some_metric import some_metric

DAY = dt.date(2026, 7, 25)
RATE = some_metric(
    "open", unit="share", denominator="d", denominator_zh="送达人数", denominator_en="delivered",
    numerator_zh="消息阅读人数", numerator_en="readers", window_days=28, dimensions=("account", "content_type"),
)  # fmt: skip
ORDERS = some_metric("orders", unit="items", decimals=0, dimensions=("order_scene",))
NAMES = {"oa_a": "服务号 A", "oa_b": "订阅号 B"}


def part(
    member: str,
    mix: float,
    within: float,
    share: float,
    rank: int,
    *,
    metric_id: str = "open",
    dimension: str = "account",
    days: int = 28,
    before: float | None = None,
    now: float | None = None,
) -> Contribution:
    then = DAY - dt.timedelta(days=days)
    return Contribution(metric_id, DAY, then, dimension, member, before, now, mix, within, share, rank)


def note(text: str, dimension: str = "") -> Contribution:
    return Contribution("open", DAY, DAY, dimension, "", None, None, 0.0, 0.0, None, 0, text)


OPEN = [
    part("oa_a", -0.002, -0.012, 0.7368, 1),
    part("oa_b", 0.0, -0.003, 0.1579, 2),
    part("", 0.0, -0.002, 0.1053, 3),
]


def test_a_rate_is_told_with_its_largest_contributor_its_mix_and_its_own_change() -> None:
    assert sentence(OPEN, RATE, "zh-CN", NAMES) == (
        "较 28 天前降 1.9 个百分点：服务号 A −1.4（占 74 %：结构 −0.2，自身 −1.2），订阅号 B −0.3（占 16 %），其余 −0.2"
    )
    assert sentence(OPEN, RATE, "en", NAMES) == (
        "Down 1.9 points from 28 days before: 服务号 A −1.4 (74 % of it: mix −0.2, own −1.2), "
        "订阅号 B −0.3 (16 % of it), the rest −0.2"
    )


def test_a_count_is_told_in_its_own_unit_with_what_went_the_other_way_in_the_rest() -> None:
    causes = [
        part("2", 0.0, -350.0, 350 / 300, 1, metric_id="orders", dimension="order_scene", days=7),
        part("6", 0.0, 50.0, -50 / 300, 2, metric_id="orders", dimension="order_scene", days=7),
    ]

    assert sentence(causes, ORDERS, "zh-CN") == "较 7 天前降 300：直播间下单 −350（占 117 %），其余 +50"


def test_when_all_accounts_rise_and_the_whole_falls_the_mix_is_said_to_be_it() -> None:
    causes = [part("oa_a", -0.250, 0.014, 0.899, 1), part("oa_b", -0.098, 0.0725, 0.097, 2)]

    assert sentence(causes, RATE, "zh-CN", NAMES) == (
        "较 28 天前降 26.2 个百分点：服务号 A −23.6（占 90 %：结构 −25，自身 +1.4），订阅号 B −2.6（占 10 %）；"
        "主要是账号结构在变"
    )


def test_a_rate_without_a_breakdown_is_told_by_its_parts() -> None:
    causes = [
        part("denominator", 0.0, -0.035, 0.5833, 1, dimension="parts", before=10_000, now=15_000),
        part("numerator", 0.0, -0.025, 0.4167, 2, dimension="parts", before=1200, now=900),
    ]

    assert sentence(causes, RATE, "zh-CN") == (
        "较 28 天前降 6 个百分点：送达人数 10,000 → 15,000（+50 %），消息阅读人数 1,200 → 900（−25 %）"
    )


def test_the_breakdown_that_explains_most_is_told_and_the_first_of_the_catalogue_among_equals() -> None:
    weak = [part("oa_a", 0.0, -0.004, 0.2, 1), part("", 0.0, -0.016, 0.8, 2)]
    strong = [
        part("scenario", 0.0, -0.018, 0.9, 1, dimension="content_type"),
        part("none", 0.0, -0.002, 0.1, 2, dimension="content_type"),
    ]

    assert "场景化类 −1.8（占 90 %）" in sentence([*weak, *strong], RATE, "zh-CN")
    assert "服务号 A −1.4" in sentence([*strong, *OPEN], RATE, "zh-CN", NAMES)


def test_members_that_are_all_within_chance_are_not_named() -> None:
    assert sentence([part("", 0.0, -0.004, 1.0, 1)], RATE, "zh-CN") == (
        "较 28 天前降 0.4 个百分点：按账号看，没有哪一个单独超出正常波动"
    )


def test_a_small_change_keeps_enough_places_to_be_read() -> None:
    causes = [part("oa_a", 0.0, 0.0012, 0.8, 1), part("oa_b", 0.0, 0.0003, 0.2, 2)]

    assert sentence(causes, RATE, "zh-CN", NAMES).startswith(
        "较 28 天前升 0.15 个百分点（方向对，但不够快）：服务号 A +0.12（占 80 %）"
    )


@pytest.mark.parametrize(
    ("unit", "decimals", "change", "told"),
    [
        ("cny", 0, -12_345.0, "较 28 天前降 ¥12,345：账号 x −¥12,345（占 100 %）"),
        ("minutes", 1, 0.64, "较 28 天前升 0.64 分钟：账号 x +0.64 分钟（占 100 %）"),
        ("persons", 0, 4_200.0, "较 28 天前升 4,200：账号 x +4,200（占 100 %）"),
    ],
)
def test_money_minutes_and_persons_are_told_in_their_units(
    unit: str, decimals: int, change: float, told: str
) -> None:
    metric = some_metric("open", unit=unit, decimals=decimals)

    assert sentence([part("x", 0.0, change, 1.0, 1, dimension="账号")], metric, "zh-CN", behind=False) == told


def test_what_cannot_be_explained_is_said_to_be_so_instead_of_a_number() -> None:
    text = "无法解释变化：2026-06-27 没有可用的数值"

    assert sentence([note(text)], RATE, "zh-CN") == text
    assert sentence([note("各部分之和与总数不符", "account"), *OPEN], RATE, "zh-CN").startswith("较 28 天前")
    assert sentence([], RATE, "zh-CN") == ""
    assert sentence(OPEN, ORDERS, "zh-CN") == ""


def test_a_change_for_the_better_is_too_slow_only_while_the_metric_is_behind() -> None:
    falling = RATE.model_copy(update={"direction": "down"})

    assert sentence(OPEN, falling, "en", NAMES).startswith(
        "Down 1.9 points from 28 days before (the right way, not fast enough): "
    )
    assert sentence(OPEN, falling, "en", NAMES, behind=False).startswith(
        "Down 1.9 points from 28 days before: "
    )
    assert sentence(OPEN, RATE.model_copy(update={"direction": "none"}), "en", NAMES).startswith(
        "Down 1.9 points from 28 days before: "
    )


def test_what_is_held_against_the_plan_says_so() -> None:
    causes = [
        part("2", 0.0, -342.0, 342 / 395, 1, metric_id="orders", dimension="order_scene", days=0),
        part("", 0.0, -53.0, 53 / 395, 2, metric_id="orders", dimension="order_scene", days=0),
    ]

    assert sentence(causes, ORDERS, "zh-CN") == "比计划低 395：直播间下单 −342（占 87 %），其余 −53"
    assert sentence(causes, ORDERS, "en").startswith("395 below the plan: live −342")


def test_windows_that_overlap_are_said_to_overlap() -> None:
    causes = [part("oa_a", 0.0, -0.02, 1.0, 1, days=14)]

    assert sentence(causes, RATE, "zh-CN", NAMES).startswith(
        "较 14 天前降 2 个百分点（两个 28 天窗口有重叠）：服务号 A −2"
    )
