"""Sheets of what was published: calls, items, lifts, mixes, production, and the labels to fill in."""

from collections.abc import Iterator, Mapping
from typing import Any

from tasks.records import AGES, LABELS, Aged, ContentItem, Metric, Retrospective
from tasks.reporting import content_words as words
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective_workbook.sheet import (
    Cell,
    Sheet,
    account,
    in_unit,
    level,
    metric_name,
    sheet,
    yes,
)

FIFTHS = 5
AGED = (
    ("送达", "delivered", "count"),
    ("送达为近似", "delivered is approximate", "text"),
    ("打开人数", "opened", "count"),
    ("单篇打开率", "open rate per article", "share"),
    ("阅读", "readers", "count"),
    ("互动", "interactions", "count"),
    ("分享", "sharers", "count"),
    ("完读率", "finished", "share"),
    *((f"第 {n} 段离开", f"left in fifth {n}", "share") for n in range(1, FIFTHS + 1)),
    ("阅读后关注", "followers won", "count"),
    ("进小程序", "Mini Program", "number"),
    ("订单", "orders", "number"),
    ("营收", "revenue", "cny"),
)
"""Figures of an item at one age; visits, orders and revenue are credited by share of readers."""
PART_LABELS = {
    "matrix": "matrix_type",
    "pyramid": "pyramid_layer",
    "originality": "is_original",
    "ugc": "origin",
}
"""Mix → the label its parts are members of."""
NEEDED = ("matrix_type", "pyramid_layer", "template")
"""Labels without which an item is on the list to fill in."""


def verdicts(story: Retrospective, language: str) -> Sheet:
    """What to keep, to kill and to test more."""
    return sheet(
        language,
        ("保留停止再测", "Verdicts"),
        (
            ("结论", "Call", "text"), ("账号", "Account", "text"), ("标签", "Label", "text"),
            ("取值", "Member", "text"), ("理由", "Why", "text"), ("篇数", "Posts", "count"),
            ("阅读人数", "Readers", "count"), ("典型比率", "Typical rate", "share"), ("下限", "Low", "share"),
            ("上限", "High", "share"), ("基线", "Baseline", "share"),
            ("每篇多（少）几人次", "Won or lost a post", "number"), ("还需几篇", "More posts", "count"),
        ),
        (
            (
                said(words.CALLS, v.call, language), account(story, v.account_id),
                said(words.LABELS, v.dimension, language), member(v.dimension, v.member, language),
                said(words.REASONS, v.reason, language), v.posts, v.readers, v.rate, v.low, v.high, v.baseline,
                v.effect, v.more_posts,
            )
            for v in story.verdicts
        ),
    )  # fmt: skip


def items(story: Retrospective, language: str) -> Sheet:
    """Every item with all its labels and its figures at each age."""
    return sheet(
        language,
        ("内容明细", "Items"),
        (
            ("标题", "Title", "text"), ("渠道", "Channel", "text"), ("账号", "Account", "text"),
            ("发布日期", "Published", "date"),
            *((*words.LABELS[label], "text") for label in LABELS),
            *((f"第 {age} 天{zh}", f"Day {age} {name}", kind) for age in AGES for zh, name, kind in AGED),
            ("链接", "Address", "text"),
        ),
        (
            (
                item.title, said(words.CHANNELS, item.channel, language), account(story, item.account_id),
                item.publish_date, *_labels(item, language),
                *(value for age in AGES for value in _aged(item.at(age), language)), item.url,
            )
            for item in story.items
        ),
    )  # fmt: skip


def _labels(item: ContentItem, language: str) -> Iterator[str]:
    return (member(label, item.labels.get(label, ""), language) for label in LABELS)


def _aged(aged: Aged | None, language: str) -> tuple[Any, ...]:
    """Figures in the order of :data:`AGED`; an age not reached leaves its cells empty."""
    if aged is None or not aged.is_mature:
        return (None,) * len(AGED)
    is_approx = None if aged.delivered is None else aged.is_delivered_approx
    return (
        aged.delivered, yes(is_approx, language), aged.session_readers, aged.open_rate, aged.readers,
        aged.interactions, aged.sharers, aged.finish_share, *(aged.jumps or (None,) * FIFTHS),
        aged.followers_won, aged.mp_clicks, aged.orders, aged.revenue_cny,
    )  # fmt: skip


