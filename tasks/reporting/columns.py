"""A table for a terminal whose columns stay aligned though a Chinese character takes two places; pure."""

import unicodedata
from collections.abc import Collection, Iterator, Sequence


def width(text: str) -> int:
    """The places a terminal gives a text: two for Chinese characters and full-width signs, none for accents."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def aligned(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()
) -> Iterator[str]:
    """The table line by line, headings first.

    Args:
        headings: one a column.
        rows: cells as text.
        right: columns that are aligned at their right edge: numbers.
    """
    table = [headings, *rows]
    widths = [max(width(row[column]) for row in table) for column in range(len(headings))]
    for row in table:
        cells = [
            " " * (wide - width(cell)) + cell if column in right else cell + " " * (wide - width(cell))
            for column, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
