"""Excel workbooks of both kinds, and what their cells say as text."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from tasks.errors import ConfigurationError
from tasks.sources.files.grids import Cells, grid_offers
from tasks.sources.files.offers import Offer
from tasks.sources.files.scratch import Scratch

EXACT = 1e15
"""Excel keeps 15 digits: a longer number has lost its end already."""


def excel_offers(path: Path, scratch: Scratch, sheet: str = "") -> list[Offer]:
    """Each sheet of a workbook, old or new, or the one named.

    Raises:
        ConfigurationError: the workbook cannot be opened, or has no sheet of that name.
    """
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [name for name in book.sheet_names if not sheet or name == sheet]
        if not names:
            raise ConfigurationError(
                f"{path.name}：没有名为“{sheet}”的工作表；有：{'、'.join(book.sheet_names)} (no such sheet)"
            )
        sheets = {name: book.get_sheet_by_name(name) for name in names}
    except (CalamineError, OSError) as error:
        raise ConfigurationError(
            f"{path.name}：无法作为 Excel 打开（{error}）。若设有密码请先取消，或另存为 CSV (cannot be opened)"
        ) from None

    def rows_of(name: str) -> Callable[[], Iterator[Cells]]:
        return lambda: ([text_of(cell) for cell in row] for row in sheets[name].iter_rows())

    return [offer for name in names for offer in grid_offers(name, rows_of(name), scratch)]


def text_of(cell: Any) -> str | None:
    """A cell as text: what a person would have typed into a CSV."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, dt.timedelta):
        hours, seconds = divmod(round(cell.total_seconds()), 3600)
        return f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}"
    return str(cell) if cell is not None and cell != "" else None


def number_text(number: float) -> str:
    """A float as text, without the digits that only its binary form has."""
    if abs(number) >= EXACT:
        return f"{number:e}"
    return str(int(number)) if number.is_integer() else repr(round(number, 8))
