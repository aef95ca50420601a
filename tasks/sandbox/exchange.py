"""HTTP requests and answers as the sandbox thinks of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from tasks.sandbox.routing import ApiError

JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True)
class Request:
    """One HTTP request, read to its end."""

    method: str
    path: str
    query: Mapping[str, str]
    raw: bytes
    ip: str = "127.0.0.1"
    authorization: str = ""
    """The header of that name."""


@dataclass(frozen=True)
class Reply:
    """One HTTP answer and how it is to be given."""

    body: bytes
    status: int = 200
    media_type: str = JSON
    delay: float = 0
    """Seconds to wait before it is sent."""
    withheld: str = ""
    """``sleep`` or ``drop``: the work is done, the answer never arrives."""
    headers: tuple[tuple[str, str], ...] = ()


def asked_of(request: Request, method: str) -> dict[str, Any]:
    """The request's parameters: the JSON of a POST, the query of a GET.

    Raises:
        ApiError: 43001 / 43002 wrong method, 44002 empty body, 47001 not a JSON object.
    """
    if request.method != method:
        code = 43002 if method == "POST" else 43001
        raise ApiError(code, f"require {method} method")
    if method == "GET":
        return dict(request.query)
    if not request.raw:
        raise ApiError(44002, "empty post data")
    try:
        body = orjson.loads(request.raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(47001, "data format error, Warning: wrong json format.")
    return body


def encoded(answer: Any) -> bytes:
    """The answer as JSON; numbers of the engine's own types become plain ones.

    What people typed arrives raw: a backspace in a comment is not escaped, which strict readers refuse.
    """
    return orjson.dumps(answer, default=_plain).replace(b"\\b", b"\b")


def _plain(value: Any) -> Any:
    """A number of the engine's own types as one that JSON has."""
    number = float(value)
    return int(number) if number.is_integer() else number
