"""Reading fields out of answers: every value is of the documented type and unit, or named as unexpected.

WeChat sends the same number as 12, "12" or "", days in three styles and money in fen. These functions read
one field each and answer with our types (``int``, ``float`` share 0-1, ``Decimal`` CNY, UTC ``datetime``,
``date``, clean ``str``) or ``None`` when the platform left it out; anything else is an UnexpectedShape that
names the place.

    answer (text) -> body_of -> listed/block -> count, share, cny, ... -> row of a dataset
"""

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from tasks.calendars import business_date, from_epoch
from tasks.errors import UnexpectedShape
from tasks.records import RawResponse, Rows

Json: TypeAlias = dict[str, Any]
Keyed: TypeAlias = Callable[[str], str]
"""Plain id of a person → keyed hash, the only form that reaches the lake."""
Parser: TypeAlias = Callable[[RawResponse, Keyed], "Parsed"]

BIGGEST = 2**63
"""Counts are stored as 64-bit integers."""
_DIGITS = re.compile(r"[0-9]{1,19}").fullmatch
LATEST_EPOCH = 4_102_444_800
"""2100-01-01: anything later is milliseconds or nonsense."""


@dataclass(frozen=True)
class Parsed:
    """What one answer said.

    Attributes:
        rows: dataset → rows with exactly the columns of ``sql/lake/<dataset>.sql``; a dataset without rows is
            present with an empty list when the answer was about it.
        delayed: the platform marked the figures as provisional (``is_delay``).
        present: snapshots only: dataset → members seen in this answer (customers: ``member_key|staff_id``).
    """

    rows: Rows
    delayed: bool = False
    present: Mapping[str, Collection[str]] = field(default_factory=dict)


NOTHING = Parsed({})
"""An answer that carries no facts: an error, or a page that only leads to others."""


def loads(text: str) -> Any:
    """The JSON value of ``text``; raw control characters, as in nicknames and comments, are let through.

    Raises:
        ValueError: it is not JSON (or nested or long beyond reason).
    """
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def request_of(answer: RawResponse) -> Json:
    """The request an answer belongs to: ``method``, ``path``, ``query`` and ``body``."""
    try:
        request = loads(answer.request)
    except ValueError:
        request = None
    return block(request, "request") if request is not None else {}


def body_of(answer: RawResponse) -> Json:
    """The answer's JSON object.

    Raises:
        UnexpectedShape: the body is no JSON object.
    """
    try:
        return block(loads(answer.body), "body")
    except ValueError as error:
        raise UnexpectedShape(f"{answer.endpoint}: the answer is not JSON ({error})") from None


def refused(answer: RawResponse) -> bool:
    """True for an answer that reports an error instead of facts."""
    return answer.errcode not in {"", "0"}


def taken_on(answer: RawResponse) -> dt.date:
    """The business date a snapshot tells of: the last one that was over when it was taken.

    Not the date a run asked on behalf of: a run for a past date sees today's state all the same.
    """
    return business_date(answer.fetched_at) - dt.timedelta(days=1)


def is_delayed(data: Mapping[str, Any]) -> bool:
    """True when the platform says that newer figures will follow: ``is_delay`` as a bool or as text."""
    value = data.get("is_delay")
    return value is True or (isinstance(value, str) and value.lower() == "true")


def unexpected(where: str, value: object, wanted: str) -> UnexpectedShape:
    """The error for one field: place, what was there (shortened) and what was wanted."""
    shown = repr(value)
    shown = shown if len(shown) <= 40 else shown[:40] + "…"
    return UnexpectedShape(
        f"{where} is {shown}, not {wanted}: the platform has changed its answer or the parser is wrong"
    )


def needed(value: Any, where: str) -> Any:
    """``value``, which must be there.

    Raises:
        UnexpectedShape: it is missing.
    """
    if value is None:
        raise UnexpectedShape(
            f"{where} is missing: the platform has changed its answer or the parser is wrong"
        )
    return value


