"""Sheets of how the week went: funnel, changes, communities, messages, times and topics."""

from tasks.calendars import SHANGHAI
from tasks.records import Retrospective, Send, Shift
from tasks.reporting import content_words as words
from tasks.reporting.content_words import member, said
from tasks.reporting.retrospective_workbook.sheet import Cell, Sheet, account, level, sheet, yes

SHARES = frozenset({"active_rate", "marketing_share"})
"""Figures of the communities that are shares."""
ALL = {"zh-CN": "全部", "en": "All"}
WHOLE = {"zh-CN": "整体", "en": "All"}
LEVELS_OF_SENDS = {
    "zh-CN": {False: "收到消息的群", True: "该账号的全部群"},
    "en": {False: "groups reached", True: "all groups of the account"},
}
WEEKDAYS = {
    "zh-CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def funnel(story: Retrospective, language: str) -> Sheet:
    """Each account's funnel, and those of its content types."""
    return sheet(
        language,
        ("漏斗", "Funnel"),
        (
            ("账号", "Account", "text"), ("内容类型", "Content type", "text"), ("环节", "Step", "text"),
            ("人次", "Count", "number"), ("近似", "Approximate", "text"), ("转化率", "Rate", "share"),
            ("常态", "Usual", "share"), ("计划", "Planned", "share"), ("等级", "Level", "text"),
            ("少了多少单", "Orders lost", "number"), ("少了多少钱", "CNY lost", "cny"),
            ("缺小程序访问来源的天数", "Days without visit sources", "count"),
        ),
        (
            (
                account(story, s.account_id),
                member("matrix_type", s.content_type, language) if s.content_type else ALL[language],
                said(words.STEPS, s.name, language), s.count, yes(s.is_approx, language), s.rate, s.usual,
                s.planned, level(s.level, language), s.lost_orders, s.lost_cny, s.unknown_days,
            )
            for s in story.funnel
        ),
    )  # fmt: skip


def changes(story: Retrospective, language: str) -> Sheet:
    """Why each rate moved: the whole with both weeks' rates, then what each member adds to the change."""
    return sheet(
        language,
        ("变化原因", "Changes"),
        (
            ("指标", "Rate", "text"), ("第几天", "Day", "count"), ("标签", "Label", "text"),
            ("取值", "Member", "text"), ("对比周", "Before", "share"), ("本周", "Now", "share"),
            ("结构变化", "Mix", "points"), ("自身变化", "Own", "points"),
        ),
        (
            (
                said(words.RATES, x.metric_id, language), story.age or None,
                said(words.LABELS, x.dimension, language) if x.dimension else "", _member(story, x, language),
                # A member's row carries the whole's rates: they are not its own.
                *((None, None, x.mix, x.within) if x.dimension else (x.before, x.now, None, None)),
            )
            for x in story.shifts
        ),
    )  # fmt: skip


def _member(story: Retrospective, shift: Shift, language: str) -> str:
    if not shift.dimension:
        return WHOLE[language]
    if shift.dimension == "account":
        return account(story, shift.member)
    return member(shift.dimension, shift.member, language)


def communities(story: Retrospective, language: str) -> Sheet:
    """The communities' figures: counts as counts, shares as percentages."""

    def cell(name: str, value: float | None) -> Cell:
        return Cell(value, "share" if name in SHARES else "number")

    return sheet(
        language,
        ("社群脉搏", "Communities"),
        (
            ("指标", "Figure", "text"), ("本周", "Now", "number"), ("对比周", "Before", "number"),
            ("计划或上限", "Limit", "number"), ("等级", "Level", "text"),
        ),
        (
            (
                said(words.PULSE, p.name, language), cell(p.name, p.now), cell(p.name, p.before),
                cell(p.name, p.limit), level(p.level, language),
            )
            for p in story.pulse
        ),
    )  # fmt: skip


def sends(story: Retrospective, language: str) -> Sheet:
    """The messages to the communities, and what each cost."""
    return sheet(
        language,
        ("群发代价", "Sends"),
        (
            ("发送时间（北京）", "Sent at (Beijing)", "text"), ("账号", "Account", "text"),
            ("话题", "Topic", "text"), ("营销", "Marketing", "text"), ("群数", "Groups", "count"),
            ("退群统计范围", "Exits counted of", "text"), ("24 小时内退群", "Left within 24 h", "number"),
            ("平常退群", "Usually leave", "number"),
            ("平常含有群发的日子", "Usual holds days with sends", "text"), ("代价", "Cost in members", "number"),
            ("同日同群的其他消息", "Other sends of the day", "count"),
        ),
        (
            (
                _moment(s), account(story, s.account_id), s.topic, yes(s.is_marketing, language), s.chats,
                LEVELS_OF_SENDS[language][s.is_account_level], s.exits, s.usual,
                yes(None if s.usual is None else s.is_usual_of_all_days, language), s.cost, s.others,
            )
            for s in story.sends
        ),
    )  # fmt: skip


def _moment(send: Send) -> str:
    return f"{send.sent_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def slots(story: Retrospective, language: str) -> Sheet:
    """Hours and weekdays of publication, and how their content was opened."""
    return sheet(
        language,
        ("发布时段", "Slots"),
        (
            ("星期", "Weekday", "text"), ("时", "Hour", "count"), ("篇数", "Posts", "count"),
            ("送达", "Delivered", "count"), ("打开人数", "Opened", "count"), ("阅读人数", "Readers", "count"),
            ("单篇打开率", "Open rate per article", "share"),
        ),
        (
            (
                WEEKDAYS[language][s.weekday - 1], s.hour, s.posts, s.delivered, s.session_readers, s.readers,
                s.open_rate,
            )
            for s in story.slots
        ),
    )  # fmt: skip


def topics(story: Retrospective, language: str) -> Sheet:
    """Topics for the next weeks, and who asks for them."""
    return sheet(
        language,
        ("选题", "Topics"),
        (
            ("选题", "Topic", "text"), ("来源", "Source", "text"), ("次数", "Mentions", "count"),
            ("人数", "Persons", "count"), ("出处", "Where", "text"),
        ),
        (
            (t.topic, said(words.SOURCES, t.source, language), t.mentions, t.persons, t.reading)
            for t in story.topics
        ),
    )  # fmt: skip
