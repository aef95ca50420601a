"""The platforms' error codes and what each one asks of us, as a table.

A code means different things on the two families: 40001 is "token refused" on api.weixin.qq.com and "wrong
secret" on qyapi.weixin.qq.com; 45033 is a coupon limit on one and "too many parallel calls" on the other.

Source: https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html and
https://developer.work.weixin.qq.com/document/path/90313 (read 2026-11-22).
"""

from dataclasses import dataclass

from tasks.errors import (
    ApiRetired,
    BadCredential,
    BadRequest,
    Busy,
    NotAuthorised,
    NotReady,
    OpsError,
    RateLimited,
)
from tasks.records import SourceKind


class TokenRefused(BadCredential):
    """The access token was refused: renew it once and ask again, then believe it."""


@dataclass(frozen=True)
class Action:
    """What one code means for us.

    Attributes:
        error: the class whose place in the tree decides whether trying again helps.
        advice: the sentence an administrator acts on; may name ``{ip}``, ``{whitelist}``, ``{replacement}``.
        wait_seconds: how long the platform blocks us.
    """

    error: type[OpsError]
    advice: str
    wait_seconds: float | None = None


BUSY = Action(Busy, "The platform is busy; trying again helps")
TOKEN = Action(TokenRefused, "The access token is invalid or expired; it is renewed once by itself")
SECRET = Action(
    BadCredential,
    "Check the secret of this account: it is wrong, was reset, or belongs to another account; trying again "
    "does not help",
)
APP_ID = Action(BadCredential, "Check app_id in deployments/accounts.toml: the platform does not know it")
OUR_BUG = Action(BadRequest, "The request is wrong, which is a bug here; report it with the rid")
OFFLINE = Action(ApiRetired, "The platform has withdrawn this interface for good{replacement}")
IP_CONFIRM = Action(
    NotAuthorised,
    "An administrator of the account must confirm this server's IP {ip} on their phone within 30 minutes; "
    "later runs ask again",
)
GRANT = Action(
    NotAuthorised,
    "Grant the permission in the account's console (设置与开发 → 接口权限; the account must be verified, "
    "已认证); it is of no use to try again before that",
)
FREQUENCY = Action(RateLimited, "Too many calls in a short time; a pause of a minute helps", wait_seconds=60)

WECHAT: dict[int, Action] = {
    -1: BUSY,
    40001: TOKEN,
    40002: OUR_BUG,
    40003: Action(BadRequest, "The openid is not of this account or not a follower; leave it out"),
    40013: APP_ID,
    40014: TOKEN,
    40032: OUR_BUG,
    40035: OUR_BUG,
    40097: OUR_BUG,
    40125: SECRET,
    40164: Action(
        NotAuthorised, "Allow the IP {ip} in {whitelist}; it takes 5-10 min to work, then run again"
    ),
    40243: Action(
        BadCredential, "The AppSecret is frozen (冻结): unfreeze or reset it in the account's console"
    ),
    41001: OUR_BUG,
    42001: TOKEN,
    43002: OUR_BUG,
    44002: OUR_BUG,
    45009: FREQUENCY,
    45011: FREQUENCY,
    45033: Action(
        BadRequest, "A coupon limit, which no call here should meet: a bug; report it with the rid"
    ),
    47001: OUR_BUG,
    47002: OUR_BUG,
    47003: OUR_BUG,
    47009: OFFLINE,
    48001: GRANT,
    48003: Action(NotAuthorised, "Accept the mass-send agreement in the account's console"),
    48004: Action(NotAuthorised, "The interface is banned for this account: see the notice in its console"),
    48006: Action(NotAuthorised, "The monthly clearings of the quota are used up; wait for midnight"),
    48009: OFFLINE,
    50001: GRANT,
    50002: Action(NotAuthorised, "The account is restricted (frozen, closed or banned): see its console"),
    50004: Action(
        NotAuthorised, "The account may not use its token as a punishment: see the notice in its console"
    ),
    50005: Action(BadRequest, "The person does not follow the account; leave them out"),
    61007: GRANT,
    61450: BUSY,
    61451: OUR_BUG,
    61500: Action(BadRequest, "The date is written in the wrong style, which is a bug here"),
    61501: Action(
        BadRequest,
        "The dates are out of range: the window is too long, or reaches today, the future or the time "
        "before the interface existed",
    ),
    61502: Action(NotAuthorised, "Game mini programs have no statistics; remove the account"),
    61503: Action(
        NotReady, "The figures are not computed yet; ask again in 30-60 min, or tomorrow after noon"
    ),
    76021: OUR_BUG,
    76022: OUR_BUG,
    45159: Action(BadRequest, "The tag is gone; leave it out"),
    88000: Action(
        NotAuthorised,
        "The account may not read comments: open them (留言) in its console, or leave oa.comments out with skip in "
        "deployments/accounts.toml",
    ),
    88001: Action(BadRequest, "There is no such article; it has no comments"),
    88002: Action(BadRequest, "The article is held back for safety; it has no comments"),
    88010: OUR_BUG,
    88011: Action(BadRequest, "The article is held back for safety; it has no comments"),
    # Not waited for: nobody may be there to confirm, and the question comes to them again with the next run.
    **dict.fromkeys(range(89501, 89506), IP_CONFIRM),
    89506: Action(NotAuthorised, "An administrator rejected this server's IP {ip} for 24 hours; ask them"),
    89507: Action(NotAuthorised, "An administrator rejected this server's IP {ip} for 1 hour; ask them"),
    9001002: BUSY,
    10021069: Action(BadRequest, "The date (ds) is wrong, which is a bug here"),
    10023001: Action(BadRequest, "The finder_id is wrong; check the account's settings"),
}

