"""Why a plan does not load, a sentence each: file, entry, key, what stands there and what may; pure.

``deployments/plan.toml: kpi oa_open_rate: direction: 写的是 "upp"；只能是 up 或 down``
"""

import datetime as dt
import difflib
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

FILE = "deployments/plan.toml"
NAMES = ("metric", "id", "tag", "number", "seed")
"""Keys by which a reader knows an entry, since nobody counts tables in a file."""
LONGEST = 60
"""Characters of a wrong value that are shown."""

WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少这个键", "this key is missing"),
    "extra": ("没有这个键", "there is no such key"),
    "meant": ("；是不是 {key}？", "; did you mean {key}?"),
    "keys": ("；可写的键：{keys}", "; keys here: {keys}"),
    "said": ("写的是 {said}", "{said} is written"),
    "said_then": ("写的是 {said}；", "{said} is written; "),
    "one_of": ("只能是 {words}", "write {words}"),
    "or": (" 或 ", " or "),
    "number": ("要写一个数", "write a number"),
    "whole": ("要写整数", "write a whole number"),
    "finite": ("要写一个有限的数", "write a finite number"),
    "reason": ("这个数超出了合理范围", "this number is beyond reason"),
    "baseline": ('写一个数，或 "first_value"', 'write a number, or "first_value"'),
    "text": ("要写文字，加引号", "write a text in quotes"),
    "filled": ("不能为空", "it must not be empty"),
    "id": (
        "只能用字母、数字和 _ . -，以字母开头",
        "letters, digits and _ . - only, beginning with a letter",
    ),
    "string_too_long": ("太长，至多 {limit} 个字符", "too long, {limit} characters at most"),
    "switch": ("只能是 true 或 false", "write true or false"),
    "date": ("要写日期，如 2026-09-01，不加引号", "write a date such as 2026-09-01 without quotes"),
    "table": ("要写成一个表：[{key}] 或 {{ … }}", "write a table: [{key}] or {{ … }}"),
    "tables": ("要写成列表：[[{key}]] 或 [ … ]", "write a list: [[{key}]] or [ … ]"),
    "greater_than": ("要大于 {limit}", "it must be greater than {limit}"),
    "greater_than_equal": ("不能小于 {limit}", "it must be at least {limit}"),
    "less_than": ("要小于 {limit}", "it must be less than {limit}"),
    "less_than_equal": ("不能大于 {limit}", "it must be at most {limit}"),
    "too_short": ("至少写一项", "write at least one"),
    "other": ("不对：{message}", "wrong: {message}"),
    "no_points": (
        "checkpoints: 至少写一个 checkpoint，或写 end",
        "checkpoints: write at least one, or an end",
    ),
    "months_rise": (
        "checkpoints: month: 月份要递增，end 在最后；写的是 {months}",
        "checkpoints: month: months must rise and the end must come last; {months} is written",
    ),
    "wrong_way": (
        "direction: 写的是 {direction}，但从 {early} 到 {late} 反向",
        "direction: {direction} is written, but it runs from {early} to {late}",
    ),
    "one_side": ("at_least, at_most: 只能也必须写其中一个", "at_least, at_most: write exactly one of them"),
    "lags_rise": (
        "lag: yellow、orange、red 要依次增大；写的是 {lags}",
        "lag: yellow, orange and red must rise; {lags} is written",
    ),
    "not_whole": ("shares: 各项合计是 {total}，要等于 1", "shares: they sum to {total}, not 1"),
    "upside_down": (
        "{high}: 写的是 {said}，小于 {low} 的 {is}",
        "{high}: {said} is written, less than the {is} of {low}",
    ),
    "claim_lacks": (
        "{keys}: 缺少；kind 为 {kind} 时必须写",
        "{keys}: missing; a claim of kind {kind} needs it",
    ),
    "twice": ("{key}: {name} 写了两次，只留一处", "{key}: {name} is written twice; keep one"),
    "no_owner": (
        "owner: 写的是 {said}；[owners] 中只有 {known}",
        "owner: {said} is written; [owners] has only {known}",
    ),
    "no_claim": ("needs: 没有编号为 {said} 的 claim", "needs: no claim has the id {said}"),
}
_BOUNDS = {
    "greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le",
    "string_too_long": "max_length",
}  # fmt: skip
_PLAIN = {
    "decimal_type": "number", "decimal_parsing": "number", "finite_number": "finite", "switch": "number",
    "decimal_max_digits": "reason", "decimal_max_places": "reason", "decimal_whole_digits": "reason", "dust": "reason",
    "int_type": "whole", "int_parsing": "whole", "int_from_float": "whole", "int_parsing_size": "whole",
    "string_type": "text", "bool_type": "switch", "bool_parsing": "switch", "too_short": "too_short",
    "date_type": "date", "date_parsing": "date", "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
    "model_type": "table", "dict_type": "table", "tuple_type": "tables", "list_type": "tables",
}  # fmt: skip


