"""What became of a cell and what to do about it, in Chinese: for readers of the report, not of the log; pure.

    verdict + code (+ address, rid and names from the message) → one sentence

A code without an entry leaves the message as it came, so that nothing is hidden by a gap in the table.

Source: https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html and
https://developer.work.weixin.qq.com/document/path/90313 (read 2026-11-22).
"""

import re

from tasks.metrics import feishu_remedies
from tasks.records import FEWER, USED_UP, Outcome, SourceKind, Verdict

BUSY = "平台繁忙，稍后会再取"
BUG = "请求有误，属本系统缺陷，请反馈{rid}"
SECRET = "核对该账号的 Secret：填错、已重置或属于别的账号；重试无用"
TOKEN = "access_token 被拒，换新后仍被拒：检查是否有其他系统在用同一账号取 token"
APP_ID = "核对 deployments/accounts.toml 中的 app_id：平台不认识它"
GRANT = "在账号后台开通接口权限（设置与开发 → 接口权限，需已认证），开通前重试无用"
BANNED = "账号或接口被平台限制，请查看账号后台的通知"
RETIRED = "平台已下线该接口，请升级本系统"
FREQUENCY = "调用过快，稍后会再取"
CONFIRM = "需账号管理员在 30 分钟内在手机上确认 IP {ip} 的调用，之后的运行会再取"
STAFF = "该员工不在应用可见范围内或无客户联系权限，请在企业微信管理后台调整"