CHANNELS: dict[int, Action] = {
    48001: Action(
        NotAuthorised,
        "Switch the capability on in 视频号助手 → 直播 → 直播管理 → 开放能力, or name the endpoint in the account's "
        "skip; it is of no use to try again before that",
    ),
}
"""What a Channels account means otherwise than the rest of WeChat."""

STAFF = "the staff member is outside the app's visible range or has no 客户联系 right; they are left out"
CHAT = Action(
    BadRequest, "The group chat is not there (any more); it is left out once the list leaves it out"
)
WECOM: dict[int, Action] = {
    -1: BUSY,
    6000: BUSY,
    301022: BUSY,
    40001: SECRET,
    40003: Action(BadRequest, f"Unknown userid: {STAFF}"),
    40013: APP_ID,
    40014: TOKEN,
    40050: CHAT,
    40056: OUR_BUG,
    40058: OUR_BUG,
    40063: OUR_BUG,
    40068: OUR_BUG,
    40091: SECRET,
    40096: Action(BadRequest, "The external_userid is not of this corp; leave it out"),
    41001: OUR_BUG,
    42001: TOKEN,
    45009: FREQUENCY,
    45033: Action(Busy, "Too many parallel calls: lower WECHAT_OPS_CONCURRENCY; trying again helps"),
    45035: Action(Busy, "The same customer is being changed by another call; trying again helps"),
    48002: Action(
        NotAuthorised,
        "Add the app under 企业微信管理后台 → 客户与上下游 → 客户联系 → API → 可调用接口的应用 (for the service desk: "
        "微信客服 → 可调用接口的应用), or name the endpoint in the account's skip",
    ),
    48005: Action(ApiRetired, "The platform has withdrawn this interface for good"),
    50001: OUR_BUG,
    50002: Action(NotAuthorised, STAFF),
    50003: Action(NotAuthorised, "The app is disabled: enable it in 企业微信管理后台 → 应用管理"),
    60011: Action(NotAuthorised, STAFF),
    60020: Action(
        NotAuthorised, "Allow the IP {ip} in {whitelist}; it takes some minutes to work, then run again"
    ),
    60111: Action(BadRequest, f"Unknown userid: {STAFF}"),
    81013: OUR_BUG,
    81017: Action(BadRequest, "Too many group owners in one question, which is a bug here"),
    84061: Action(BadRequest, "The two are not contacts (any more): counts as no customer"),
    84074: Action(NotAuthorised, STAFF),
    84084: Action(NotAuthorised, STAFF),
    86001: CHAT,
    86003: CHAT,
    90501: CHAT,
    95000: Action(BadRequest, "The service desk is not there any more; it is left out at the next run"),
    301002: Action(
        NotAuthorised, "The app has no permission for this: grant it in 企业微信管理后台 → 应用管理"
    ),
    701008: Action(NotAuthorised, "None of these staff members has a licence (接口许可); they are left out"),
}

ON_TOKEN_CALLS: dict[int, Action] = {
    40001: SECRET,
    40125: SECRET,
    40014: SECRET,
    42001: SECRET,
}
"""The same numbers answer differently when the call was for the token itself."""

UNKNOWN_PERSON = "40003"
"""One openid of a question is not of the account, and the whole question is refused for it."""
NO_SUCH_TAG = frozenset({"45159"})
"""A tag was deleted while its followers were being read."""
NO_SUCH_ARTICLE = frozenset({"88001", "88002", "88011"})
"""An article that is gone or held back has no comments, which is a fact."""
COMMENTS_CLOSED = frozenset({"88000"})
"""No comments may be read: of this article when nobody was notified of it, else of the whole account."""
NO_CUSTOMER = frozenset({"84061"})
"""WeCom's way to say that a list is empty."""
STAFF_GONE = frozenset({"40003", "60111", "50002", "60011", "84074", "84084", "701008"})
"""WeCom codes about one staff member; the others' figures are still good."""
CHAT_UNTOLD = frozenset({"40050", "84061", "86001", "86003", "90501"}) | STAFF_GONE
"""WeCom codes about one group chat, or about its owner; the other chats' members are still good."""
UNLICENSED = "701008"
"""The one of them that is about all members of a question."""

REPLACEMENTS = {
    "/datacube/getarticlesummary": "getarticleread and getarticleshare",
    "/datacube/getarticletotal": "getarticletotaldetail",
    "/datacube/getuserread": "getbizsummary",
    "/datacube/getuserreadhour": "getbizsummary (nothing hourly is left)",
    "/datacube/getusershare": "getbizsummary",
    "/datacube/getusersharehour": "getbizsummary (nothing hourly is left)",
}
"""What took over from the article statistics that were switched off in 2026."""

WHITELISTS = {
    SourceKind.official_account: "公众平台 → 设置与开发 → 基本配置 → IP白名单",
    SourceKind.mini_program: "小程序后台 → 管理 → 开发管理 → 开发设置 → IP白名单",
    SourceKind.shop: "微信小店后台 → 开发者设置 → IP白名单",
    SourceKind.wecom: "企业微信管理后台 → 应用管理 → the app → 企业可信IP",
    SourceKind.channels: "视频号助手 → 直播 → 直播管理 → 开放能力 → IP白名单",
}
"""Where each console keeps the addresses that may call."""


def action(kind: SourceKind, code: int, *, token_call: bool = False) -> Action | None:
    """What ``code`` asks of us on that platform; ``None`` when nobody has described it."""
    if token_call and code in ON_TOKEN_CALLS:
        return ON_TOKEN_CALLS[code]
    if kind is SourceKind.channels and code in CHANNELS:
        return CHANNELS[code]
    return (WECOM if kind is SourceKind.wecom else WECHAT).get(code)
