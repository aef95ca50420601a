"""Cells of Bitable records as the values a template's columns want: the very rules that files are read by.

Bitable has typed its cells already; they are written down again as a spreadsheet would show them, and read by the
expressions of :mod:`tasks.sources.files.cells`, so that one rule decides for both.

    plain cells -> text -> (value, what is wrong) of every column
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import duckdb
import pyarrow as pa

from tasks.calendars import SHANGHAI, business_date
from tasks.sources.feishu.values import Plain
from tasks.sources.files import cells
from tasks.sources.files.templates import Column, Template

FEN = Decimal("0.01")
NOISE = Decimal("0.000001")
"""By how much a formula's sum of amounts may miss the fen."""


class Judged(NamedTuple):
    """One record: value by column, and what is wrong by column."""

    values: dict[str, Any]
    problems: dict[str, str]


Read: TypeAlias = tuple[Any, str | None]
"""The value of a text in a column, and what is wrong with it."""


def written(column: Column, cell: Plain) -> str | None:
    """A cell as a spreadsheet would show it in this column."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, dt.datetime):
        return str(business_date(cell) if column.type != "moment" else cell.astimezone(SHANGHAI))[:19]
    number = Decimal(repr(cell))
    if column.type == "cny" and abs(number) < 10**15 and abs(number - number.quantize(FEN)) < NOISE:
        number = number.quantize(FEN)
    return (
        f"{number:f}" if number != number.to_integral_value() or abs(number) >= 10**20 else str(int(number))
    )


def judged(template: Template, texts: Sequence[Mapping[str, str | None]], now: dt.datetime) -> list[Judged]:
    """Every record held against its template, in the order given.

    Args:
        template: whose columns.
        texts: the written cells of each record, by column; a column may be absent.
        now: the moment of asking; most dates may not lie after it.
    """
    read = {
        name: _read(template, name, {row.get(name) for row in texts}, now) if texts else {}
        for name in template.columns
    }
    return [
        Judged(
            {name: read[name][row.get(name)][0] for name in read},
            {name: said for name in read if (said := read[name][row.get(name)][1]) is not None},
        )
        for row in texts
    ]


def _read(template: Template, name: str, texts: set[str | None], now: dt.datetime) -> dict[str | None, Read]:
    """What each text says in one column.

    Planning the question takes longer than answering it, so it is put only for texts that nobody has asked about
    today: client and parser ask about the same ones.
    """
    known = _asked(
        template.template_id, name, now if template.columns[name].type == "moment" else business_date(now)
    )
    unknown = [text for text in texts if text not in known]
    if unknown:
        known |= dict(zip(unknown, _answered(template.columns[name], unknown, now), strict=True))
    return {text: known[text] for text in texts}


@lru_cache(maxsize=64)
def _asked(_template_id: str, _name: str, _day: dt.date) -> dict[str | None, Read]:
    """The texts of one column that were read on one day; those of days long past are forgotten."""
    return {}


def _answered(column: Column, texts: Sequence[str | None], now: dt.datetime) -> list[Read]:
    reading = cells.reading(column, "said", "meant", now)
    steps = (
        f"{cells.cleaned(column, 'cell')} as said",
        f"*, {reading.value} as meant",
        f"meant, {reading.problem} as problem",
    )
    table = pa.table({"cell": pa.array(texts, pa.string())})
    with _rules().cursor() as cursor:
        for step in steps:
            cursor.register("here", table)
            # Step by step: in one query each expression would be planned again inside the next one's.
            table = cursor.execute(f"select {step} from here").to_arrow_table()
    return list(zip(table["meant"].to_pylist(), table["problem"].to_pylist(), strict=True))


@lru_cache(maxsize=1)
def _rules() -> duckdb.DuckDBPyConnection:
    """An empty database that knows the rules; made once a process, and asked through cursors."""
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": "false"})
    for macro in cells.MACROS:
        connection.execute(f"create macro {macro}")
    return connection