EVERYWHERE = {
    USED_UP: "当日调用额度已用完或只剩预留部分，次日零点后会再取",
    "-1": BUSY,
    "not json": "平台返回网页而非数据，稍后会再取",
    "http 429": FREQUENCY,
    "http 404": BUG,
    "Busy": BUSY,
    "Timeout": "平台超时未答，稍后会再取",
    "RateLimited": FREQUENCY,
    "UnexpectedShape": "返回格式与文档不符，未入库；平台可能改了接口，请升级本系统或反馈",
    "ShortAnswer": "返回的数量少于平台自己报的总数，未采信，下次运行会再取",
    "ConfigurationError": "配置缺失或有误，请按提示修改后重新运行（{message}）",
    "40013": APP_ID,
    "41001": BUG,
    "45009": FREQUENCY,
}
WECHAT = {
    "40001": TOKEN,
    "40014": TOKEN,
    "42001": TOKEN,
    "40003": "有 openid 不属于该账号或已取消关注",
    "40125": SECRET,
    "40164": "把 IP {ip} 加入白名单（{console}），5–10 分钟后生效，再重新运行",
    "40243": "AppSecret 已冻结，请在账号后台解冻或重置",
    "45011": FREQUENCY,
    "47009": RETIRED,
    "48009": RETIRED,
    "48001": GRANT,
    "48003": "请在账号后台同意群发协议",
    "48004": BANNED,
    "48006": "本月清零额度的次数已用完，次日零点后会再取",
    "50001": GRANT,
    "50002": BANNED,
    "50004": BANNED,
    "50005": "有人已不再关注该账号",
    "61007": GRANT,
    "61450": BUSY,
    "61501": "日期超出平台允许的范围（过长、含今日或早于接口上线日）",
    "61502": "小游戏没有数据接口，请移除该账号",
    "88000": "账号没有留言权限：请在账号后台开通留言；不用该功能时，在 deployments/accounts.toml 的 skip 中列出 "
    "oa.comments",
    "88001": "文章已不存在",
    **dict.fromkeys(["88002", "88011"], "文章因安全原因被限制，没有留言"),
    "45159": "标签已不存在",
    "89506": "管理员已拒绝 IP {ip} 的调用，24 小时内无效，请联系管理员",
    "89507": "管理员已拒绝 IP {ip} 的调用，1 小时内无效，请联系管理员",
    "9001002": BUSY,
    **dict.fromkeys(map(str, range(89501, 89506)), CONFIRM),
    **dict.fromkeys(
        ["40002", "40032", "40035", "40097", "43002", "44002", "45033", "47001", "47002", "47003", "61451"],
        BUG,
    ),
    **dict.fromkeys(["61500", "10021069", "10023001", "76021", "76022", "88010"], BUG),
}
WECOM = {
    "40001": SECRET,
    "40091": SECRET,
    "40014": TOKEN,
    "42001": TOKEN,
    "6000": BUSY,
    "301022": BUSY,
    "45033": "并发过高，请调低 WECHAT_OPS_CONCURRENCY；稍后会再取",
    "45035": BUSY,
    "48002": "把应用加入企业微信管理后台 → 客户与上下游 → 客户联系 → API → 可调用接口的应用（微信客服则为 微信客服 → "
    "可调用接口的应用）；不用该功能时，在 deployments/accounts.toml 的 skip 中列出该接口",
    "48005": RETIRED,
    "50003": "应用已停用，请在企业微信管理后台 → 应用管理中启用",
    "60020": "把 IP {ip} 加入可信 IP（{console}），几分钟后生效，再重新运行",
    "40096": "有客户不属于该企业",
    "84061": "该员工与客户已不是好友",
    "95000": "微信客服账号已不存在，下次运行不再取",
    "301002": "应用无此权限，请在企业微信管理后台 → 应用管理中授权",
    "701008": "员工没有接口许可，请在企业微信管理后台购买并分配",
    **dict.fromkeys(["40003", "50002", "60011", "60111", "84074", "84084"], STAFF),
    **dict.fromkeys(["40050", "86001", "86003", "90501"], "该客户群已不存在或不是客户群"),
    **dict.fromkeys(["40056", "40058", "40063", "40068", "50001", "81013", "81017"], BUG),
}
CHANNELS = {
    "48001": "在视频号助手 → 直播 → 直播管理 → 开放能力 打开该能力的开关；不用该功能时，"
    "在 deployments/accounts.toml 的 skip 中列出该接口",
}
CONSOLES = {
    SourceKind.official_account: "公众平台 → 设置与开发 → 基本配置 → IP白名单",
    SourceKind.mini_program: "小程序后台 → 管理 → 开发管理 → 开发设置 → IP白名单",
    SourceKind.shop: "微信小店后台 → 开发者设置 → IP白名单",
    SourceKind.wecom: "企业微信管理后台 → 应用管理 → 该应用 → 企业可信IP",
    SourceKind.channels: "视频号助手 → 直播 → 直播管理 → 开放能力 → IP白名单",
    SourceKind.feishu: "飞书开放平台 → 应用 → 安全设置 → IP 白名单",
}
LASTING = frozenset(
    ["47009", "48009", "48005", "48001", "48002", "48003", "48004", "50001", "50002", "50003", "50004"]
    + ["60011", "61007", "88000", "301002", "91403", "1254302", "99991672"]
)
"""Codes of an interface that is withdrawn, or not granted to the account: it stays so until somebody acts."""
LATE = {
    "61503": "尚未算出",
    "is_delay": "暂定数据",
    "no_statistic": "尚无统计，而此前 7 天每天都有",
    FEWER: "读到的少于平台自己的统计，会再取",
}
SHRUNK = (
    "比上次少得多，未采信，仍用上次的数据；若确实减少（如群解散、员工离职），请设 "
    "WECHAT_OPS_BELIEVE_SHORT={endpoint} 再运行一次，否则每次都会如此"
)
DOUBTFUL = {Verdict.empty: "没有数据", Verdict.suspect_zero: "全为 0，而相邻 7 天不是"}
LEFT_OUT = (
    "{n} 名员工未计入（{who}）：请在企业微信管理后台把他们加入应用可见范围，并开通客户联系权限与接口许可，"
    "或将其移出客户联系"
)
UNDESCRIBED = "{n} 位新关注者暂缺资料（{code}）：名单完整，下次运行会再取"
IN_BATCHES = "{n} 位关注者的资料将由之后的运行分批获取：名单完整"
UNTOLD = "{n} 个客户群未取到成员（{codes}）：按上次所知保留，下次运行会再取"
UNAUTHORISED = "{n} 个视频号未计入（{who}）：小店罗盘已不认识它们，请在小店后台续期授权，或忽略"
CUT = "{n} 天的直播多于平台列出的场次（{days}）：平台不提供其余场次，请与视频号助手核对"
SILENT = "{n} 场带货直播没有数据（{days}）：平台列出了直播但未给数据，请与视频号助手核对"
UNLISTED = "{n} 个客户群不在列表中，但仍取到成员，已计入"

