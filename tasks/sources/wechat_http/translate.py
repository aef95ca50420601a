"""One function from what a platform answered to the error tree: nobody above this file reads codes.

WeChat and WeCom report nearly every failure as HTTP 200 with ``errcode`` in the body, and success often
without any ``errcode``; proxies in between answer with HTML. Messages carry the platform's own words
shortened, the rid that support asks for, and never a token, secret or full URL.
"""

import re
from collections.abc import Iterable
from typing import Any

import httpx

from tasks.errors import BadRequest, Busy, ConfigurationError, OpsError, PermanentError, RateLimited, Timeout
from tasks.records import SourceKind
from tasks.sources.wechat_http.codes import REPLACEMENTS, WHITELISTS, action
from tasks.sources.wechat_http.shapes import unexpected

LONGEST_QUOTE = 120
FREQUENCY_PATIENCE = 3
"""A frequency limit met this often in a row is the daily one under another name."""
WECOM_PATIENCE = 2
"""WeCom blocks for a minute, and who meets the block again after that, for an hour: longer than a run lasts.

Source: https://developer.work.weixin.qq.com/document/path/90454 (read 2026-11-22)."""
REFUSED_STATUS = {
    404: "there is no such path, which is a bug here",
    412: "the length of the request is wrong, which is a bug here",
    413: "the request is too long, which is a bug here",
    414: "the address is too long, which is a bug here",
}
_SECRETS = re.compile(
    r"((?:access_token|corpsecret|secret|appsecret|next_openid|external_userid)[\"']?\s*[=:]\s*[\"']?)[^\s&\"',}]+",
    re.IGNORECASE,
)
_RID = re.compile(r"rid:\s*([0-9a-f][0-9a-f-]+)", re.IGNORECASE)
_HINT = re.compile(r"hints?:\s*(\[[^\]]*\])", re.IGNORECASE)
_IP = re.compile(r"(?:invalid ip|from ip:?)\s+([0-9a-f.:]+[0-9a-f])", re.IGNORECASE)


def scrub(text: str, hidden: Iterable[str] = ()) -> str:
    """``text`` without tokens, secrets and ids of persons: the ``hidden`` and what follows ``access_token=``."""
    for value in hidden:
        if value:
            text = text.replace(value, "***")
    return _SECRETS.sub(r"\1***", text)


def errcode_of(data: Any) -> str:
    """The platform's code in an answer as text; empty when it gave none, which means success."""
    value = data.get("errcode") if isinstance(data, dict) else None
    return "" if value is None or isinstance(value, bool | list | dict) else str(value)[:20]


def quote(errmsg: str) -> str:
    """The platform's words, shortened, with the rid (or older hint) that support asks for kept whole."""
    words = " ".join(errmsg.split())
    if len(words) <= LONGEST_QUOTE:
        return words
    trace = _RID.search(words) or _HINT.search(words)
    kept = f" {trace[0]}" if trace and trace.end() > LONGEST_QUOTE else ""
    return f"{words[:LONGEST_QUOTE]}…{kept}"


def trouble(
    kind: SourceKind,
    asked: str,
    *,
    status: int = 200,
    data: Any = None,
    readable: bool = True,
    failure: Exception | None = None,
    attempt: int = 1,
    token_call: bool = False,
    hidden: Iterable[str] = (),
) -> OpsError | None:
    """The error an answer (or its absence) stands for, or ``None`` for a success.

    Args:
        kind: the platform; the same code means different things on WeChat and WeCom.
        asked: what was asked, for the message: ``POST /datacube/getusersummary of oa_main``.
        status: HTTP status.
        data: the JSON value of the body.
        readable: False when the body was no JSON.
        failure: the transport's exception when no answer came at all.
        attempt: how often in a row the answer had this code by now: an unknown code and a frequency limit
            weigh more when repeated.
        token_call: the call was for the token itself, where 40001 means a wrong secret.
        hidden: token and secret, which must not show in the message.

    Returns:
        An instance of the error tree of tasks/errors.py, not raised.
    """
    if failure is not None:
        return no_answer(asked, failure, hidden)
    code = errcode_of(data)
    if code not in {"", "0"} and readable:
        return _refusal(kind, asked, code, data, attempt, token_call, hidden)
    return transport(asked, status, data, readable)


