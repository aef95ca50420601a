"""Which plan judged: a version is the plan's content, whatever its comments, layout and order of entries."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tasks.alerts.refusals import NAMES, shown

VERSION_DIGITS = 12
"""Hexadecimal digits of a version: enough that no two plans of a brand ever share one."""


def version_of(document: Mapping[str, Any]) -> str:
    """The version of a parsed ``plan.toml``: the same content gives the same 12 hexadecimal digits.

    Comments, white space, the order of keys and named entries, and how a number is written (1_000.0 or 1000) do not
    count; every name, note and number does.
    """
    return hashlib.sha256(canonical(document).encode()).hexdigest()[:VERSION_DIGITS]


def canonical(document: Mapping[str, Any]) -> str:
    """The document as the one JSON text that all its spellings share."""
    return _json(_plain(document))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        items = [_plain(inner) for inner in value]
        # Named entries may stand in any order in the file; checkpoints and words in a row may not.
        named = items and all(isinstance(item, dict) and not item.keys().isdisjoint(NAMES) for item in items)
        return sorted(items, key=_json) if named else items
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def changes(before: Mapping[str, Any], after: Mapping[str, Any], language: str = "zh-CN") -> list[str]:
    """What became different from one plan to another, a key each: ``kpi oa_open_rate: end: value: 0.25 → 0.3``.

    Args:
        before: the older document, parsed from TOML or from :func:`canonical`.
        after: the newer one.
        language: ``zh-CN`` or ``en``.
    """
    old, new = _leaves(_plain(before)), _leaves(_plain(after))
    added, gone = ("（新增）", "（删去）") if language != "en" else (" (added)", " (taken out)")
    found = [f"{place}: {shown(old[place])}{gone}" for place in old if place not in new]
    found += [f"{place}: {shown(value)}{added}" for place, value in new.items() if place not in old]
    found += [
        f"{place}: {shown(old[place])} → {shown(value)}"
        for place, value in new.items()
        if place in old and old[place] != value
    ]
    return sorted(found)


def _leaves(value: Any, place: str = "") -> dict[str, Any]:
    """Every key of a plain document by its place, entries named as a reader knows them."""
    if isinstance(value, dict) and value:
        parts = [(f"{place}: {key}" if place else key, inner) for key, inner in value.items()]
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        parts = [(f"{place} {name}", item) for name, item in zip(_names(value), value, strict=True)]
    else:
        return {place: value}
    return {leaf: said for where, inner in parts for leaf, said in _leaves(inner, where).items()}


def _names(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a reader calls each entry of a list; of several with one name the further ones are counted."""
    seen: Counter[str] = Counter()
    names = []
    for number, entry in enumerate(entries, start=1):
        name = str(next((entry[key] for key in (*NAMES, "month") if key in entry), number))
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