_SHRUNK = re.compile(r"WECHAT_OPS_BELIEVE_SHORT=(?P<endpoint>[\w.]+)")
_IP = re.compile(r"\bIP ([0-9a-f]*[.:][0-9a-f.:]*[0-9a-f])")
_RID = re.compile(r"rid: [0-9a-f-]+")
_PLATFORMS_OWN = re.compile(r"-?[0-9]+|http [0-9]+")
_LEFT_OUT = re.compile(r"(?P<n>\d+) staff left out \((?P<who>[^)]*)\)")
_UNDESCRIBED = re.compile(r"(?P<n>\d+) followers without details \((?P<code>[^)]*)\)")

_UNTOLD = re.compile(r"(?P<n>\d+) group chats without an answer \((?P<codes>[^)]*)\)")
_UNAUTHORISED = re.compile(r"(?P<n>\d+) Channels accounts left out \((?P<who>[^)]*)\)")
_CUT = re.compile(r"(?P<n>\d+) days with more lives than the platform lists \((?P<days>[^)]*)\)")
_SILENT = re.compile(r"(?P<n>\d+) selling lives without figures \((?P<days>[^)]*)\)")
_UNLISTED = re.compile(r"(?P<n>\d+) group chats answered though the list left them out")


def reason(outcome: Outcome, kind: SourceKind) -> str:
    """Why a cell is not fine, and for a failed one what to do; empty when its verdict says it all.

    Args:
        outcome: what the last fetch of the cell left.
        kind: the account's platform; the same code means different things on WeChat and WeCom.
    """
    if outcome.verdict is Verdict.late:
        return LATE.get(outcome.code, "")
    if outcome.verdict is Verdict.empty and kind is SourceKind.feishu:
        return feishu_remedies.EMPTY
    if outcome.verdict is not Verdict.error:
        return DOUBTFUL.get(outcome.verdict, "")
    told = remedy(outcome.code, kind, outcome.message) or outcome.message
    if not outcome.code:
        return told
    shown = f"（{outcome.code}）" if _PLATFORMS_OWN.fullmatch(outcome.code) else ""
    return f"失败{shown}：{told}" if told else f"失败{shown}"


def note(message: str, kind: SourceKind) -> str:
    """What a person should know beside a cell that is fine."""
    told = [LEFT_OUT.format(**found.groupdict()) for found in _LEFT_OUT.finditer(message)]
    for found in _UNDESCRIBED.finditer(message):
        why = remedy(found["code"], kind, message)
        said = IN_BATCHES if found["code"] == "in batches" else UNDESCRIBED
        told.append(said.format(**found.groupdict()) + (f"；原因：{why}" if why else ""))
    told += [UNTOLD.format(**found.groupdict()) for found in _UNTOLD.finditer(message)]
    told += [UNLISTED.format(**found.groupdict()) for found in _UNLISTED.finditer(message)]
    for words, pattern in ((UNAUTHORISED, _UNAUTHORISED), (CUT, _CUT), (SILENT, _SILENT)):
        told += [words.format(**found.groupdict()) for found in pattern.finditer(message)]
    told += feishu_remedies.notes(message)
    return "；".join(told) or message


def lasting(outcome: Outcome) -> bool:
    """True when a cell failed for a reason that later runs will meet again: a withdrawn or refused interface."""
    return outcome.verdict is Verdict.error and outcome.code in LASTING


def remedy(code: str, kind: SourceKind, message: str) -> str:
    """The sentence of a code, filled in from the message; empty for a code nobody has described."""
    if code == "ShortAnswer" and kind is not SourceKind.feishu and (shrunk := _SHRUNK.search(message)):
        return SHRUNK.format(**shrunk.groupdict())
    own = {SourceKind.wecom: WECOM, SourceKind.feishu: feishu_remedies.FEISHU}.get(kind, WECHAT)
    special = CHANNELS.get(code) if kind is SourceKind.channels else None
    advice = special or own.get(code) or EVERYWHERE.get(code) or (BUSY if code.startswith("http 5") else "")
    address, rid = _IP.search(message), _RID.search(message)
    if address is None:
        advice = advice.replace(" IP {ip} ", "本服务器的 IP ")
    return advice.format(
        ip=address[1] if address else "",
        console=CONSOLES[kind],
        rid=f"（{rid[0]}）" if rid else "",
        message=message,
    )
