"""Ids of persons replaced by their keys, in their own columns and wherever else a row repeats them."""

from collections.abc import Callable, Collection, Sequence

import pyarrow as pa

from tasks.sources.files.scratch import Scratch
from tasks.sources.files.templates import Template

SOME = 100_000
"""Ids that are Python objects at once."""
TELLING = 6
"""Characters an id must have to be looked for inside other texts: shorter ones would hit by chance, and are only
replaced where they are the whole cell, or a whole text of a JSON object."""
PERSON = pa.schema([("plain", pa.string()), ("key", pa.string())])
LANDING = "landing"
"""The view that holds what may leave the scratch room, and the ``place`` of each row in the file."""
HANDLES = "handles"
"""The same rows, by what tells them apart: cheap to count and to compare."""


def keyed(
    scratch: Scratch,
    template: Template,
    columns: Sequence[str],
    handle: Collection[str],
    told: Collection[str],
    many: Callable[[list[str]], list[str]],
) -> None:
    """Make the views :data:`LANDING` and :data:`HANDLES`: the good rows, and no plain id in any of them.

    Args:
        scratch: where the view ``good`` is.
        template: says which columns hold ids.
        columns: the dataset's.
        handle: those of them that tell a row apart and say where it belongs.
        told: columns of the template that the file has.
        many: plain ids to their keys, in their order.
    """
    persons = [name for name in template.persons if name in told]
    _key_everybody(scratch, persons, many)
    for view, names in ((LANDING, columns), (HANDLES, [name for name in columns if name in handle])):
        joined = [name for name in persons if view == LANDING or name in handle]
        listed = ", ".join(
            ["place", *(f'{_without_ids(template, joined, name)} as "{name}"' for name in names)]
        )
        joins = " ".join(
            f'left join person as of_{name} on of_{name}.plain = good."{name}"' for name in joined
        )
        scratch.run(f"create or replace temp view {view} as select {listed} from good {joins}")


def _key_everybody(scratch: Scratch, persons: Sequence[str], many: Callable[[list[str]], list[str]]) -> None:
    """The table ``person``: each id of the file once, with its key."""
    scratch.run("create or replace temp table person (plain varchar, key varchar)")
    if not persons:
        return
    ids = " union all ".join(f'select "{name}" as plain from good' for name in persons)
    scratch.run(
        f"create or replace temp table everybody as select distinct plain from ({ids}) where plain is not null"
    )
    for start in range(0, int(scratch.one("select count(*) from everybody")), SOME):
        some = (
            f"select plain from everybody where rowid between {start} and {start + SOME - 1} order by rowid"
        )
        plain = scratch.connection.execute(some).to_arrow_table()["plain"].to_pylist()
        scratch.take("person", pa.table({"plain": plain, "key": many(plain)}, schema=PERSON))


def _without_ids(template: Template, persons: Sequence[str], name: str) -> str:
    """SQL of one column of the dataset without a plain id."""
    column = template.columns.get(name)
    if name in persons:
        return f"of_{name}.key"
    own = f'good."{name}"'
    if column is None or column.type not in {"text", "json"} or column.choices:
        return own
    sql = own
    for person in persons:
        plain = f'good."{person}"'
        alone = (
            f"{own} = {plain} then of_{person}.key"
            if column.type == "text"
            else f"""contains({own}, '"' || {plain} || '"')
                then replace({sql}, '"' || {plain} || '"', '"' || of_{person}.key || '"')"""
        )
        # Hardly any text names the person of its row: one question sends the others on.
        sql = (
            f"case when contains({own}, {plain}) then case when length({plain}) >= {TELLING} "
            f"then replace({sql}, {plain}, of_{person}.key) when {alone} else {sql} end else {sql} end"
        )
    return sql
