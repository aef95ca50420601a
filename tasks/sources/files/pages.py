"""HTML tables, which the consoles of WeChat call ``.xls``."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from tasks.sources.files.contents import writing_of
from tasks.sources.files.grids import Cells, grid_offers
from tasks.sources.files.offers import Offer
from tasks.sources.files.scratch import Scratch

WIDEST = 100
"""Columns that one cell may span."""


def html_offers(path: Path, scratch: Scratch) -> list[Offer]:
    """Each table of an HTML page.

    Raises:
        ConfigurationError: its encoding is unknown.
    """
    reader = _Tables()
    reader.feed(path.read_text(encoding=writing_of(path).encoding))
    reader.close()

    def rows_of(table: list[list[str]]) -> Callable[[], Iterator[Cells]]:
        return lambda: iter(table)

    return [
        offer
        for number, table in enumerate(reader.tables, start=1)
        for offer in grid_offers(f"表 {number}" if len(reader.tables) > 1 else "", rows_of(table), scratch)
    ]


class _Tables(HTMLParser):
    """Every table of a page as rows of cells; a table inside a cell is part of the cell's text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._depth = 0
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append([])
        elif self._depth == 1 and tag == "tr":
            self.tables[-1].append([])
        elif self._depth == 1 and tag in {"td", "th"}:
            self._end_cell()
            if not self.tables[-1]:
                self.tables[-1].append([])
            self._cell = []
            spans = next((value for name, value in attrs if name == "colspan"), None)
            self._span = int(spans) if spans and spans.isdecimal() else 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"} and self._depth == 1:
            self._end_cell()
        if tag == "table":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end_cell(self) -> None:
        if self._cell is not None:
            text = "".join(self._cell).strip()
            self.tables[-1][-1] += [text, *[""] * (min(self._span, WIDEST) - 1)]
            self._cell = None
