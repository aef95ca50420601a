"""Feishu's error codes and what each one asks of us, as a table.

Codes of 8 digits are the gateway's (token, scope, pace), those of 7 digits Bitable's. Some come with HTTP 200,
some with 400, 403, 429 or 504: the code decides.

Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search and
https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code (read 2026-11-22).
"""

from tasks.errors import (
    BadCredential,
    BadRequest,
    Busy,
    ConfigurationError,
    NotAuthorised,
    RateLimited,
    Timeout,
)
from tasks.sources.wechat_http.codes import Action, TokenRefused

BUSY = Action(Busy, "The platform is busy; trying again helps")
TOKEN = Action(TokenRefused, "The tenant_access_token is invalid or expired; it is renewed once by itself")
SECRET = Action(
    BadCredential,
    "Check app_id and secret of this account (飞书开放平台 → the app → 凭证与基础信息); trying again does not help",
)
OUR_BUG = Action(BadRequest, "The request is wrong, which is a bug here; report it with the log_id")
BASE = Action(
    ConfigurationError,
    "Check the app_token in the account's tables in deployments/accounts.toml: it is the part after /base/ of "
    "the address of the table. A base inside a wiki (/wiki/) has another one: open it as a base first",
)
TABLE = Action(
    ConfigurationError,
    "Check the table_id in the account's tables in deployments/accounts.toml: it is what follows table= in the "
    "address of the table",
)
COLLABORATOR = Action(
    NotAuthorised,
    "Add the app to the base: 多维表格 → 右上角「…」→「…更多」→「添加文档应用」, with the right 可管理 where advanced "
    "permissions (高级权限) are on; it is of no use to try again before that",
)
SCOPE = Action(
    NotAuthorised,
    "Grant the app bitable:app:readonly under 飞书开放平台 → the app → 权限管理, and publish a version of the app; "
    "it is of no use to try again before that",
)
PACE = Action(RateLimited, "Too many calls at once; a pause helps", wait_seconds=1)

FEISHU: dict[int, Action] = {
    10003: SECRET,
    10014: SECRET,
    10015: SECRET,
    91402: BASE,
    91403: COLLABORATOR,
    1254000: OUR_BUG,
    1254001: OUR_BUG,
    1254002: Action(Busy, "Bitable names no reason; trying again often helps"),
    1254003: BASE,
    1254004: TABLE,
    1254011: OUR_BUG,
    1254016: OUR_BUG,
    1254018: OUR_BUG,
    1254024: OUR_BUG,
    1254030: OUR_BUG,
    1254036: Action(Busy, "The base is being copied; trying again helps"),
    1254040: BASE,
    1254041: TABLE,
    1254045: Action(
        ConfigurationError,
        "A column that was listed a moment ago cannot be read: it was just renamed, and the next run reads the new "
        "name; or the base has advanced permissions (高级权限) and the app lacks the right 可管理",
    ),
    1254290: PACE,
    1254291: Action(Busy, "The table is being changed by another call; trying again helps"),
    1254302: COLLABORATOR,
    1254304: COLLABORATOR,
    1254607: Action(Busy, "Bitable has not finished earlier changes of the table; trying again helps"),
    **dict.fromkeys(range(1255001, 1255006), BUSY),
    1255040: Action(Timeout, "Bitable ran out of time; trying again helps"),
    99991400: PACE,
    99991401: Action(
        NotAuthorised,
        "Allow this server's IP under 飞书开放平台 → the app → 安全设置 → IP 白名单, then run again",
    ),
    99991429: PACE,
    99991661: TOKEN,
    99991663: TOKEN,
    99991668: TOKEN,
    99991672: SCOPE,
    99992402: OUR_BUG,
}
