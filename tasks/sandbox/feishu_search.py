"""records/search: which records a question is about, and which page of them.

Source:
    https://open.feishu.cn/document/docs/bitable-v1/app-table-record/search and its filter guide,
    read 2026-11-22.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tasks.sandbox.feishu_base import TYPES, Field, Record, Table
from tasks.sandbox.feishu_errors import FeishuError
from tasks.sandbox.paging import Short, cursor, lost, place

PAGE, LARGEST_PAGE = 20, 500
FIELD_PAGE, LARGEST_FIELD_PAGE = 20, 100
MOST_CONDITIONS = 50
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda cell, value: cell == value,
    "isNot": lambda cell, value: cell != value,
    "contains": lambda cell, value: value in str(cell),
    "doesNotContain": lambda cell, value: value not in str(cell),
    "isGreater": lambda cell, value: _number(cell) > _number(value),
    "isGreaterEqual": lambda cell, value: _number(cell) >= _number(value),
    "isLess": lambda cell, value: _number(cell) < _number(value),
    "isLessEqual": lambda cell, value: _number(cell) <= _number(value),
}
NOT_FOR_DATES = {"isNot", "contains", "doesNotContain", "isGreaterEqual", "isLessEqual"}
PROPERTIES: dict[str, Any] = {
    "Progress": {"formatter": "0%", "max": 1, "min": 0, "range_customize": False},
    "Currency": {"currency_code": "CNY", "formatter": "0.00"},
    "DateTime": {"auto_fill": False, "date_formatter": "yyyy/MM/dd"},
    "User": {"multiple": False},
    "Formula": {"formatter": "0"},
    "AutoNumber": {"auto_serial": {"type": "auto_increment_number"}},
}


def fields(table: Table, query: Mapping[str, str]) -> dict[str, Any]:
    """The table's columns; the last page too tells a page_token, though nothing comes after it."""
    size = _size(query, FIELD_PAGE, LARGEST_FIELD_PAGE)
    start = _start(query)
    part = [_described(table, number) for number in range(start, min(start + size, len(table.fields)))]
    after = start + len(part)
    return {
        "has_more": after < len(table.fields),
        "items": part,
        "page_token": cursor(after),
        "total": len(table.fields),
    }


def search(
    table: Table, query: Mapping[str, str], body: Mapping[str, Any], *, short: Short
) -> dict[str, Any]:
    """One page of the records that the question is about.

    Args:
        table: the table as it stands.
        query: ``page_size``, ``page_token``.
        body: ``view_id``, ``field_names``, ``sort``, ``filter``, ``automatic_fields``.
        short: the page has lost its second half, or everything, and nothing says so.

    Raises:
        FeishuError: the question is wrong.
    """
    size, start = _size(query, PAGE, LARGEST_PAGE), _start(query)
    shown = _field_names(table, body.get("field_names"))
    found = _sorted(table, _filtered(table, body), body.get("sort") or [])
    page = found[start : start + size]
    items = [_told(record, shown, automatic=body.get("automatic_fields") is True) for record in page]
    after = start + len(page)
    answer: dict[str, Any] = {
        "has_more": after < len(found),
        "items": lost(items, short=short),
        "total": len(found),
    }
    return answer | ({"page_token": cursor(after)} if after < len(found) else {})


def _described(table: Table, number: int) -> dict[str, Any]:
    here = table.fields[number]
    property_ = PROPERTIES.get(here.ui_type)
    if here.ui_type == "SingleSelect":
        names = dict.fromkeys(
            record.cells[here.name] for record in table.records if here.name in record.cells
        )
        options = [{"color": n % 55, "id": f"opt{n:07d}", "name": name} for n, name in enumerate(names)]
        property_ = {"options": options}
    return {
        "field_id": f"fld{table.table_id[3:8]}{number:02d}",
        "field_name": here.name,
        "is_hidden": False,
        "is_primary": number == 0,
        "property": property_,
        "type": TYPES[here.ui_type],
        "ui_type": here.ui_type,
    }


def _told(record: Record, shown: Iterable[str] | None, *, automatic: bool) -> dict[str, Any]:
    cells = record.cells
    if shown is not None:
        cells = {name: cells[name] for name in shown if name in cells}
    told: dict[str, Any] = {"fields": dict(cells), "record_id": record.record_id}
    if automatic:
        made = int(record.made_at.timestamp() * 1000)
        told |= {"created_time": made, "last_modified_time": made}
    return told


