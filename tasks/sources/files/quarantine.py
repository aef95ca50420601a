"""Rows that could not be loaded, written down for the person who can repair them.

One line per fault: row of the file, column, value, reason, then the row as it stood. The file holds what the
imported file held, ids of persons included, so only its owner may read it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from tasks.sources.files.offers import Choice, Raw
from tasks.sources.files.scratch import Scratch, quoted

BOM = b"\xef\xbb\xbf"
"""Without it Excel takes Chinese for something else."""
REJECTED = {
    "MISSING COLUMNS": "列数少于表头，可能被截断",
    "TOO MANY COLUMNS": "列数多于表头，可能有未加引号的分隔符",
    "UNQUOTED VALUE": "引号没有成对",
    "LINE SIZE OVER MAXIMUM": "一行过长",
}
HEADERS = ("行号", "列", "值", "原因")
WHOLE = "原始行"


def quarantine(scratch: Scratch, choice: Choice, raw: Raw, target: Path) -> int:
    """Write the rows that are not good to ``target``, unless there are none; how many rows that is.

    Run again for the same file it writes the same file.
    """
    _rejected(scratch, raw)
    _originals_of_doubled(scratch, raw)
    key = [
        choice.template.columns[name].header
        for name in choice.template.key
        if name in choice.template.columns
    ]
    values = ", ".join(f'"{name}"::varchar' for name in choice.template.key)
    shifted = f"{raw.first_row} + place + coalesce(rank + 1, 0)"
    scratch.run(
        f"""create or replace temp table refused as
        with faults as (
            select place, unnest(problems) as problem, original from staged where not is_good and not is_blank
            union all
            select doubled.place, {{'header': {quoted(" + ".join(key))},
                'value': (select concat_ws(' + ', {values}) from staged where staged.place = doubled.place),
                'reason': '与第 ' || ({raw.first_row} + first_place
                    + (select count(*) from rejected where before <= first_place))
                    || ' 行的键相同而内容不同，保留了前一行'}}, original
            from doubled join originals using (place) where not is_same)
        select {shifted} as row_number, problem.header as header, problem.value as value, problem.reason as reason,
            original
        from faults asof left join rejected on faults.place >= rejected.before
        union all
        select line, '', '', reason, [csv_line] from rejected"""
    )
    rows = int(scratch.one("select count(distinct row_number) from refused"))
    if rows:
        _write(scratch, [WHOLE] if raw.whole_row else raw.headers, target)
    return rows


def reasons(scratch: Scratch, most: int = 5) -> list[tuple[str, str, int]]:
    """The most frequent faults as (column, reason, rows); to be asked after :func:`quarantine`."""
    found = scratch.rows(
        "select header, reason, count(distinct row_number) from refused group by all order by 3 desc, 1, 2 "
        f"limit {most}"
    )
    return [(header, reason, int(rows)) for header, reason, rows in found]


def _rejected(scratch: Scratch, raw: Raw) -> None:
    """Rows of text that could not be cut into columns; ``before``: how many rows of the table stand above each."""
    cases = " ".join(f"when {quoted(kind)} then {quoted(said)}" for kind, said in REJECTED.items())
    source = (
        "(select line, min(error_type::varchar) as kind, min(csv_line) as csv_line from reject_errors group by line)"
        if raw.rejects
        else "(select 0::bigint as line, ''::varchar as kind, ''::varchar as csv_line where false)"
    )
    scratch.run(
        "create or replace temp table rejected as select line, csv_line, rank, "
        f"line - {raw.first_row} - rank as before, case kind {cases} else '无法读取的行' end as reason "
        f"from (select *, row_number() over (order by line) - 1 as rank from {source})"
    )


def _originals_of_doubled(scratch: Scratch, raw: Raw) -> None:
    """The rows in conflict as they stood: they were good by themselves, so their text was not kept."""
    conflicts = scratch.one("select count(*) from doubled where not is_same")
    original = "[line]" if raw.whole_row else "[" + ", ".join(f"c{n}" for n in range(len(raw.headers))) + "]"
    again = (
        f"select row_number() over () - 1 as place, {original} as original from ({raw.select})"
        if conflicts
        else "select 0::bigint as place, ['']::varchar[] as original where false"
    )
    scratch.run(
        f"create or replace temp table originals as select * from ({again}) "
        "semi join (from doubled where not is_same) using (place)"
    )


def _write(scratch: Scratch, headers: Sequence[str], target: Path) -> None:
    names = [*HEADERS, *headers]
    unique = [
        name if name and names.index(name) == n else f"{name or '列'} {n - 3}" for n, name in enumerate(names)
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
