"""Tables of cells: found under their header, and taken apart where two stand side by side."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

import pyarrow as pa

from tasks.sources.files.offers import HEADER_WITHIN, Offer, Raw
from tasks.sources.files.scratch import Scratch

Cells: TypeAlias = Sequence[str | None]
BATCH = 20_000
"""Rows that are held as Python objects at once."""
CHANNEL = "渠道"
ALL_CHANNELS = "全部"
"""Channel of figures that stand for all of them."""


def grid_offers(where: str, rows: Callable[[], Iterable[Cells]], scratch: Scratch) -> list[Offer]:
    """A grid as one table; and once more as one, where two tables stand side by side.

    Args:
        where: what to call it.
        rows: the grid from its first row, as often as it is asked for.
        scratch: where its table goes.
    """
    head = [[cell or "" for cell in row] for row in islice(rows(), HEADER_WITHIN)]

    def table(header: int) -> Raw:
        return poured(head[header], islice(rows(), header + 1, None), header + 2, scratch)

    return [Offer(where, head, table), *side_by_side(where, head, rows, scratch)] if head else []


def side_by_side(
    where: str, head: Sequence[Sequence[str]], rows: Callable[[], Iterable[Cells]], scratch: Scratch
) -> list[Offer]:
    """Two tables beside each other as one, where the grid holds two.

    Args:
        where: what to call it.
        head: its first rows.
        rows: the grid from its first row, as often as it is asked for.
        scratch: where its table goes.
    """
    if not any(len(parts(row)) > 1 for row in head):
        return []
    joined = [joined_headers(row) for row in head]

    def table(header: int) -> Raw:
        body = merged(head[header], islice(rows(), header + 1, None))
        return poured(joined[header], body, header + 2, scratch)

    return [Offer(where, joined, table, layout="side_by_side")]


def parts(header: Sequence[str]) -> list[range]:
    """Where each of the tables beside each other stands: runs of headers that begin alike, between empty cells."""
    runs: list[range] = []
    start: int | None = None
    for place, cell in enumerate([*header, ""]):
        if cell.strip() and start is None:
            start = place
        elif not cell.strip() and start is not None:
            runs.append(range(start, place))
            start = None
    if len(runs) < 2 or len({header[run.start].strip() for run in runs}) > 1:
        return []
    return runs


def joined_headers(header: Sequence[str]) -> list[str]:
    """The headers of the tables beside each other, each once."""
    runs = parts(header)
    return list(dict.fromkeys(header[place].strip() for run in runs for place in run))


def merged(header: Sequence[str], rows: Iterable[Cells]) -> Iterator[list[str | None]]:
    """The rows of tables beside each other as rows of one, joined by date and channel.

    A table without a channel tells figures of all channels. Two rows of one table for the same date and channel
    stay two, so that the doubt is not hidden.
    """
    names = joined_headers(header)
    tables = parts(header)
    found: dict[tuple[str, str], list[tuple[set[int], list[str | None]]]] = {}
    for row in rows:
        for number, run in enumerate(tables):
            cells = {header[place].strip(): row[place] if place < len(row) else None for place in run}
            if not any(cells.values()):
                continue
            channel = cells.get(CHANNEL) or ALL_CHANNELS
            same = found.setdefault((cells[names[0]] or "", channel), [])
            joined = next((kept for kept in same if number not in kept[0]), None)
            if joined is None:
                joined = (set(), [channel if name == CHANNEL else None for name in names])
                same.append(joined)
            joined[0].add(number)
            for name, value in cells.items():
                if name != CHANNEL:
                    joined[1][names.index(name)] = value
    for same in found.values():
        for _, values in same:
            yield values


def poured(headers: Sequence[str], rows: Iterable[Cells], first_row: int, scratch: Scratch) -> Raw:
    """Rows into a DuckDB table of text, batch by batch; ``first_row`` is what a person calls the first."""
    width = len(headers)
    names = [f"c{n}" for n in range(width)]
    schema = pa.schema([(name, pa.string()) for name in names])
    scratch.run("drop table if exists grid")
    scratch.take("grid", schema.empty_table())
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        columns = [[row[n] if n < len(row) else None for row in batch] for n in range(width)]
        scratch.take("grid", pa.table(columns, schema=schema))
    return Raw(list(headers), "select * from grid", first_row)
