"""A table of text turned into rows of a dataset, and the rows that cannot be turned put aside with their reasons.

text → cleaned text → values and problems (one pass) → rows that share a key settled. What is good afterwards is the
view ``good``; what is not is told by :mod:`tasks.sources.files.quarantine`, from the view ``faulty``. Nothing here
knows a person's key: ids are still plain, and nothing leaves the scratch room before
:func:`tasks.sources.files.persons.keyed` replaced them.
"""

import datetime as dt
import re
from dataclasses import dataclass

import duckdb

from tasks.errors import ConfigurationError, UnexpectedShape
from tasks.sources.files import cells, masks
from tasks.sources.files.offers import Choice, Raw
from tasks.sources.files.scratch import Scratch, quoted
from tasks.sources.files.templates import Column, Template, plain
from tasks.sources.files.words import CHINESE, REASONS

NO_OBJECT = "case when json_valid(line) then json_type(line) <> 'OBJECT' else line is not null end"
"""SQL of a line that is no row."""
GROUP = 20_480
"""Rows that are written together, and left out together when others are asked for."""
QUICK = f"format parquet, compression uncompressed, dictionary_size_limit 1, row_group_size {GROUP}"
"""It is read once, in a moment: making it smaller would take longer than writing it. It is as large as the file."""
FAULTY = """null::bigint as place, null::struct(header varchar, value varchar, reason varchar)[] as problems,
    null::varchar[] as original"""
KINDS_OF_ID = "person_id_kind"
"""The column that says what kind of id stands in the others."""


@dataclass(frozen=True)
class Belonging:
    """What a file does not say itself about each of its rows."""

    account_id: str
    import_id: str
    taken: dt.date
    """The day running totals were taken on."""
    now: dt.datetime


@dataclass(frozen=True)
class Staged:
    """How many rows were found, by what became of them."""

    read: int
    good: int
    repeated: int
    """Rows that say exactly what an earlier row of the file says."""
    examples: int
    """Example rows of our template files that were left in."""


def stage(
    scratch: Scratch, choice: Choice, raw: Raw, name: str, belonging: Belonging, language: str = CHINESE
) -> Staged:
    """Read every row of the table that was chosen; reasons are told in ``language``.

    Raises:
        ConfigurationError: the text cannot be cut into rows reliably.
    """
    for macro in (*cells.macros(raw.lacks), *masks.MACROS):
        scratch.run(f"create or replace temp macro {macro}")
    judging = _judging(choice, raw, belonging, language)
    try:
        # A file and not a table: a table of a million rows fills the memory before anybody has looked at it.
        file = quoted(str(scratch.folder / "staged.parquet"))
        scratch.run(f"copy ({judging.of(raw.select, judging.values)}) to {file} ({QUICK})")
        scratch.run(
            f"create or replace temp view staged as select {_same_in_all(choice, belonging)}, "
            "* exclude (file_row_number), file_row_number as place "
            f"from read_parquet({file}, file_row_number = true)"
        )
        if raw.rejects:
            _refuse_open_quotes(scratch, name)
        settle(scratch, choice.template)
        _find_faulty(scratch, judging, raw)
    except duckdb.Error as error:
        # Its further lines quote the row, with whatever ids are in it.
        raise UnexpectedShape(f"{name}：读取失败：{str(error).splitlines()[0]}") from None
    read, good, examples = scratch.rows(
        "select count(*) filter (not is_blank), count(*) filter (is_good), count(*) filter (is_example) from staged"
    )[0]
    spoilt = scratch.one("select count(distinct line) from reject_errors") if raw.rejects else 0
    same, other = scratch.rows(
        "select count(*) filter (is_same), count(*) filter (not is_same) from doubled"
    )[0]
    return Staged(read + spoilt, good - same - other, same, examples)


def settle(scratch: Scratch, template: Template) -> None:
    """Find the rows whose key an earlier row has: the same in all columns, or in conflict with it."""
    keys = ", ".join(f'"{name}"' for name in template.key)
    values = ", ".join(f'"{name}"' for name in template.columns)
    # Hashes of 64 bits tell in half the time that all keys differ; where they do not, the keys themselves decide.
    good, different = scratch.rows(
        f"select count(*), count(distinct hash({keys})) from staged where is_good"
    )[0]
    scratch.run(
        f"create or replace temp table shared as select {keys} from staged where is_good "
        + (f"group by {keys} having count(*) > 1" if different < good else "limit 0")
    )
    scratch.run(
        f"""create or replace temp table doubled as select * from (
            select place, first_value(place) over same_key as first_place,
                row({values}) is not distinct from first_value(row({values})) over same_key as is_same
            from (select * from staged where is_good) semi join shared using ({keys})
            window same_key as (partition by {keys} order by place))
        where place > first_place"""
        if scratch.one("select count(*) from shared")
        else "create or replace temp table doubled (place bigint, first_place bigint, is_same boolean)"
    )
    alone = (
        " and place not in (select place from doubled)" if scratch.one("select count(*) from doubled") else ""
    )
    scratch.run(f"create or replace temp view good as select * from staged where is_good{alone}")


@dataclass(frozen=True)
class _Judging:
    """SQL that reads every cell of some rows as its template says, and finds what is wrong with it."""

    steps: str
    """From ``raw`` to ``judged``, each step a CTE."""
    values: str
    """What of a judged row is staged."""
    faults: str
    """What a refused row is told of: its problems, and how it stood in the file."""

    def of(self, source: str, columns: str) -> str:
        """``columns`` of the rows that ``source`` gives."""
        # A CTE is written down by default, and then nothing is streamed.
        return f"with raw as not materialized ({source}), {self.steps} select {columns} from judged"