def refusals(
    model: type[BaseModel],
    document: Mapping[str, Any],
    error: ValidationError,
    language: str = "zh-CN",
    file: str = FILE,
) -> list[str]:
    """Everything that is wrong with a document, in the reader's language.

    Args:
        model: what the document should have been.
        document: the parsed file.
        error: what ``model`` said about it.
        language: ``zh-CN`` or ``en``.
        file: how the reader knows the file.
    """
    lines = (
        f"{file}: {place}{sentence}"
        for details in error.errors(include_url=False)
        for place, sentence in _told(model, document, details, language)
    )
    return list(dict.fromkeys(lines))


def _told(
    model: type[BaseModel], document: Mapping[str, Any], details: ErrorDetails, language: str
) -> Iterator[tuple[str, str]]:
    if details["type"] == "several":
        for place, kind, values in details["ctx"]["wrong"]:
            yield place, _word(kind, language, **values)
        return
    if (
        details["type"] == "literal_error"
        and "baseline" in details["loc"]
        and not isinstance(details["input"], str)
    ):
        return  # it was meant as a number, and why it is none is told by the other half of the union
    place = _place(document, details["loc"])
    yield place, _sentence(model, details, language)


def _sentence(model: type[BaseModel], details: ErrorDetails, language: str) -> str:  # noqa: PLR0911 - one a kind
    kind, said = details["type"], details["input"]
    context: dict[str, Any] = details.get("ctx", {})
    key = next((step for step in reversed(details["loc"]) if isinstance(step, str)), "")
    if kind == "missing":
        return _word("missing", language)
    if kind == "extra_forbidden":
        return _word("extra", language) + _meant(_keys(model, details["loc"][:-1]), key, language)
    if "baseline" in details["loc"] and isinstance(said, str | bool):
        return _but(said, language) + _word("baseline", language)
    if kind == "literal_error":
        return _but(said, language) + _word(
            "one_of", language, words=_one_of(str(context["expected"]), language)
        )
    if kind == "string_pattern_mismatch":
        return _but(said, language) + _word("filled" if context["pattern"] == r"\S" else "id", language)
    if kind in _BOUNDS:
        return _but(said, language) + _word(kind, language, limit=context[_BOUNDS[kind]])
    if kind in _PLAIN:
        return _but(said, language) + _word(_PLAIN[kind], language, key=key)
    if kind in WORDS:
        return _word(kind, language, **context)
    return _but(said, language) + _word("other", language, message=details["msg"])


def _one_of(expected: str, language: str) -> str:
    """Pydantic's ``'up', 'side' or 'down'`` as the reader's words."""
    words = [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]
    return _word("or", language).join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _word(key: str, language: str, /, **values: Any) -> str:
    return WORDS[key][1 if language == "en" else 0].format(**values)


def _but(said: object, language: str) -> str:
    return _word("said_then", language, said=shown(said))


def _meant(keys: Sequence[str], key: str, language: str) -> str:
    """The key that was meant, or all that may be written."""
    near = difflib.get_close_matches(key, keys, n=1)
    if near:
        return _word("meant", language, key=near[0])
    return _word("keys", language, keys=", ".join(keys)) if keys else ""


def shown(value: object) -> str:
    """A value as the file writes it, cut off where it gets long."""
    if isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, Mapping):
        text = "{ … }"
    elif isinstance(value, list | tuple):
        text = "[ … ]" if value else "[]"
    elif isinstance(value, dt.date | dt.time):
        text = value.isoformat()
    else:
        try:
            text = str(value)
        except ValueError:  # more digits than Python writes down
            text = "…"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _on_a_line(name: str) -> str:
    """A name that somebody broke over lines, or filled with thousands of signs, still is one word of a sentence."""
    return shown(name).removeprefix('"').removesuffix('"')


def _place(document: Mapping[str, Any], path: tuple[int | str, ...]) -> str:
    """``kpi oa_open_rate: end: value: ``; entries by their own name."""
    here: Any = document
    words: list[str] = []
    for step in path:
        inside = isinstance(here, Mapping | list)
        if isinstance(step, int):
            here = here[step] if isinstance(here, list) and step < len(here) else None
            name = next((here[k] for k in NAMES if k in here), None) if isinstance(here, Mapping) else None
            words[-1] += f" {_on_a_line(name) if isinstance(name, str) and name else step + 1}"
            continue
        if not inside:
            break  # pydantic's own path inside a union
        if step == "[key]":
            continue
        words.append(_on_a_line(step))
        here = here.get(step) if isinstance(here, Mapping) else None
    return "".join(f"{word}: " for word in words)


def _keys(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The keys that a table may have; none when its keys are free."""
    here: Any = model
    for step in path:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field for name, field in here.model_fields.items()}
            here = _table(fields[step].annotation) if step in fields else None
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _table(annotation: Any) -> Any:
    """The model inside ``tuple[Kpi, ...]``, ``dict[str, Named]`` or ``Checkpoint | None``."""
    if isinstance(annotation, type) and not get_origin(annotation):
        return annotation
    if get_origin(annotation) in {tuple, dict, types.UnionType, Annotated}:
        inner = (_table(part) for part in get_args(annotation) if part is not Ellipsis)
        return next((part for part in inner if isinstance(part, type) and issubclass(part, BaseModel)), None)
    return None
