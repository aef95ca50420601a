"""What a reader calls the labels of content, their members, and the verdicts: one word per thing, everywhere."""

from collections.abc import Mapping
from typing import TypeAlias

Pair: TypeAlias = tuple[str, str]
"""Chinese, English."""

LABELS: Mapping[str, Pair] = {
    "matrix_type": ("内容类型", "content type"),
    "pyramid_layer": ("金字塔层级", "pyramid layer"),
    "is_original": ("是否原创", "original"),
    "origin": ("来源", "origin"),
    "template": ("模板", "template"),
    "scene": ("场景", "scene"),
    "format": ("形式", "format"),
    "hour_slot": ("发布时段", "hour slot"),
    "author": ("作者", "author"),
    "campaign": ("所属活动", "campaign"),
    "account": ("账号", "account"),
}
MEMBERS: Mapping[str, Mapping[str, Pair]] = {
    "matrix_type": {
        "vertical_knowledge": ("垂直知识", "vertical knowledge"),
        "scenario": ("场景化", "scenario"),
        "user_cocreated": ("用户共创", "user co-created"),
        "interactive": ("互动", "interactive"),
        "none": ("矩阵之外", "outside the matrix"),
    },
    "pyramid_layer": {
        "brand_values": ("品牌价值", "brand values"),
        "vertical_knowledge": ("垂直知识", "vertical knowledge"),
        "interactive_entertainment": ("互动娱乐", "interactive entertainment"),
    },
    "is_original": {"yes": ("原创", "original"), "no": ("非原创", "not original")},
    "origin": {
        "pgc": ("专业团队", "professional team"),
        "ugc": ("用户", "users"),
        "koc": ("KOC", "KOC"),
        "partner": ("合作方", "partner"),
        "reprint": ("转载", "reprint"),
    },
}
UNLABELLED: Pair = ("未标注", "unlabelled")
CHANNELS: Mapping[str, Pair] = {
    "oa": ("公众号", "Official Account"),
    "channels": ("视频号", "Channels"),
    "mp": ("小程序", "Mini Program"),
    "community": ("社群", "community"),
    "moments": ("朋友圈", "Moments"),
    "other": ("其他", "other"),
}
CALLS: Mapping[str, Pair] = {
    "kill": ("停止", "Kill"),
    "keep": ("保留", "Keep"),
    "test": ("再测", "Test more"),
}
REASONS: Mapping[str, Pair] = {
    "below": ("明显低于基线", "clearly below the baseline"),
    "above": ("明显高于基线", "clearly above the baseline"),
    "unclear": ("与基线的差别还分不出来", "not yet told apart from the baseline"),
    "few_posts": ("不足 3 篇", "fewer than 3 posts"),
    "few_readers": ("不足 2,000 阅读人数", "fewer than 2,000 readers"),
    "below_little": ("低于基线，但低得不到两成", "below the baseline, but by less than a fifth"),
    "nothing_beside": ("可比的其他文章太少", "too few other posts to compare with"),
    "beside_called": (
        "除去已分出高低的模板，可比的文章太少",
        "too few posts to compare with beside templates already told apart",
    ),
}
RATES: Mapping[str, Pair] = {
    "interaction_rate": ("互动率", "interaction rate"),
    "share_rate": ("分享率", "share rate"),
    "open_rate": ("单篇打开率", "open rate per article"),
}
STEPS: Mapping[str, Pair] = {
    "delivered": ("送达", "delivered"),
    "read": ("打开阅读", "opened"),
    "readers": ("阅读（全部场景）", "read (all scenes)"),
    "mp_click": ("点进小程序", "opened the Mini Program"),
    "visit": ("访客（每次进入的访客）", "visitors (per opening)"),
    "order": ("下单", "ordered"),
    "repeat": ("复购", "ordered again"),
}
MIXES: Mapping[str, Pair] = {
    "matrix": ("内容矩阵", "content matrix"),
    "pyramid": ("内容金字塔", "content pyramid"),
    "originality": ("原创率", "originality"),
    "ugc": ("用户创作占比", "share made by users"),
}
PULSE: Mapping[str, Pair] = {
    "messages_per_group_day": ("群日均消息数", "messages per group and day"),
    "active_rate": ("社群活跃度（七日）", "active rate, 7 days"),
    "marketing_share": ("营销消息占比", "marketing share"),
    "members_new": ("入群人数", "members joined"),
    "members_gone": ("退群人数", "members left"),
}
SOURCES: Mapping[str, Pair] = {
    "search": ("站内搜索", "searches"),
    "comment": ("文章留言", "comments"),
    "community": ("社群话题", "community topics"),
    "competitor": ("竞品内容", "competitors"),
    "hot": ("热点", "hot topics"),
    "idea": ("选题池", "idea pool"),
    "feature": ("有效特征", "what lifts results"),
}
LEVELS: Mapping[str, Pair] = {
    "red": ("红", "red"),
    "orange": ("橙", "orange"),
    "yellow": ("黄", "yellow"),
    "green": ("绿", "green"),
    "grey": ("灰", "grey"),
}


def said(names: Mapping[str, Pair], key: str, language: str) -> str:
    """A name for a reader; what has none is told as it is."""
    return names[key][language == "en"] if key in names else key


def member(label: str, name: str, language: str) -> str:
    """A member of a label for a reader: templates, scenes and authors are told as the register writes them."""
    if name in ("", "unlabelled"):
        return UNLABELLED[language == "en"]
    return said(MEMBERS.get(label, {}), name, language)