def _size(query: Mapping[str, str], usual: int, largest: int) -> int:
    written = query.get("page_size", str(usual))
    if not written.lstrip("-").isdigit() or int(written) > largest:
        raise FeishuError(99992402, "field validation failed")
    if int(written) < 1:
        raise FeishuError(1254011, "Page size must greater than 0.")
    return int(written)


def _start(query: Mapping[str, str]) -> int:
    try:
        (start,) = place(query.get("page_token", "")) or [0]
    except ValueError:
        raise FeishuError(1254002, "Fail") from None
    if not isinstance(start, int):
        raise FeishuError(1254002, "Fail")
    return start


def _field_names(table: Table, names: Any) -> Sequence[str] | None:
    if names is None or names == []:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise FeishuError(1254024, "InvalidFieldNames")
    for name in names:
        _field(table, name)
    return names


def _field(table: Table, name: Any) -> Field:
    found = next((here for here in table.fields if here.name == name), None)
    if found is None:
        raise FeishuError(1254045, "FieldNameNotFound")
    return found


def _filtered(table: Table, body: Mapping[str, Any]) -> list[Record]:
    """A view holds only where neither a filter nor a sort is given: then it is silently ignored."""
    wanted, view = body.get("filter"), body.get("view_id")
    if wanted:
        meant = _condition(table, wanted)
        return [record for record in table.records if meant(record)]
    if view and not body.get("sort"):
        if view not in table.views:
            raise FeishuError(1254042, "ViewIdNotFound")
        name, value = table.views[view]
        return [record for record in table.records if record.cells.get(name) == value]
    return list(table.records)


def _condition(table: Table, wanted: Any) -> Callable[[Record], bool]:
    conditions = wanted.get("conditions") if isinstance(wanted, dict) else None
    children = wanted.get("children") or [] if isinstance(wanted, dict) else None
    if not isinstance(wanted, dict) or wanted.get("conjunction") not in {"and", "or"}:
        raise FeishuError(1254018, "InvalidFilter")
    if not isinstance(conditions or [], list) or len(conditions or []) > MOST_CONDITIONS:
        raise FeishuError(1254018, "InvalidFilter")
    if not isinstance(children, list):
        raise FeishuError(1254018, "InvalidFilter")
    parts = [_one(table, part) for part in conditions or []] + [_condition(table, part) for part in children]
    joined = all if wanted["conjunction"] == "and" else any
    return lambda record: not parts or joined(part(record) for part in parts)


def _one(table: Table, part: Any) -> Callable[[Record], bool]:
    if not isinstance(part, dict):
        raise FeishuError(1254018, "InvalidFilter")
    here, operator, values = _field(table, part.get("field_name")), part.get("operator"), part.get("value")
    if operator in {"isEmpty", "isNotEmpty"}:
        return lambda record: (here.name in record.cells) == (operator == "isNotEmpty")
    is_date = here.ui_type == "DateTime"
    if operator not in OPERATORS or not isinstance(values, list) or (is_date and operator in NOT_FOR_DATES):
        raise FeishuError(1254018, "InvalidFilter")
    if is_date and (len(values) != 2 or values[0] != "ExactDate"):
        raise FeishuError(1254018, "InvalidFilter")
    value = values[-1] if values else ""
    meant = OPERATORS[operator]
    return lambda record: here.name in record.cells and meant(_plain(record.cells[here.name]), value)


def _plain(cell: Any) -> str:
    """What a filter compares: the words of a cell."""
    if isinstance(cell, list):
        return "".join(_plain(part) for part in cell)
    if isinstance(cell, dict):
        return _plain(cell.get("text", cell.get("name", cell.get("value", ""))))
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _number(value: Any) -> float:
    try:
        return float(value)
    except ValueError:
        raise FeishuError(1254018, "InvalidFilter") from None


def _sorted(table: Table, records: list[Record], orders: Any) -> list[Record]:
    if not isinstance(orders, list) or not all(isinstance(order, dict) for order in orders):
        raise FeishuError(1254016, "InvalidSort")
    for order in reversed(orders):
        name = _field(table, order.get("field_name")).name
        is_number = TYPES[_field(table, name).ui_type] in {2, 5}

        def rank(record: Record, name: str = name, is_number: bool = is_number) -> tuple[float, str]:
            words = _plain(record.cells.get(name, ""))
            return (float(words or 0), "") if is_number else (0.0, words)

        records = sorted(records, key=rank, reverse=order.get("desc") is True)
    return records
