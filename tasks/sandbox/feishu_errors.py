"""How Feishu refuses: a code of its own, and an HTTP status that goes with it.

Source:
    https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search and
    https://open.feishu.cn/document/server-docs/api-call-guide/generic-error-code, read 2026-11-22.
"""

from collections.abc import Mapping

STATUS = {
    91402: 404,
    91403: 403,
    1254011: 400,
    1254036: 400,
    1254302: 403,
    1254304: 403,
    1254607: 400,
    1255040: 504,
    99991400: 429,
    99991401: 400,
    99991661: 400,
    99991663: 400,
    99991672: 400,
    99992402: 400,
}
"""Codes that do not come with HTTP 200."""
WORDS = {
    10003: "invalid param",
    10014: "app secret invalid",
    91402: "NOTEXIST",
    91403: "Forbidden",
    1254000: "WrongRequestJson",
    1254001: "WrongRequestBody",
    1254003: "WrongBaseToken",
    1254004: "WrongTableId",
    1254036: "Base is copying, please try again later.",
    1254040: "BaseTokenNotFound",
    1254041: "TableIdNotFound",
    1254045: "FieldNameNotFound",
    1254290: "TooManyRequest",
    1254291: "Write conflict",
    1254302: "Permission denied.",
    1254304: "Permission denied.",
    1254607: "Data not ready, please try again later",
    1255001: "InternalError",
    1255002: "RpcError",
    1255003: "MarshalError",
    1255004: "UmMarshalError",
    1255005: "ConvError",
    1255040: "Request timed out, please try again later",
    99991400: "request trigger frequency limit",
    99991661: "Missing access token for authorization. Please make a test attempt with the correct token.",
    99991663: "Invalid access token for authorization. Please make a test attempt with the correct token.",
}
RESET_SECONDS = 2
"""What the gateway asks to be left alone for, beside HTTP 429."""
SCOPES = "bitable:app:readonly, bitable:app, base:record:retrieve"


class FeishuError(Exception):
    """A refusal."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"{code} {words}")
        self.code = code
        self.words = words or WORDS.get(code, "error")

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return STATUS.get(self.code, 200)

    @property
    def headers(self) -> Mapping[str, str]:
        """What the answer's headers say beside it."""
        if self.status != 429:
            return {}
        return {"x-ogw-ratelimit-limit": "100", "x-ogw-ratelimit-reset": str(RESET_SECONDS)}


def no_scope(app_id: str) -> FeishuError:
    """99991672, in the gateway's own words: they hold the way to the console."""
    return FeishuError(
        99991672,
        f"Access denied. One of the following scopes is required: [{SCOPES}].应用尚未开通所需的应用身份权限："
        f"[{SCOPES}]，点击链接申请并开通任一权限即可：https://open.feishu.cn/app/{app_id}/auth",
    )
