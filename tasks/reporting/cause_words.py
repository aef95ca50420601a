"""What a reader is told about causes: the phrases, and the names of dimensions and of their members."""

from collections.abc import Mapping
from typing import TypeAlias

Names: TypeAlias = Mapping[str, str]

ZH: Names = {
    "up": "较 {days} 天前升 {amount}",
    "down": "较 {days} 天前降 {amount}",
    "up_of_plan": "比计划高 {amount}",
    "down_of_plan": "比计划低 {amount}",
    "overlap": "（两个 {window} 天窗口有重叠）",
    "colon": "：",
    "one": "{label} {change}（占 {share}）",
    "split": "{label} {change}（占 {share}：结构 {mix}，自身 {within}）",
    "rest": "其余 {change}",
    "list": "，",
    "top": "{dimension}：{member}（占 {share}）",
    "nobody": "按{dimension}看，没有哪一个单独超出正常波动",
    "mostly_mix": "；主要是{dimension}结构在变",
    "points": "{number} 个百分点",
    "part": "{label} {before} → {now}{relative}",
    "in_brackets": "（{text}）",
    "not_fast_enough": "（方向对，但不够快）",
}
EN: Names = {
    "up": "Up {amount} from {days} days before",
    "down": "Down {amount} from {days} days before",
    "up_of_plan": "{amount} above the plan",
    "down_of_plan": "{amount} below the plan",
    "overlap": " (windows of {window} days, which overlap)",
    "colon": ": ",
    "one": "{label} {change} ({share} of it)",
    "split": "{label} {change} ({share} of it: mix {mix}, own {within})",
    "rest": "the rest {change}",
    "list": ", ",
    "top": "{dimension}: {member} ({share} of it)",
    "nobody": "by {dimension}, nobody alone is beyond normal fluctuation",
    "mostly_mix": "; mostly the mix by {dimension} changed",
    "points": "{number} points",
    "part": "{label} {before} → {now}{relative}",
    "in_brackets": " ({text})",
    "not_fast_enough": " (the right way, not fast enough)",
}

DIMENSIONS: Mapping[str, tuple[str, str]] = {
    "account": ("账号", "account"),
    "user_source": ("关注来源", "source"),
    "content_type": ("内容类型", "content type"),
    "place": ("图文位置", "place in the push"),
    "visit_source": ("访问来源", "visit source"),
    "question": ("题目", "question"),
    "survey": ("问卷", "survey"),
    "line": ("预算科目", "budget line"),
    "kind": ("类型", "kind"),
    "order_scene": ("下单场景", "order scene"),
    "channel": ("渠道", "channel"),
    "first_channel": ("首次渠道", "first channel"),
    "owner": ("群主", "group owner"),
    "group": ("社群", "group"),
    "staff": ("员工", "staff member"),
    "desk": ("客服账号", "service desk"),
    "incident": ("事件", "incident"),
    "page": ("页面", "page"),
    "product": ("商品", "product"),
    "finder": ("带货账号", "selling account"),
    "parts": ("分子与分母", "numerator and denominator"),
}

_CHANNELS: Mapping[str, tuple[str, str]] = {
    "oa": ("公众号", "Official Account"),
    "wecom": ("企业微信", "WeCom"),
    "shop": ("微信小店", "shop"),
    "mp": ("小程序", "Mini Program"),
    "channels": ("视频号", "Channels"),
    "community": ("社群", "community"),
    "moments": ("朋友圈", "Moments"),
    "other": ("其他渠道", "other channels"),
    "unlabelled": ("未标注渠道", "no channel named"),
}
MEMBERS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "user_source": {
        "0": ("其他来源", "other sources"),
        "1": ("公众号搜索", "account search"),
        "17": ("名片分享", "shared name card"),
        "30": ("扫描二维码", "QR code"),
        "57": ("文章内账号名称", "account name in an article"),
        "100": ("微信广告", "WeChat ads"),
        "149": ("小程序关注", "Mini Program"),
        "161": ("他人转载", "reprints"),
        "200": ("视频号", "Channels"),
        "201": ("直播", "live"),
    },
    "order_scene": {
        "1": ("其他场景下单", "other scenes"),
        "2": ("直播间下单", "live"),
        "3": ("短视频下单", "short videos"),
        "4": ("商品分享下单", "shared products"),
        "5": ("橱窗下单", "shop window"),
        "6": ("公众号文章卡片下单", "article cards"),
        "unknown": ("未注明场景的订单", "orders without a scene"),
    },
    "visit_source": {
        "1": ("来自历史列表", "from history list"),
        "2": ("来自搜索", "from search"),
        "3": ("来自会话", "from chats"),
        "4": ("来自二维码", "from QR code"),
        "5": ("来自公众号主页", "from OA home"),
        "6": ("来自聊天顶部", "from chat top"),
        "7": ("来自系统桌面", "from desktop"),
        "8": ("来自小程序主页", "from own home"),
        "9": ("来自附近", "from nearby"),
        "10": ("来自其他", "from other"),
        "11": ("来自模板消息", "from template messages"),
        "12": ("来自客服消息", "from service messages"),
        "13": ("来自公众号菜单", "from OA menu"),
        "14": ("来自APP分享", "from shares from apps"),
        "15": ("来自支付完成页", "from after paying"),
        "16": ("来自长按识别", "from long press"),
        "17": ("来自相册", "from album"),
        "18": ("来自公众号文章", "from OA articles"),
        "19": ("来自钱包", "from wallet"),
        "20": ("来自卡包", "from card holder"),
        "21": ("来自卡券", "from coupons"),
        "22": ("来自其他小程序", "from other Mini Programs"),
        "23": ("来自其他小程序返回", "from back from other Mini Programs"),
        "24": ("来自卡券适用门店", "from stores of coupons"),
        "25": ("来自搜索框", "from search box"),
        "26": ("来自客服消息(小程序)", "from service messages of the Mini Program"),
        "27": ("来自公众号下发", "from sent by the OA"),
    },
    "content_type": {
        "vertical_knowledge": ("垂直知识类", "vertical knowledge"),
        "scenario": ("场景化类", "scenario"),
        "user_cocreated": ("用户共创类", "user co-created"),
        "interactive": ("互动类", "interactive"),
        "none": ("其他类内容", "other content"),
        "unlabelled": ("未标注类型的内容", "content without a type"),
    },
    "pyramid_layer": {
        "brand_values": ("品牌价值类", "brand values"),
        "vertical_knowledge": ("垂直知识类", "vertical knowledge"),
        "interactive_entertainment": ("互动娱乐类", "interactive entertainment"),
    },
    "place": {"head": ("头条", "head article"), "other": ("次条", "other articles")},
    "channel": _CHANNELS,
    "first_channel": _CHANNELS,
}
"""Dimension → member → its name in Chinese and English. Members not listed go by their own id."""


def phrases(english: bool) -> Names:
    """The phrases of one language."""
    return EN if english else ZH


def dimension_name(dimension: str, english: bool) -> str:
    """What a reader calls a dimension."""
    return DIMENSIONS.get(dimension, (dimension, dimension))[english]


def member_name(dimension: str, member: str, english: bool, accounts: Names) -> str:
    """What a reader calls a member; the ids of persons and desks carry what they are."""
    if dimension == "account":
        return accounts.get(member, member)
    known = MEMBERS.get(dimension, {}).get(member)
    return known[english] if known else f"{dimension_name(dimension, english)} {member}"
