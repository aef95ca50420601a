"""Accidents that can be switched on: the ways a platform fails its callers.

A fault is one rule. Written as text for the command line it is ``kind[=mode]`` and then, in any order and
separated by colons, a path prefix (``/…``), an app id, dates and options::

    zeros:/cgi-bin/externalcontact/get_user_behavior_data:2026-07-20
    late=is_delay:/datacube/getarticleread:2026-07-20..2026-07-22
    busy:rate=0.01:seed=7
    ip:wx5a8d9e0c0a000001
"""

import datetime as dt
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tasks import calendars
from tasks.errors import ConfigurationError

KINDS: Mapping[str, tuple[str, ...]] = {
    "slow": (),
    "timeout": ("sleep", "drop"),
    "html": ("200", "502"),
    "busy": (),
    "ip": (),
    "expired_token": (),
    "unauthorised": (),
    "retired": (),
    "quota": (),
    "freq": (),
    "late": ("empty", "61503", "is_delay"),
    "zeros": (),
    "short_page": ("half", "empty"),
    "shuffled": (),
    "duplicated": (),
}
"""Kinds in the order they strike, with their modes, the usual one first."""


@dataclass(frozen=True)
class Fault:
    """One rule; empty conditions hold always.

    ``slow`` answers late; ``timeout`` does the work and never says so (or drops the connection); ``html``
    answers a web page; ``busy`` -1; ``ip`` 40164 on token calls and 60020 at WeCom; ``expired_token`` 42001
    once; ``unauthorised`` 48001; ``retired`` 47009; ``quota`` and ``freq`` the two 45009; ``late`` figures
    not ready; ``zeros`` a success full of zeros; ``short_page`` a list that lost its second half, or all of it;
    ``shuffled`` lists in another order; ``duplicated`` lists with repeated entries. Feishu refuses in codes
    of its own: ``busy`` 1255001, ``quota`` 99991400 with HTTP 429, ``freq`` 1254290, ``late=61503`` 1254607.
    """

    kind: str
    path: str = ""
    """Prefix of the paths it strikes."""
    app_id: str = ""
    dates: frozenset[dt.date] = frozenset()
    """Business dates asked about, or of the asking when a call names none."""
    times: int | None = None
    """How often it strikes at most."""
    rate: float | None = None
    """Share of the calls it strikes, 0-1."""
    seed: int = 0
    seconds: float = 0.2
    """How long ``slow`` takes."""
    mode: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigurationError(f"no fault named '{self.kind}'; known: {', '.join(KINDS)}")
        modes = KINDS[self.kind]
        if self.mode and self.mode not in modes:
            raise ConfigurationError(
                f"the fault {self.kind} has no mode '{self.mode}'; known: {', '.join(modes)}"
            )
        if not self.mode and modes:
            object.__setattr__(self, "mode", modes[0])
        if self.kind == "expired_token" and self.times is None:
            object.__setattr__(self, "times", 1)

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """The rule that ``text`` describes; the grammar is at the top of this file.

        Raises:
            ConfigurationError: a part is none of these.
        """
        head, *conditions = text.split(":")
        kind, _, mode = head.partition("=")
        fault = cls(kind.strip(), mode=mode.strip())
        for part in filter(None, conditions):
            fault = replace(fault, **_condition(part.strip(), text))
        return fault

    def __str__(self) -> str:
        parts = [self.kind + (f"={self.mode}" if self.mode else ""), self.path, self.app_id]
        parts.append(",".join(day.isoformat() for day in sorted(self.dates)))
        parts += [
            f"{name}={value}"
            for name, value in (("times", self.times), ("rate", self.rate))
            if value is not None
        ]
        return ":".join(filter(None, parts))


