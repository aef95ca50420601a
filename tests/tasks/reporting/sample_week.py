"""One invented week of content: something to stop, to repeat and to test, and a funnel that broke."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

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
    Meeting,
    MixShare,
    Production,
    Pulse,
    Retrospective,
    Sameness,
    Send,
    Shift,
    Slot,
    Step,
    Topic,
    Trust,
)
from tasks.reporting.retrospective import TEMPLATES, Report, report
from tests.tasks.some_metric import some_metric

REPORTS = Path(__file__).resolve().parents[3] / "reports"
TEXTS = {name: (REPORTS / name).read_text(encoding="utf-8") for name in TEMPLATES}
FIRST, LAST = dt.date(2026, 7, 20), dt.date(2026, 7, 26)
UTC = dt.UTC
METRICS = {
    "open_rate": some_metric("open_rate", name_zh="打开率", name_en="Open rate", unit="share"),
    "loyal_users": some_metric("loyal_users", name_zh="忠诚用户", name_en="Loyal users", unit="persons"),
    "original_items_month": some_metric(
        "original_items_month", name_zh="原创内容篇数", name_en="Original items", unit="items"
    ),
    "production_cycle_days": some_metric(
        "production_cycle_days", name_zh="生产周期", name_en="Cycle", unit="days"
    ),
    "community_topics_month": some_metric(
        "community_topics_month", name_zh="社群话题数", name_en="Community topics", unit="items"
    ),
}
LINK = "https://reports.example.com/retrospective-2026-W30.html"


def verdict(call: str, dimension: str, member: str, *figures: float | None, **more: object) -> ContentVerdict:
    rate, low, high, baseline, effect = figures
    reason = {"kill": "below", "keep": "above", "test": "unclear"}[call]
    told = ContentVerdict(
        "oa_a",
        dimension,
        member,
        "interaction_rate",
        call,
        reason,
        8,
        41_200,
        rate,
        low,
        high,
        baseline,
        effect,
    )
    return replace(told, **more)


def aged(day_n: int, readers: int, **more: object) -> Aged:
    told = Aged(
        day_n=day_n, is_mature=True, delivered=52_000, readers=readers, session_readers=round(readers * 0.8),
        interactions=round(readers * 0.05), sharers=round(readers * 0.03), followers_won=round(readers * 0.01),
        finish_share=0.42, jumps=(0.18, 0.12, 0.1, 0.08, 0.52), mp_clicks=readers * 0.06, orders=readers * 0.002,
        revenue_cny=readers * 0.4,
    )  # fmt: skip
    return replace(told, **more)


def item(number: int, title: str, day: int, hour: int, *ages: Aged, **labels: str) -> ContentItem:
    every = {
        "matrix_type": "scenario",
        "pyramid_layer": "brand_values",
        "template": "好物清单",
        "is_original": "yes",
    }
    return ContentItem(
        item_id=f"A{number:04d}", title=title, channel="oa", account_id="oa_a",
        publish_date=FIRST + dt.timedelta(days=day), url=f"https://mp.weixin.qq.com/s/{number}",
        labels={**every, **labels}, publish_hour=hour, production_days=5, ages=ages,
    )  # fmt: skip


def early(day_n: int) -> Aged:
    return Aged(day_n=day_n, is_mature=False)


ITEMS = (
    item(1, "夏天第一支防晒怎么选：三种肤质的清单", 0, 20, aged(1, 3_900), aged(3, 5_200), aged(7, 5_900),
         scene="通勤"),
    item(
        2, "晒出你的梳妆台，赢一年份护肤", 1, 12,
        aged(1, 2_100, interactions=320), aged(3, 3_000, interactions=470),
        aged(7, 3_400, interactions=540, jumps=(0.05, 0.05, 0.04, 0.05, 0.81), finish_share=0.75),
        matrix_type="user_cocreated", pyramid_layer="interactive_entertainment", template="晒图精选", author="林夏",
    ),
    item(
        3, "成分课：烟酰胺到底该用几个点", 3, 20, aged(1, 1_400), aged(3, 1_900, interactions=40), early(7),
        matrix_type="vertical_knowledge", pyramid_layer="vertical_knowledge", template="专家问答", author="周子墨",
    ),
    replace(
        item(4, "周末快闪：到店即送小样", 6, 10, early(1), early(3), early(7)),
        labels={"matrix_type": "interactive"}, url="javascript:alert(1)",
    ),
    replace(item(5, "三十秒看完新品开箱", 4, 18), channel="channels", account_id="ch_a", url="", ages=(
        Aged(1, True, readers=8_800), Aged(3, True), early(7))),
)  # fmt: skip
VERDICTS = (
    verdict("kill", "template", "好物清单", 0.031, 0.024, 0.038, 0.052, -108.2, readers=41_200),
    verdict("kill", "hour_slot", "午后", 0.036, 0.03, 0.043, 0.05, -72.0, posts=11),
    verdict("keep", "template", "晒图精选", 0.081, 0.066, 0.099, 0.048, 112.4, posts=9, readers=30_600),
    verdict("test", "scene", "通勤", 0.055, 0.041, 0.072, 0.05, 18.3, more_posts=14),
    verdict("test", "author", "周子墨", 0.047, None, None, 0.05, None, posts=2, readers=3_300,
            reason="few_posts", more_posts=1),
    verdict("test", "matrix_type", "vertical_knowledge", 0.05, 0.04, 0.062, 0.051, -0.4, more_posts=None),
)  # fmt: skip
LIFTS = (
    Lift("oa_a", "template", "晒图精选", "interaction_rate", 1.46, 1.18, 1.81, 9),
    Lift("oa_a", "hour_slot", "午后", "interaction_rate", 0.79, 0.66, 0.94, 11),
    Lift("oa_a", "author", "林夏", "interaction_rate", 1.08, 0.93, 1.26, 14),
)
MIXES = (
    MixShare("matrix", "vertical_knowledge", 12, 40, 0.3, 0.3, 0.05, Level.green),
    MixShare("matrix", "scenario", 16, 40, 0.4, 0.25, 0.05, Level.orange),
    MixShare("matrix", "user_cocreated", 4, 40, 0.1, 0.2, 0.05, Level.yellow),
    MixShare("matrix", "interactive", 8, 40, 0.2, 0.25, 0.05, Level.green),
    MixShare("pyramid", "brand_values", 8, 38, 8 / 38, 0.2, 0.05, Level.green),
    MixShare("pyramid", "vertical_knowledge", 11, 38, 11 / 38, 0.3, 0.05, Level.green),
    MixShare("pyramid", "interactive_entertainment", 19, 38, 0.5, 0.5, 0.05, Level.green),
    MixShare("originality", "yes", 31, 40, 0.775, 0.7, 0.05, Level.green),
    MixShare("ugc", "ugc", 4, 40, 0.1, 0.15, 0.05, Level.green),
)
FUNNEL = (
    Step("delivered", "oa_a", "", 260_000.0, None, None, None, Level.grey),
    Step("read", "oa_a", "", 23_400.0, 0.09, 0.092, 0.1, Level.green),
    Step("mp_click", "oa_a", "", 1_404.0, 0.06, 0.061, 0.09, Level.green, is_approx=True),
    Step("visit", "oa_a", "", 1_180.0, 0.84, 0.85, None, Level.grey, is_approx=True),
    Step("order", "oa_a", "", 47.0, 0.04, 0.066, None, Level.red, 30.55, 6_721.0, is_approx=True),
    Step("repeat", "oa_a", "", 11.0, 0.234, 0.24, 0.22, Level.green, is_approx=True),
    Step("delivered", "oa_a", "scenario", 130_000.0, None, None, None, Level.grey),
    Step("read", "oa_a", "scenario", 10_400.0, 0.08, 0.095, None, Level.yellow, 9.4, 2_068.0),
)
SHIFTS = (
    Shift("interaction_rate", 0.052, 0.0462),
    Shift("interaction_rate", 0.052, 0.0462, "template", "好物清单", -0.0011, -0.0049),
    Shift("interaction_rate", 0.052, 0.0462, "template", "晒图精选", 0.0004, 0.001),
    Shift("interaction_rate", 0.052, 0.0462, "template", "专家问答", -0.0012, 0.0),
    Shift("interaction_rate", 0.052, 0.0462, "account", "oa_a", 0.0, -0.0058),
    Shift("open_rate", 0.091, 0.09),
    Shift("open_rate", 0.091, 0.09, "matrix_type", "scenario", 0.0002, -0.0012),
)
PULSE = (
    Pulse("messages_per_group_day", 15.3, 17.1, 17.4, Level.yellow),
    Pulse("active_rate", 0.21, 0.2, 0.2, Level.green),
    Pulse("marketing_share", 0.36, 0.28, 0.3, Level.orange),
    Pulse("members_new", 412.0, 388.0, None, Level.grey),
    Pulse("members_gone", 187.0, 131.0, None, Level.grey),
)
SENDS = (
    Send("wecom_a", dt.datetime(2026, 7, 23, 12, 30, tzinfo=UTC), "周末闪购", True, 62, 45.0, 8.0),
    Send("wecom_a", dt.datetime(2026, 7, 21, 2, 0, tzinfo=UTC), "护肤打卡", False, 62, 7.0, 8.0),
    Send("wecom_a", dt.datetime(2026, 7, 26, 12, 0, tzinfo=UTC), "", None, 10, None, None),
)
SLOTS = (
    Slot(1, 20, 9, 468_000, 47_000, 51_000),
    Slot(2, 12, 6, 312_000, 22_000, 30_000),
    Slot(4, 20, 8, 416_000, 33_000, 35_000),
    Slot(6, 10, 2, 104_000, 12_000, 13_000),
    Slot(7, 21, 4, 0, 0, 9_000),
)
TOPICS = (
    Topic("防晒补涂", "search", 1_320, None, "小程序搜索"),
    Topic("敏感肌能用吗", "comment", 41, 33),
    Topic("空瓶回收", "community", 18, 15),
    Topic("早C晚A十问", "competitor", 3, None, "竞品号《早C晚A，别再用错》"),
    Topic("三伏天", "hot", 12),
    Topic("晒图精选", "feature", 9, reading="template"),
)
MEETING = Meeting(
    decided=(
        Decision("D-7", dt.date(2026, 7, 21), "停发午后的推送", "林夏", ("retrospective:2026-W29",),
                 "打开率 +1 个百分点", DecisionOutcome.right, dt.date(2026, 7, 26),
                 dt.datetime(2026, 7, 21, tzinfo=UTC)),
    ),
    due=(
        Decision("D-3", dt.date(2026, 7, 6), "好物清单改为每周一篇", "王珂", (), "", DecisionOutcome.open, None,
                 dt.datetime(2026, 7, 6, tzinfo=UTC)),
    ),
    overdue=(
        Action("T-12", "open_rate", dt.date(2026, 7, 18), "orange", ActionKind.reallocate, "把两名编辑调到用户共创栏目",
               "陈一鸣", "wechat-ops", dt.datetime(2026, 7, 18, tzinfo=UTC), dt.date(2026, 7, 23)),
    ),
    planned=(replace(item(90, "七夕礼盒：写给自己的一封信", 8, 20), ages=()),),
    alerts=(
        AlertRow("open_rate", LAST, Level.orange, Level.orange, LAST, "", "progress", 0.148, 0.165, 0.08, 0.25, 0.21,
                 0.21, 0.1, 0.1, 64, 0.0004, "林夏", "把推送预算调到场景化内容", LAST, "落后 21 %"),
        AlertRow("loyal_users", LAST, Level.red, Level.red, LAST, "", "progress", 2_500.0, 4_201.0, 15.0, 4_500.0, 0.41,
                 0.41, 0.4, 0.1, 96, 4.5, "王珂", "启动应急预案", LAST, "落后 41 %"),
    ),
)  # fmt: skip
MADE = tuple(
    AlertRow(metric_id, LAST, level, level, LAST, "", "progress", actual, expected, None, expected, 0.1, 0.1, 0.1, 0.1,
             None, None, "林夏", "", None, "")
    for metric_id, level, actual, expected in (
        ("original_items_month", Level.green, 52.0, 50.0),
        ("production_cycle_days", Level.yellow, 8.5, 7.0),
        ("community_topics_month", Level.orange, 3.0, 4.0),
    )
)  # fmt: skip
WEEK = Retrospective(
    week="2026-W30",
    first=FIRST,
    last=LAST,
    compared="2026-W29",
    accounts={"oa_a": "沐光美妆服务号", "ch_a": "沐光视频号", "wecom_a": "沐光企业微信"},
    items=ITEMS,
    before=(),
    verdicts=VERDICTS,
    lifts=LIFTS,
    mixes=MIXES,
    production=Production(40, 43.5, 0.025, 5.5, 36, 30 / 36, 14),
    sameness=(
        Sameness("template", "好物清单", ("2026-04", "2026-05", "2026-06"), 0.58, (0.05, 0.021, 0.008)),
    ),
    funnel=FUNNEL,
    shifts=SHIFTS,
    pulse=PULSE,
    sends=SENDS,
    slots=SLOTS,
    topics=TOPICS,
    meeting=MEETING,
    trust=Trust(52, 51, 51 / 52, 0.9874, late=("沐光视频号 · 视频数据",)),
    doubts=("2 篇文章的阅读人数比前一天少：平台回溯，已记录",),
    age=3,
    left_out=1,
    made=MADE,
)
EMPTY = replace(
    WEEK, items=(), verdicts=(), lifts=(), mixes=(), production=None, sameness=(), funnel=(), shifts=(), pulse=(),
    sends=(), slots=(), topics=(), meeting=Meeting(), doubts=(), trust=Trust(0, 0, None, None), age=0, left_out=0,
    made=(), is_growth_known=False,
)  # fmt: skip


def tell(language: str = "zh-CN", link: str = LINK, week: Retrospective = WEEK, **changed: object) -> Report:
    """The week told, with parts of it exchanged by name."""
    return report(replace(week, **changed), METRICS, "沐光美妆", language, link, TEXTS)