def no_answer(asked: str, failure: Exception, hidden: Iterable[str]) -> OpsError:
    """The error a transport's exception stands for, whatever the platform."""
    name = type(failure).__name__
    if isinstance(failure, httpx.TimeoutException):
        return Timeout(f"{asked}: no answer in time ({name}); trying again helps")
    if isinstance(failure, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return ConfigurationError(f"{asked}: base_url of the account is no http address ({name}); correct it")
    return Busy(
        f"{asked}: the connection failed ({name}: {quote(scrub(str(failure), hidden))}); trying again helps"
    )


def transport(asked: str, status: int, data: Any, readable: bool) -> OpsError | None:
    """Statuses and bodies that are not the API speaking: proxies, wrong paths, error pages."""
    what, code = f"{asked}: HTTP {status}", f"http {status}"
    if status == 429:
        return RateLimited(f"{what}; too many calls, a pause helps", code=code, wait_seconds=60)
    if status >= 500:
        return Busy(f"{what}; the platform is overloaded, trying again helps", code=code)
    if status in REFUSED_STATUS or 300 <= status < 400:
        why = REFUSED_STATUS.get(status, "base_url of the account must be the https address")
        return BadRequest(f"{what}; {why}", code=code)
    if not readable:
        return Busy(f"{what} with a page instead of JSON; trying again helps", code="not json")
    if status >= 400:
        return BadRequest(f"{what}; the request is wrong, which is a bug here", code=code)
    return None if isinstance(data, dict) else unexpected(f"{asked}: body", data, "an object")


def _refusal(
    kind: SourceKind, asked: str, code: str, data: Any, attempt: int, token_call: bool, hidden: Iterable[str]
) -> OpsError:
    """The error of a non-zero errcode."""
    errmsg = scrub(str(data.get("errmsg") or ""), hidden)
    what = f"{asked}: the platform answered {code}" + (f" ({quote(errmsg)})" if errmsg else "")
    number = int(code) if re.fullmatch(r"-?[0-9]+", code) else None
    known = None if number is None else action(kind, number, token_call=token_call)
    if known is None:
        if attempt == 1:
            return Busy(f"{what}. Unknown code; asked once again", code=code)
        return PermanentError(f"{what}. Unknown code, twice; look it up by the rid", code=code)
    if issubclass(known.error, RateLimited):
        patience = WECOM_PATIENCE if kind is SourceKind.wecom else FREQUENCY_PATIENCE
        stubborn = attempt >= patience
        return _limit(what, code, errmsg, attempt if stubborn else 0, token_call, known.wait_seconds)
    address = _IP.search(errmsg)
    path = asked.split(" ")[1] if " " in asked else ""
    advice = known.advice.format(
        ip=address[1] if address else "of this server",
        whitelist=WHITELISTS[kind],
        replacement=f"; use {REPLACEMENTS[path]} instead" if path in REPLACEMENTS else "",
    )
    return known.error(f"{what}. {advice}", code=code)


def _limit(
    what: str, code: str, errmsg: str, stubborn: int, token_call: bool, wait_seconds: float | None
) -> RateLimited:
    """Daily quota or frequency: one code, told apart by the platform's words.

    ``stubborn`` is how often it was met in a row once that is too often to go on, else 0.
    """
    if "daily" in errmsg or ("quota" in errmsg and "minute" not in errmsg):
        leak = " A used-up token quota means that something asks for tokens in a loop." if token_call else ""
        return RateLimited(
            f"{what}. The day's quota is used up; it is free again after midnight.{leak}",
            code=code,
            until_tomorrow=True,
        )
    if stubborn:
        return RateLimited(
            f"{what}. Still too fast after {stubborn - 1} pauses: stopped until tomorrow",
            code=code,
            until_tomorrow=True,
        )
    return RateLimited(f"{what}. Too many calls at once; a pause helps", code=code, wait_seconds=wait_seconds)