class Faults:
    """The rules in force; how often each has struck is remembered."""

    def __init__(self, rules: "Iterable[Fault | str]" = ()) -> None:
        self._rules: list[tuple[Fault, random.Random, list[int]]] = []
        for rule in rules:
            self.add(rule)

    def add(self, fault: Fault | str) -> None:
        """Put one more rule in force."""
        rule = Fault.parse(fault) if isinstance(fault, str) else fault
        self._rules.append((rule, random.Random(f"{rule.seed}:{rule}"), [0]))  # noqa: S311
        order = list(KINDS)
        self._rules.sort(key=lambda entry: order.index(entry[0].kind))

    def clear(self) -> None:
        """Lift every rule."""
        self._rules.clear()

    def __iter__(self) -> Iterator[Fault]:
        return (rule for rule, _, _ in self._rules)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def striking(
        self, kinds: Iterable[str], path: str, app_id: str, days: tuple[dt.date, dt.date]
    ) -> Iterator[Fault]:
        """The rules that strike this call, in order; a rule counts as used when it is yielded."""
        for rule, dice, struck in list(self._rules):
            meant = (
                rule.kind in kinds
                and path.startswith(rule.path)
                and rule.app_id in ("", app_id)
                and (not rule.dates or any(days[0] <= day <= days[1] for day in rule.dates))
                and (rule.times is None or struck[0] < rule.times)
            )
            if meant and (rule.rate is None or dice.random() < rule.rate):
                struck[0] += 1
                yield rule


def days_asked(body: Mapping[str, Any], today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last business date a request names; ``today`` twice when it names none."""
    for first, last in (
        ("begin_date", "end_date"),
        ("ds", "ds"),
        ("start_time", "end_time"),
        ("day_begin_time", "day_end_time"),
        ("begin_create_time", "end_create_time"),
        ("begin_update_time", "end_update_time"),
        ("begin_timestamp", "end_timestamp"),
        ("default_start_time", "default_end_time"),
    ):
        if first in body:
            start = _day(body[first])
            if start:
                return start, max(start, _day(body.get(last)) or start)
    for name in ("create_time_range", "update_time_range", "time"):
        if isinstance(body.get(name), dict):
            return days_asked(body[name], today)
    return today, today


STANDING = frozenset(
    {
        "key",
        "position",
        "user_source",
        "stat_time",
        "ref_date",
        "stat_date",
        "msgid",
        "publish_type",
        "index",
        "id",
        "msg_type",
        "count_interval",
        "ref_hour",
    }
)
"""Names of numbers that say which row it is."""


def zeroed(answer: Any, days: frozenset[dt.date], *, inside: bool = False) -> Any:
    """The answer with every figure of ``days`` set to 0; other rows, names and dates stay."""
    if isinstance(answer, list):
        return [zeroed(item, days, inside=inside) for item in answer]
    if isinstance(answer, dict):
        dated = next(
            (_day(answer[name]) for name in ("stat_time", "stat_date", "ref_date") if name in answer), None
        )
        inside = inside or dated in days
        return {
            name: value if name in STANDING else zeroed(value, days, inside=inside)
            for name, value in answer.items()
        }
    if inside and isinstance(answer, int | float) and not isinstance(answer, bool):
        return 0
    return answer


def _condition(part: str, text: str) -> dict[str, Any]:
    name, equals, value = part.partition("=")
    if part.startswith("/"):
        return {"path": part}
    if re.fullmatch(r"(w[xw]|cli_)[0-9a-z]+", part):
        return {"app_id": part}
    try:
        if equals and name in {"times", "seed"}:
            return {name: int(value)}
        if equals and name in {"rate", "seconds"}:
            return {name: float(value)}
        return {"dates": frozenset(day for piece in part.split(",") for day in _dates(piece))}
    except ValueError:
        raise ConfigurationError(
            f"'{part}' in the fault '{text}' is no path, app id, date or option "
            "(times=, rate=, seed=, seconds=)"
        ) from None


def _dates(piece: str) -> Iterator[dt.date]:
    """The days of ``2026-07-20`` or ``2026-07-20..2026-07-22``."""
    first, _, last = piece.partition("..")
    start, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)
    for step in range((end - start).days + 1):
        yield start + dt.timedelta(days=step)


def _day(value: Any) -> dt.date | None:
    """A date in any of the platforms' spellings: 2026-07-20, 20260720 or unix seconds."""
    text = str(value)
    try:
        if text.isdigit() and len(text) > 8:
            return calendars.business_date(calendars.from_epoch(int(text)))
        return dt.date.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
