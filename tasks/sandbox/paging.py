"""Cursors that callers can only hand back."""

import base64
import binascii
import json
from typing import Any, Literal, TypeAlias, TypeVar

Item = TypeVar("Item")
Short: TypeAlias = bool | Literal["empty"]
"""What the fault ``short_page`` does to a page: nothing, its second half is missing, or all of it."""


def cursor(*place: Any) -> str:
    """Where a page ended, in a form that means nothing to the caller."""
    text = json.dumps(place, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()[::-1]).decode().rstrip("=")


def place(text: str) -> list[Any]:
    """Where the page before ended; empty at the start.

    Raises:
        ValueError: no such cursor was ever given out.
    """
    if not text:
        return []
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[::-1]
        found = json.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a cursor") from error
    if not isinstance(found, list):
        raise ValueError("not a cursor")  # noqa: TRY004
    return found


def lost(items: list[Item], *, short: Short) -> list[Item]:
    """The page as the fault ``short_page`` leaves it: the second half missing, or everything."""
    if short == "empty":
        return []
    return items[: len(items) // 2] if short else items