def _judging(choice: Choice, raw: Raw, belonging: Belonging, language: str) -> _Judging:
    template, places = choice.template, choice.columns
    defaults = _told_by_headers(template, choice, raw)
    shown = masks.shown(choice)
    cleaned, values, faults, told = [], [], [], []
    for name, column in template.columns.items():
        place = places.get(name)
        text = cells.cleaned(column, f"c{place}") if place is not None else "null::varchar"
        reading = cells.reading(
            column,
            f'"t_{name}"',
            f'"{name}"',
            belonging.now,
            raw=f"c{place}" if place is not None else "",
            default=defaults.get(name, ""),
            percent=place is not None and _is_percent(column, raw.headers[place]),
            language=language,
        )
        cleaned.append(f'{text} as "t_{name}"')
        values.append(f'{reading.value} as "{name}"')
        faults.append(f"({reading.is_bad})")
        told.append(
            f"case when {reading.is_bad} then {{'header': {quoted(_header(column, choice, raw))}, "
            f"'value': {shown.get(name, 'null::varchar')}, 'reason': {reading.problem}}} end"
        )
    is_empty = " and ".join(f'"t_{name}" is null' for name in places)
    first, *others = (
        f'"t_{name}" = {quoted(said)}' if (said := template.columns[name].example) else f'"t_{name}" is null'
        for name in places
    )
    # A CASE, since an AND of many asks all of them of every row.
    example = f"case when {first} then {' and '.join(others) or 'true'} else false end"
    columns = ", ".join(f'"{name}"' for name in template.columns)
    day = f'shanghai_date(epoch_us("{template.date}")) as "business_date", ' if template.date else ""
    if not template.has_example:
        example = "false"
    broken = NO_OBJECT if raw.whole_row else "false"
    steps = f"""
        cleaned as not materialized (select *, {", ".join(cleaned)} from raw),
        valued as not materialized (select *, {", ".join(values)} from cleaned),
        judged as not materialized (
            select *, {broken} as is_broken, is_broken or coalesce({" or ".join(faults)}, false) as is_bad,
                coalesce({example}, false) as is_example,
                not is_broken and (({is_empty}) or is_example) as is_blank
            from valued)"""
    faults_of = f"""
        case when is_broken then [{{'header': '', 'value': '', 'reason': {quoted(REASONS[language]["no_object"])}}}]
            when is_bad then list_filter([{", ".join(told)}], lambda p: p is not null) end as problems,
        case when is_broken then {masks.uncut(choice, "line") if raw.whole_row else "null"}
            else {masks.original(choice)} end as original"""
    staged = f"{day}{columns}, not is_bad and not is_blank as is_good, is_blank, is_example"
    return _Judging(steps, staged, faults_of)


def _find_faulty(scratch: Scratch, judging: _Judging, raw: Raw) -> None:
    """The view ``faulty``: each row that is refused, its problems (none where it is in conflict) and how it stood.

    Read from the file once more, for hardly any row is, and writing down how each might be takes a fifth of it all.
    """
    scratch.run(
        """create or replace temp table amiss as
        select place from staged where not is_good and not is_blank
        union all
        select place from doubled where not is_same"""
    )
    if not scratch.one("select count(*) from amiss"):
        scratch.run(f"create or replace temp view faulty as select {FAULTY} where false")
        return
    numbered = f"select *, row_number() over () - 1 as place from ({raw.select})"
    again = judging.of(
        f"select * from ({numbered}) semi join amiss using (place)", f"place, {judging.faults}"
    )
    file = quoted(str(scratch.folder / "faulty.parquet"))
    scratch.run(f"copy ({again}) to {file} ({QUICK})")
    scratch.run(f"create or replace temp view faulty as from read_parquet({file})")


def _same_in_all(choice: Choice, belonging: Belonging) -> str:
    """SQL of what belongs to every row: to be said once, not a million times."""
    taken = choice.template.snapshot and not choice.template.date
    day = f", date '{belonging.taken}' as business_date" if taken else ""
    return f"{quoted(belonging.account_id)} as account_id, {quoted(belonging.import_id)} as import_id{day}"


def _told_by_headers(template: Template, choice: Choice, raw: Raw) -> dict[str, str]:
    """The kind of the ids, where the header of the first column of ids names it: ``unionid``, 手机号."""
    kinds = template.columns.get(KINDS_OF_ID)
    first = next((name for name in template.persons if name in choice.columns), None)
    if kinds is None or first is None:
        return {}
    said = plain(raw.headers[choice.columns[first]])
    for value, labels in kinds.choices.items():
        if said in {plain(label) for label in (value, *labels)}:
            return {KINDS_OF_ID: value}
    return {}


def _is_percent(column: Column, header: str) -> bool:
    return column.type == "share" and bool(re.search(r"[(（]\s*[%％]\s*[)）]\s*$", header))


def _header(column: Column, choice: Choice, raw: Raw) -> str:
    place = choice.columns.get(column.name)
    return raw.headers[place].strip() if place is not None else column.header


def _refuse_open_quotes(scratch: Scratch, name: str) -> None:
    """A quote that is never closed swallows the rows after it: nothing of such a file can be believed."""
    line = scratch.one(
        "select min(line) from reject_errors where error_type = 'UNQUOTED VALUE' "
        "and contains(rtrim(csv_line, e'\\r\\n'), e'\\n')"
    )
    if line is not None:
        raise ConfigurationError(
            f"{name}：第 {line} 行的引号没有成对，其后的内容无法可靠读取；请修正后重新导入，本次没有写入任何数据 "
            "(a quote is never closed; nothing was loaded)"
        )
