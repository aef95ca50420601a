"""Text tables: CSV in whatever encoding and with whatever delimiter, and JSON lines."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb

from tasks.errors import ConfigurationError
from tasks.sources.files.contents import rewritten, writing_of
from tasks.sources.files.grids import side_by_side
from tasks.sources.files.offers import HEADER_WITHIN, Offer, Raw
from tasks.sources.files.scratch import Scratch, quoted

DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
HEAD = 256 * 1024
"""Bytes in which the header must be found."""
LONGEST = 1_000_000
"""Bytes of one row."""
BUFFER = 16_000_000
"""Bytes DuckDB reads at a time; four times as many make it no faster, and several are held at once."""
SIZES = f"auto_detect = false, header = false, max_line_size = {LONGEST}, buffer_size = {BUFFER}"
CSV = f"{SIZES}, quote = '\"', escape = '\"', ignore_errors = true, store_rejects = true"
LINES = f"{SIZES}, delim = '\\x01', quote = '', escape = ''"


def csv_offers(path: Path, scratch: Scratch) -> list[Offer]:
    """The file split at each delimiter that occurs in it.

    Raises:
        ConfigurationError: its encoding is unknown.
    """
    written = writing_of(path)
    with path.open("rb") as file:
        start = file.read(HEAD + 1)
    text = start[:HEAD].decode(written.encoding, errors="ignore")
    if len(start) > HEAD:
        text = text.rpartition("\n")[0]
    if written.as_it_is:
        source = scratch.linked(path)
    else:
        source = rewritten(path, written.encoding, scratch.folder / "rewritten.csv")
    return [
        offer for delimiter in DELIMITERS for offer in _split(source, text, delimiter, written.lacks, scratch)
    ]


def _split(source: Path, text: str, delimiter: str, lacks: str, scratch: Scratch) -> list[Offer]:
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    rows, lines = [], []
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) == HEADER_WITHIN:
                break
    except csv.Error:
        return []
    if all(len(row) < 2 for row in rows):
        return []

    def opened(header: int) -> Raw:
        names = rows[header]
        columns = ", ".join(f"c{n}: 'varchar'" for n in range(len(names)))
        return Raw(
            headers=names,
            select=f"select * from read_csv({quoted(str(source))}, skip = {lines[header]}, "
            f"delim = {quoted(delimiter)}, columns = {{{columns}}}, {CSV})",
            first_row=lines[header] + 1,
            rejects=True,
            lacks=lacks,
        )

    where = DELIMITERS[delimiter]
    cells = partial(_cells, source, delimiter)
    return [Offer(where, rows, opened), *side_by_side(where, rows, cells, scratch)]


def _cells(source: Path, delimiter: str) -> Iterator[list[str]]:
    """Every row of the file, for layouts that one table of columns cannot hold.

    Raises:
        ConfigurationError: a quote is never closed, so that rows cannot be told apart.
    """
    with source.open(encoding="utf-8-sig", newline="") as file:
        try:
            yield from csv.reader(file, delimiter=delimiter, strict=True)
        except csv.Error as error:
            raise ConfigurationError(
                f"引号没有成对，无法可靠读取；请修正后重新导入 (a quote is never closed: {error})"
            ) from None


def jsonl_offers(path: Path, scratch: Scratch) -> list[Offer]:
    """The keys of all lines as headers; a nested value is its JSON text.

    Raises:
        ConfigurationError: its encoding is unknown, or a line too long.
    """
    written = writing_of(path)
    source = (
        scratch.linked(path)
        if written.as_it_is
        else rewritten(path, written.encoding, scratch.folder / "rewritten.jsonl")
    )
    lines = f"read_csv({quoted(str(source))}, columns = {{line: 'varchar'}}, {LINES})"
    try:
        found = scratch.rows(
            f"select key, min(place) from (select unnest(json_keys(line)) as key, "
            f"generate_subscripts(json_keys(line), 1) as place from {lines} where json_valid(line) "
            "and json_type(line) = 'OBJECT') group by key order by 2, 1"
        )
    except duckdb.Error as error:
        # Its further lines quote the row, with whatever ids are in it.
        said = str(error).splitlines()[0]
        raise ConfigurationError(
            f"{path.name}：不能按行读取（{said}）；每行应是一个 JSON 对象，且不超过 {LONGEST:,} 字节 "
            "(not one JSON object a line)"
        ) from None
    keys = [key for key, _ in found]

    def opened(_header: int) -> Raw:
        values = ", ".join(
            f"case when json_valid(line) then json_extract_string(line, {quoted(_path(key))}) end as c{n}"
            for n, key in enumerate(keys)
        )
        return Raw(keys, f"select {values}, line from {lines}", 1, whole_row=True)

    return [Offer("", [keys], opened)] if keys else []


def _path(key: str) -> str:
    """A key as a JSON pointer, which takes any character."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
