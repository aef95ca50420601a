"""One function from what Feishu answered to the error tree: nobody above this file reads codes.

Source: https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search (read 2026-11-22).
"""

from collections.abc import Iterable
from typing import Any

from tasks.errors import Busy, OpsError, PermanentError, RateLimited
from tasks.records import SourceKind
from tasks.sources.feishu.codes import FEISHU
from tasks.sources.wechat_http.shapes import unexpected
from tasks.sources.wechat_http.translate import no_answer, quote, scrub, transport


def code_of(data: Any) -> str:
    """Feishu's code in an answer as text; empty for a success."""
    value = data.get("code") if isinstance(data, dict) else None
    if value is None or value == 0 or isinstance(value, bool | list | dict):
        return ""
    return str(value)[:20]


def trouble(
    kind: SourceKind,  # noqa: ARG001 - every platform's translation takes the same arguments
    asked: str,
    *,
    status: int = 200,
    data: Any = None,
    readable: bool = True,
    failure: Exception | None = None,
    attempt: int = 1,
    token_call: bool = False,  # noqa: ARG001
    hidden: Iterable[str] = (),
) -> OpsError | None:
    """The error an answer (or its absence) stands for, or ``None`` for a success.

    See :func:`tasks.sources.wechat_http.translate.trouble` for the arguments. An answer without ``code`` is no
    success: Feishu's always carry one.
    """
    if failure is not None:
        return no_answer(asked, failure, hidden)
    code = code_of(data) if readable else ""
    if code:
        return _refusal(asked, code, data, attempt, hidden)
    error = transport(asked, status, data, readable)
    if error is None and "code" not in data:
        return unexpected(f"{asked}: body", sorted(data)[:5], "an answer of Feishu, which always has a code")
    return error


def _refusal(asked: str, code: str, data: Any, attempt: int, hidden: Iterable[str]) -> OpsError:
    said = quote(scrub(str(data.get("msg") or ""), hidden))
    error = data.get("error")
    trace = error.get("log_id") if isinstance(error, dict) else None
    mark = f", log_id: {trace}" if isinstance(trace, str) and trace.isalnum() else ""
    what = f"{asked}: the platform answered {code}" + (f" ({said}{mark})" if said or mark else "")
    known = FEISHU.get(int(code)) if code.isascii() and code.isdigit() else None
    if known is None:
        if attempt == 1:
            return Busy(f"{what}. Unknown code; asked once again", code=code)
        return PermanentError(f"{what}. Unknown code, twice; look it up in 飞书开放平台", code=code)
    if issubclass(known.error, RateLimited):
        return RateLimited(f"{what}. {known.advice}", code=code, wait_seconds=known.wait_seconds)
    return known.error(f"{what}. {known.advice}", code=code)
