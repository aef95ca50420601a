"""Rows that could not be loaded, written down for the person who can repair them.

One line per fault: row of the file, column, value, reason, then the row as it stood as far as its template knows it.
Ids of persons are masked (:mod:`tasks.sources.files.masks`); what else a row says is still only for the file's owner.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tasks.sources.files import masks
from tasks.sources.files.offers import Choice, Raw
from tasks.sources.files.scratch import Scratch, quoted
from tasks.sources.files.words import CHINESE, HEADERS, REASONS

BOM = b"\xef\xbb\xbf"
"""Without it Excel takes Chinese for something else."""
UNCUT = ("MISSING COLUMNS", "TOO MANY COLUMNS", "UNQUOTED VALUE", "LINE SIZE OVER MAXIMUM")
"""What DuckDB says of rows that it cannot cut into columns."""


def quarantine(scratch: Scratch, choice: Choice, raw: Raw, target: Path, language: str = CHINESE) -> int:
    """Write the rows that are not good to ``target``, unless there are none; how many rows that is.

    Run again for the same file it writes the same file.
    """
    words, columns = REASONS[language], choice.template.columns
    _rejected(scratch, raw, words)
    key = [columns[name].header for name in choice.template.key if name in columns]
    values = ", ".join(
        f'masked("{name}")' if name in choice.template.persons else f'"{name}"::varchar'
        for name in choice.template.key
    )
    before, after = (quoted(part) for part in words["same_key"].split("{}"))
    shifted = f"{raw.first_row} + place + coalesce(rank + 1, 0)"
    scratch.run(
        f"""create or replace temp table refused as
        with faults as (
            select place, unnest(problems) as problem, original from faulty
            union all
            select doubled.place, {{'header': {quoted(" + ".join(key))},
                'value': (select concat_ws(' + ', {values}) from staged where staged.place = doubled.place),
                'reason': {before} || ({raw.first_row} + first_place
                    + (select count(*) from rejected where before <= first_place)) || {after}}}, original
            from doubled join faulty using (place) where not is_same)
        select {shifted} as row_number, problem.header as header, problem.value as value, problem.reason as reason,
            original
        from faults asof left join rejected on faults.place >= rejected.before
        union all
        select line, '', '', reason, {masks.uncut(choice, "csv_line")} from rejected"""
    )
    rows = int(scratch.one("select count(distinct row_number) from refused"))
    if rows:
        _write(scratch, HEADERS[language], masks.headers(choice, raw), target)
    return rows


def reasons(scratch: Scratch, most: int = 5) -> list[tuple[str, str, int]]:
    """The most frequent faults as (column, reason, rows); to be asked after :func:`quarantine`."""
    found = scratch.rows(
        "select header, reason, count(distinct row_number) from refused group by all order by 3 desc, 1, 2 "
        f"limit {most}"
    )
    return [(header, reason, int(rows)) for header, reason, rows in found]


def _rejected(scratch: Scratch, raw: Raw, words: Mapping[str, str]) -> None:
    """Rows of text that could not be cut into columns; ``before``: how many rows of the table stand above each."""
    cases = " ".join(f"when {quoted(kind)} then {quoted(words[kind])}" for kind in UNCUT)
    source = (
        "(select line, min(error_type::varchar) as kind, min(csv_line) as csv_line from reject_errors group by line)"
        if raw.rejects
        else "(select 0::bigint as line, ''::varchar as kind, ''::varchar as csv_line where false)"
    )
    scratch.run(
        "create or replace temp table rejected as select line, csv_line, rank, "
        f"line - {raw.first_row} - rank as before, case kind {cases} else {quoted(words['unreadable'])} end as reason "
        f"from (select *, row_number() over (order by line) - 1 as rank from {source})"
    )


def _write(scratch: Scratch, ours: Sequence[str], headers: Sequence[str], target: Path) -> None:
    names = [*ours, *headers]
    unique = [
        name if name and names.index(name) == n else f"{name or ours[1]} {n - 3}"
        for n, name in enumerate(names)
    ]
    columns = [
        "row_number",
        "header",
        "value",
        "reason",
        *(f"original[{n + 1}]" for n in range(len(headers))),
    ]
    listed = ", ".join(
        f'{sql} as "{name.replace(chr(34), chr(34) * 2)}"' for sql, name in zip(columns, unique, strict=True)
    )
    body = scratch.folder / "refused.csv"
    scratch.run(
        f"copy (select {listed} from refused order by row_number, header) to {quoted(str(body))} (header)"
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.part")
    with (
        body.open("rb") as source,
        os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
    ):
        out.write(BOM)
        while block := source.read(1 << 20):
            out.write(block)
    half.replace(target)