def block(value: object, where: str) -> Json:
    """A JSON object; a missing one reads as empty."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise unexpected(where, value, "an object")


def listed(data: Mapping[str, Any], key: str, where: str = "body", *, optional: bool = False) -> list[Json]:
    """A list of JSON objects; ``optional`` ones may be missing or null."""
    value = data.get(key)
    if value is None and optional:
        return []
    if not isinstance(value, list):
        raise unexpected(f"{where}.{key}", value, "a list")
    for index, item in enumerate(value):
        if not isinstance(item, dict):
            raise unexpected(f"{where}.{key}[{index}]", item, "an object")
    return value


def texts(data: Mapping[str, Any], key: str, where: str = "body") -> list[str]:
    """A list of ids as text; missing or null reads as empty."""
    value = data.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise unexpected(f"{where}.{key}", value, "a list")
    return [needed(text({key: item}, key, where), f"{where}.{key}") for item in value]


def text(row: Mapping[str, Any], key: str, where: str) -> str | None:
    """Clean text, or an id that came as a number; ``None`` when missing or empty."""
    value = row.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**40:  # no id is; and Python refuses to print thousands of digits
            raise unexpected(f"{where}.{key}", "a very long number", "an id")
        return str(value)
    if not isinstance(value, str):
        raise unexpected(f"{where}.{key}", value, "text")
    if value.isascii() and "\0" not in value:
        return value.strip() or None
    # Half emoji (lone surrogates) and NULs arrive in titles and cannot be stored.
    return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip() or None


def key_text(row: Mapping[str, Any], key: str, where: str) -> str:
    """Text that must be there."""
    return str(needed(text(row, key, where), f"{where}.{key}"))


def count(row: Mapping[str, Any], key: str, where: str) -> int | None:
    """A whole number ≥ 0, written as 12, 12.0 or "12"; ``None`` when missing or ""."""
    value = row.get(key)
    if value is None or value == "":
        return None
    if type(value) is int:
        number = value
    elif (isinstance(value, float) and value.is_integer()) or (isinstance(value, str) and _DIGITS(value)):
        number = int(value)
    else:
        raise unexpected(f"{where}.{key}", value, "a whole number")
    if not 0 <= number < BIGGEST:
        raise unexpected(
            f"{where}.{key}", value if number < 0 else "too large", "a whole number from 0 to 2^63"
        )
    return number


def key_count(row: Mapping[str, Any], key: str, where: str) -> int:
    """A whole number that must be there."""
    return int(needed(count(row, key, where), f"{where}.{key}"))


def code(row: Mapping[str, Any], key: str, where: str) -> int | None:
    """A platform's enum code, known or not; ``None`` when missing."""
    number = count(row, key, where)
    if number is not None and number >= 2**31:
        raise unexpected(f"{where}.{key}", number, "a code")
    return number


def key_code(row: Mapping[str, Any], key: str, where: str) -> int:
    """An enum code that must be there."""
    return int(needed(code(row, key, where), f"{where}.{key}"))


def measure(row: Mapping[str, Any], key: str, where: str) -> float | None:
    """A number ≥ 0 with a fraction, in the platform's own unit; ``None`` when missing or ""."""
    value = row.get(key)
    if value is None or value == "":
        return None
    try:
        number = math.nan if isinstance(value, bool | list | dict) else float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not (number >= 0 and math.isfinite(number)):
        raise unexpected(f"{where}.{key}", value, "a number from 0")
    return number


def share(row: Mapping[str, Any], key: str, where: str, *, percent: bool = False) -> float | None:
    """A share 0-1, from a fraction or (``percent``) from 0-100.

    A rate above 1 means the platform changed its unit: it is refused rather than guessed at.
    """
    number = measure(row, key, where)
    if number is None:
        return None
    part = number / 100 if percent else number
    if part > 1 + 1e-6:  # float32 noise
        raise unexpected(f"{where}.{key}", number, "a percentage up to 100" if percent else "a share up to 1")
    return min(part, 1.0)


def cny(row: Mapping[str, Any], key: str, where: str) -> Decimal | None:
    """Money in CNY from fen (1/100 CNY), written as 1050 or "1050"; ``None`` when missing or ""."""
    fen = count(row, key, where)
    if fen is None:
        return None
    if fen >= 10**18:
        raise unexpected(f"{where}.{key}", fen, "an amount in fen")
    return Decimal(fen).scaleb(-2)


def flag(row: Mapping[str, Any], key: str, where: str) -> bool | None:
    """A yes or no, written as true, 1 or "true"; ``None`` when missing."""
    value = row.get(key)
    if value is None or value == "":
        return None
    found = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}.get(
        value.lower() if isinstance(value, str) else value if value in (0, 1) else "?"
    )
    if found is None:
        raise unexpected(f"{where}.{key}", value, "yes or no")
    return found


def moment(row: Mapping[str, Any], key: str, where: str) -> dt.datetime | None:
    """A UTC moment from unix seconds; ``None`` when missing or 0 (the platform's "never")."""
    seconds = count(row, key, where)
    if not seconds:
        return None
    if seconds >= LATEST_EPOCH:
        raise unexpected(f"{where}.{key}", seconds, "unix seconds")
    return from_epoch(seconds)


def key_moment(row: Mapping[str, Any], key: str, where: str) -> dt.datetime:
    """A UTC moment that must be there."""
    found: dt.datetime = needed(moment(row, key, where), f"{where}.{key}")
    return found


def epoch_day(row: Mapping[str, Any], key: str, where: str) -> dt.date:
    """The business date that unix seconds fall on (WeCom: 00:00 Asia/Shanghai)."""
    return business_date(key_moment(row, key, where))


def day(row: Mapping[str, Any], key: str, where: str) -> dt.date:
    """A business date written as 2026-07-25, "20260725" or 20260725."""
    value = row.get(key)
    written = str(value) if type(value) is int and 0 < value < 10**8 else value
    if isinstance(written, str) and written.isascii():
        digits = (
            written.replace("-", "") if len(written) == 10 and written[4] == written[7] == "-" else written
        )
        if len(digits) == 8 and digits.isdigit():
            with suppress(ValueError):  # 2026-02-30 is refused below
                return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    raise unexpected(f"{where}.{key}", value, "a date")
