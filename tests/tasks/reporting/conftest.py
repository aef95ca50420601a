"""One invented day at the brand: nine KPIs at all levels, real movements and thin ones."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tasks.records import AlertRow, Contribution, Level, Metric, MetricValue, Trust
from tasks.reporting.digest import TEMPLATES, Digest, digest

REPORTS = Path(__file__).resolve().parents[3] / "reports"
DAY = dt.date(2026, 7, 25)


def metric(
    key: str, zh: str, en: str, unit: str, numerator: str, denominator: str = "", **more: object
) -> Metric:
    described = {
        "direction": "up",
        "grain": "account × day",
        "window_days": 1,
        "formula": f"{numerator} ÷ {denominator}" if denominator else numerator,
        "strength": "own",
        "source": "own",
        "query": "sample.sql",
        "inputs": ("user_summary",),
        "min_sample": 200,
        **more,
    }
    return Metric(
        metric_id=key,
        name_zh=zh,
        name_en=en,
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        numerator_zh=numerator,
        numerator_en=f"top of {key}",
        denominator_zh=denominator,
        denominator_en=f"bottom of {key}" if denominator else "",
        **described,
    )


METRICS = {
    m.metric_id: m
    for m in [
        metric("browse_to_order", "浏览→下单转化", "Browse → order", "share", "下单人数", "小程序访问人数"),
        metric(
            "oa_open",
            "打开率",
            "Open rate",
            "share",
            "消息打开人数",
            "送达人数",
            strength="A",
            source="getarticleread",
        ),
        metric(
            "community_messages",
            "社群日均消息",
            "Messages per group-day",
            "times",
            "群消息数",
            "群数",
            min_sample=20,
        ),
        metric(
            "group_exit",
            "退群率",
            "Group exit rate",
            "share",
            "退群人次",
            "期初成员数",
            direction="down",
            window_days=30,
        ),
        metric("private_users", "私域用户", "Private-domain users", "persons", "去重用户数", decimals=0),
        metric("repurchase", "复购率", "Repurchase rate", "share", "复购人数", "购买人数", window_days=90),
        metric("share_rate", "分享率", "Share rate", "share", "分享人数", "阅读人数"),
        metric(
            "reply", "平均回复时长", "Reply time", "minutes", "回复总时长", "有回复会话数", direction="down"
        ),
        metric("day7", "新用户 7 日留存", "Day-7 retention", "share", "第 7 日活跃人数", "新用户数"),
        metric("paid_gmv", "支付 GMV", "Paid GMV", "cny", "支付金额", decimals=0, min_sample=0),
        metric("lost", "取关人数", "Followers lost", "persons", "取关人数", direction="down", decimals=0),
        metric("praise", "赞赏人数", "Praising readers", "persons", "赞赏人数", decimals=0),
    ]
}


def alert(key: str, level: Level, actual: float | None, expected: float | None, **more: object) -> AlertRow:
    blank = AlertRow(
        metric_id=key,
        business_date=DAY,
        level=level,
        raw_level=level,
        since=DAY,
        changed="",
        basis="progress",
        actual=actual,
        expected=expected,
        baseline=None,
        target=None,
        lag=None,
        lag_progress=None,
        lag_level=None,
        lag_points=None,
        slippage_days=None,
        needed_per_day=None,
        owner="",
        action="",
        due_date=None,
        reason="",
    )
    return replace(blank, **more)


ALERTS = [
    alert(
        "oa_open",
        Level.orange,
        0.148,
        0.165,
        since=DAY - dt.timedelta(4),
        baseline=0.08,
        target=0.25,
        lag=0.2,
        lag_progress=0.2,
        lag_level=0.103,
        lag_points=0.10,
        slippage_days=64,
        needed_per_day=0.00041,
        owner="林夏",
        action="把本周推送预算调到场景化内容",
        due_date=dt.date(2026, 7, 30),
    ),
    alert(
        "browse_to_order",
        Level.red,
        0.061,
        0.0677,
        since=DAY,
        changed="worsened",
        baseline=0.05,
        target=0.10,
        lag=0.3802,
        lag_progress=0.3802,
        lag_level=0.099,
        lag_points=0.134,
        slippage_days=72,
        needed_per_day=0.00011,
        owner="王珂",
        action="启动应急预案：当日复核支付链路，暂停低转化投放",
        due_date=dt.date(2026, 7, 27),
        reason="落后计划 38.0 %（进度口径），按计划 72 天前就该到这个数",
    ),
    alert(
        "community_messages",
        Level.orange,
        15.3,
        17.4,
        since=DAY - dt.timedelta(1),
        baseline=10.0,
        target=50.0,
        lag=0.284,
        lag_progress=0.284,
        lag_level=0.121,
        lag_points=0.052,
        slippage_days=41,
        needed_per_day=0.08,
        owner="陈一鸣",
        action="把两名内容同事调到社群值班",
        due_date=dt.date(2026, 7, 31),
        reason="落后计划 28.4 %（进度口径），按计划 41 天前就该到这个数；当日已好转为黄，尚待确认，暂记橙",
    ),
    alert(
        "group_exit",
        Level.yellow,
        0.322,
        0.305,
        since=DAY - dt.timedelta(2),
        baseline=0.35,
        target=0.10,
        lag=0.18,
        lag_progress=0.378,
        lag_level=-0.056,
        lag_points=0.18,
        basis="points",
        slippage_days=37,
        needed_per_day=-0.0009,
        owner="陈一鸣",
        action="分析退群原因，周三前交追赶计划",
        due_date=dt.date(2026, 7, 29),
    ),
    alert(
        "private_users",
        Level.green,
        1013245,
        1002000,
        baseline=310000,
        target=5000000,
        lag=-0.016,
        lag_progress=-0.016,
        lag_level=-0.011,
        lag_points=-0.002,
    ),
    alert(
        "repurchase",
        Level.green,
        0.197,
        0.192,
        baseline=0.10,
        target=0.35,
        lag=-0.054,
        changed="recovered",
        lag_progress=-0.054,
        lag_level=-0.026,
        lag_points=-0.02,
    ),
    alert(
        "share_rate", Level.green, 0.118, 0.121, baseline=0.10, target=0.30, lag=0.0714, lag_progress=0.0714
    ),
    alert("reply", Level.green, 4.8, 5.0, target=5.0, basis="gate", lag=-0.04),
    alert(
        "day7",
        Level.grey,
        None,
        0.28,
        baseline=0.20,
        target=0.50,
        reason="输入数据只到齐 62.0 %，低于 95.0 %：先补数据",
    ),
]


def measured(
    key: str, back: int, numerator: float, denominator: float | None = None, **more: object
) -> MetricValue:
    value = numerator / denominator if denominator else numerator
    day = DAY - dt.timedelta(days=back)
    return replace(
        MetricValue(
            key, day, "*", numerator=numerator, denominator=denominator, value=value, completeness=1.0
        ),
        **more,
    )


def week(
    key: str, today: tuple[float, ...], before: tuple[float, ...], ago: tuple[float, ...]
) -> list[MetricValue]:
    return [measured(key, back, *parts) for back, parts in ((0, today), (1, before), (7, ago))]


VALUES = [
    *week("browse_to_order", (1203, 19720), (1251, 19810), (1480, 19800)),
    *week("oa_open", (43_112, 291_300), (43_420, 291_150), (43_800, 290_400)),
    *week("community_messages", (6_426, 420), (6_502, 420), (6_720, 400)),
    *week("group_exit", (12_880, 40_000), (12_790, 40_000), (12_400, 40_000)),
    *week("private_users", (1_013_245,), (1_011_900,), (1_003_800,)),
    *week("repurchase", (9_850, 50_000), (9_800, 49_900), (9_550, 49_700)),
    *week("share_rate", (5_900, 50_000), (5_880, 50_000), (4_700, 50_000)),
    *week("reply", (57_600, 12_000), (58_000, 12_000), (74_400, 12_000)),
    *week("paid_gmv", (412_330.5,), (431_000.0,), (377_000.0,)),
    *week("lost", (1_920,), (1_400,), (1_210,)),
    *week("praise", (31,), (28,), (22,)),
]

TRUST = Trust(
    due=52,
    ok=49,
    completeness=49 / 52,
    completeness_30d=0.9874,
    late=("品牌商城小程序 · 访问留存",),
    doubtful=("品牌企业微信 · 联系客户统计：全为零，前 7 天不是",),
    failed=("品牌微信小店 · 售后单：access_token 的 IP 不在白名单，请把服务器 IP 加入白名单",),
    revised_days=7,
)


def cause(
    key: str, dimension: str, member: str, mix: float, within: float, share: float, rank: int, days: int = 7
) -> Contribution:
    return Contribution(
        key, DAY, DAY - dt.timedelta(days=days), dimension, member, None, None, mix, within, share, rank
    )


# browse_to_order fell by 1,203/19,720 − 1,480/19,800 = −0.0137, oa_open by 0.0029; both rounded here.
CAUSES = [
    cause("browse_to_order", "order_scene", "2", 0.0, -0.0112, 0.8175, 1),
    cause("browse_to_order", "order_scene", "6", 0.0, -0.0031, 0.2263, 2),
    cause("browse_to_order", "order_scene", "", 0.0, 0.0006, -0.0438, 3),
    cause("oa_open", "account", "oa_a", -0.002, -0.012, 0.7368, 1, 28),
    cause("oa_open", "account", "oa_b", -0.003, -0.002, 0.2632, 2, 28),
    Contribution(
        "community_messages", DAY, DAY - dt.timedelta(days=7), "", "", None, None, 0.0, 0.0, None, 0,
        "与 2026-07-18 相比的变化没有可拆分的维度",
    ),
]  # fmt: skip
NOT_MEASURED = ("画像准确率", "数据决策占比")


@dataclass(frozen=True)
class SampleDay:
    """What a digest is made of; ``tell`` makes it, with parts exchanged by name."""

    tell: Callable[..., Digest]
    templates: dict[str, str]
    alerts: list[AlertRow]
    metrics: dict[str, Metric]


@pytest.fixture
def sample_day() -> SampleDay:
    templates = {name: (REPORTS / name).read_text(encoding="utf-8") for name in TEMPLATES}

    def tell(**changed: object) -> Digest:
        parts: dict[str, object] = {
            "day": DAY,
            "alerts": ALERTS,
            "values": [v for v in VALUES if v.business_date == DAY],
            "earlier": [v for v in VALUES if v.business_date != DAY],
            "trust": TRUST,
            "metrics": METRICS,
            "not_measured": NOT_MEASURED,
            "brand": "沐光美妆",
            "language": "zh-CN",
            "link": "https://reports.example.com/digest/2026-07-25.html",
            "templates": templates,
            "causes": CAUSES,
            "accounts": {"oa_a": "沐光美妆服务号", "oa_b": "沐光订阅号"},
        }
        return digest(**(parts | changed))

    return SampleDay(tell, templates, ALERTS, METRICS)
