"""What stands in one cell of a Bitable record, as a spreadsheet would hold it; pure.

Bitable tells text as an array of segments, a date in milliseconds, a person as an object, what a formula came to
as a list with its type, and an empty cell not at all. Here each becomes a plain text, number, yes or no, or
moment; what cannot be one is None with a reason.

Source:
    https://open.feishu.cn/document/docs/bitable-v1/app-table-record/bitable-record-data-structure-overview
    (read 2026-11-22).
"""

import datetime as dt
import math
from typing import Any, TypeAlias

from tasks.calendars import from_epoch

Plain: TypeAlias = str | int | float | bool | dt.datetime | None
CHECKBOX = 7
DATES = frozenset({5, 1001, 1002})
"""Types of fields whose numbers are milliseconds: date, created, changed."""
LINKS = frozenset({18, 21})
"""Types of fields that only name records of other tables."""
LATEST_MS = 4_102_444_800_000
"""2100-01-01: anything later is no date."""
BETWEEN = "、"


class Unreadable(ValueError):
    """A cell whose value is none of the documented shapes; the message says what it is."""


def plain(value: Any, kind: int, *, link: bool = False) -> Plain:
    """The plain value of a cell.

    Args:
        value: as the record's ``fields`` hold it; None for a field that is absent.
        kind: the field's ``type``, as the list of fields tells it. A checkbox that was never ticked is absent.
        link: of a hyperlink the address is wanted, not the words.

    Returns:
        Text without blanks at its ends, a number, yes or no, or a UTC moment; None for an empty cell.

    Raises:
        Unreadable: the value is of no documented shape.
    """
    if (
        isinstance(value, dict)
        and isinstance(value.get("value"), list)
        and isinstance(value.get("type"), int)
    ):
        value, kind = value["value"], value["type"]  # what a formula or a lookup came to
    if value is None or value == []:
        return False if kind == CHECKBOX else None
    found = _joined(value, kind, link) if isinstance(value, list) else _one(value, kind, link)
    return _clean(found) if isinstance(found, str) else found


def _joined(values: list[Any], kind: int, link: bool) -> Plain:
    """Segments of one text run on; several persons, options or files are told apart."""
    if all(isinstance(part, dict) and "text" in part for part in values):
        links = [part["link"] for part in values if isinstance(part.get("link"), str)]
        return links[0] if link and links else "".join(str(_one(part, kind, link) or "") for part in values)
    parts = [_one(part, kind, link) for part in values]
    if len(parts) == 1:
        return parts[0]
    if any(isinstance(part, dt.datetime | bool) for part in parts):
        raise Unreadable(f"{len(parts)} values in one cell")
    return BETWEEN.join(str(part) for part in parts if part is not None)


def _one(value: Any, kind: int, link: bool) -> Plain:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return _number(value, kind)
    if isinstance(value, dict):
        for name in ("link", "text") if link else ("text", "link"):
            if isinstance(value.get(name), str) and value[name]:
                return str(value[name])
        for name in ("name", "full_address"):
            if isinstance(value.get(name), str):
                return str(value[name])
        if "text" in value or "link" in value:
            return None
    raise Unreadable(f"a value of the shape {_shape(value)}")


def _number(value: float, kind: int) -> Plain:
    if kind not in DATES:
        if not math.isfinite(value):
            raise Unreadable("no number")
        return value
    if not 0 <= value < LATEST_MS:
        raise Unreadable(f"{value} where a date in milliseconds belongs")
    return from_epoch(int(value) // 1000)


def _clean(words: str) -> str | None:
    """Half emoji (lone surrogates) and NULs cannot be stored."""
    return words.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip() or None


def _shape(value: Any) -> str:
    return (
        f"{{{', '.join(sorted(map(str, value))[:4])}}}" if isinstance(value, dict) else type(value).__name__
    )