def lifts(story: Retrospective, language: str) -> Sheet:
    """What each label does to a rate."""
    return sheet(
        language,
        ("有效特征", "Lifts"),
        (
            ("账号", "Account", "text"), ("标签", "Label", "text"), ("取值", "Member", "text"),
            ("倍数", "Factor", "factor"), ("下限", "Low", "factor"), ("上限", "High", "factor"),
            ("篇数", "Posts", "count"),
        ),
        (
            (
                account(story, x.account_id), said(words.LABELS, x.dimension, language),
                member(x.dimension, x.member, language), x.factor, x.low, x.high, x.posts,
            )
            for x in story.lifts
        ),
    )  # fmt: skip


def mixes(story: Retrospective, language: str) -> Sheet:
    """The planned mixes beside what was published."""
    return sheet(
        language,
        ("内容结构", "Mix"),
        (
            ("结构", "Mix", "text"), ("部分", "Part", "text"), ("篇数", "Items", "count"), ("共", "Of", "count"),
            ("占比", "Share", "share"), ("计划", "Planned", "share"), ("容差", "Tolerance", "share"),
            ("等级", "Level", "text"),
        ),
        (
            (
                said(words.MIXES, m.mix_id, language),
                member(PART_LABELS.get(m.mix_id, ""), m.member, language), m.items, m.total, m.share, m.target,
                m.tolerance, level(m.level, language),
            )
            for m in story.mixes
        ),
    )  # fmt: skip


def production(story: Retrospective, metrics: Mapping[str, Metric], language: str) -> Sheet:
    """How content was made over 30 days, then the plan's KPIs of it."""
    rows: list[tuple[Any, ...]] = []
    made, en = story.production, language == "en"
    if made is not None:
        figures = (
            ("近 30 天内容篇数", "Items of 30 days", Cell(made.items, "count")),
            ("每月篇数", "Items a month", Cell(made.per_month, "number")),
            ("生产周期（天，中位数）", "Cycle (days, median)", Cell(made.cycle_days, "number")),
            ("周期有记录的篇数", "Items whose cycle is known", Cell(made.cycle_known, "count")),
            ("7 天内完成", "Made within 7 days", Cell(made.within_7_days, "share")),
            (
                "不同的类型×模板×场景组合", "Combinations of type, template and scene",
                Cell(made.topics, "count"),
            ),
            ("未标注类型", "Without a type", Cell(made.unlabelled, "share")),
        )  # fmt: skip
        rows += [(name[en], figure, None, "") for *name, figure in figures]
    rows += [
        (
            metric_name(one.metric_id, metrics, language),
            in_unit(one.actual, metrics.get(one.metric_id)),
            in_unit(one.expected, metrics.get(one.metric_id)),
            level(one.level, language),
        )
        for one in story.made
    ]
    return sheet(
        language,
        ("生产", "Production"),
        (
            ("指标", "Figure", "text"), ("实际", "Actual", "number"), ("应达", "Expected", "number"),
            ("等级", "Level", "text"),
        ),
        rows,
    )  # fmt: skip


def to_label(story: Retrospective, language: str) -> Sheet:
    """The items of 30 days that lack a type, a layer or a template."""
    comma = ", " if language == "en" else "、"
    return sheet(
        language,
        ("待补标签", "Labels to fill in"),
        (
            ("内容编号", "Item", "text"), ("标题", "Title", "text"), ("渠道", "Channel", "text"),
            ("账号", "Account", "text"), ("发布日期", "Published", "date"), ("缺少", "Lacks", "text"),
            ("链接", "Address", "text"),
        ),
        (
            (
                item.content_id or item.item_id, item.title, said(words.CHANNELS, item.channel, language),
                account(story, item.account_id), item.publish_date,
                comma.join(said(words.LABELS, label, language) for label in NEEDED if label not in item.labels),
                item.url,
            )
            for item in story.unlabelled
        ),
    )  # fmt: skip
