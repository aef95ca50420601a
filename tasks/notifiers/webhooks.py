"""One JSON POST to a webhook, with the address kept out of every log, message and traceback.

The standard library is used on purpose: httpx writes each URL, and so a robot's key, to its INFO log.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from tasks.errors import Busy, PermanentError, RateLimited, Timeout
from tasks.notifiers.base import MayHaveArrived

LONGEST_ANSWER = 64 * 1024


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would arrive as an empty GET; better to say so."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def post(
    url: str, body: Mapping[str, Any], *, name: str, timeout: float, explained: Collection[int] = ()
) -> str:
    """The body of the answer to one POST.

    Args:
        url: the webhook's address, a secret.
        body: sent as UTF-8 JSON with unescaped Chinese, which some platforms insist on.
        name: what people call the webhook; used in errors.
        timeout: seconds for connecting, and again for the answer.
        explained: refusing statuses whose answers say why, in the shape of any other answer.

    Raises:
        Busy, Timeout: nothing was handed over; trying again can help.
        RateLimited: HTTP 429.
        MayHaveArrived: no answer after the message was handed over.
        PermanentError: the address was refused.
    """
    data = json.dumps(body, ensure_ascii=False).encode("utf-8")
    request = urllib.request.Request(
        url, data, {"Content-Type": "application/json; charset=utf-8"}, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as response:
            return str(response.read(LONGEST_ANSWER).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        status, wait = error.code, error.headers.get("Retry-After", "")
        # Whatever breaks while the reasons are read, it was refused.
        with error, suppress(OSError, http.client.HTTPException):
            if status in explained:
                return str(error.read(LONGEST_ANSWER).decode("utf-8", "replace"))
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise Timeout(f"{name}: no connection within {timeout:g} s") from None
        raise Busy(f"{name}: no connection ({type(error.reason).__name__})") from None
    except (OSError, http.client.HTTPException) as error:
        raise MayHaveArrived(
            f"{name}: no answer after the message was handed over ({type(error).__name__}); look there "
            "first, then resend by hand if it is missing"
        ) from None
    raise refused(status, wait, name)


def refused(status: int, wait: str, name: str) -> Busy | RateLimited | PermanentError:
    """The error for an HTTP status that is not success."""
    if status == 429:
        seconds = float(wait) if wait.isdigit() else 60.0
        return RateLimited(f"{name}: too many messages, wait {seconds:g} s", code="429", wait_seconds=seconds)
    if status >= 500:
        return Busy(f"{name}: the other side answered HTTP {status}", code=str(status))
    hint = "use the https address" if 300 <= status < 400 else "check the address in the secret"
    return PermanentError(f"{name}: refused with HTTP {status}; {hint}", code=str(status))
