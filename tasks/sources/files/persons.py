"""Ids of persons replaced by their keys, in their own columns and wherever else a row repeats them."""

from collections.abc import Callable, Sequence

import pyarrow as pa

from tasks.sources.files.scratch import Scratch
from tasks.sources.files.templates import Template

SOME = 100_000
"""Ids that are Python objects at once."""
TELLING = 6
"""Characters an id must have to be looked for inside other texts: shorter ones would hit by chance."""
LANDING = "landing"
"""The view that holds what may leave the scratch room."""


def keyed(
    scratch: Scratch, template: Template, columns: Sequence[str], many: Callable[[list[str]], list[str]]
) -> None:
    """Make the view :data:`LANDING`: the good rows with the dataset's columns, and no plain id in any of them.

    Args:
        scratch: where the view ``good`` is.
        template: says which columns hold ids.
        columns: the dataset's.
        many: plain ids to their keys, in their order.
    """
    persons = template.persons
    if not persons:
        listed = ", ".join(f'"{name}"' for name in columns)
        scratch.run(f"create or replace temp view {LANDING} as select {listed} from good")
        return
    ids = " union ".join(f'select "{name}" as plain from good where "{name}" is not null' for name in persons)
    scratch.run(f"create or replace temp table everybody as {ids}")
    scratch.run("create or replace temp table person (plain varchar, key varchar)")
    for start in range(0, int(scratch.one("select count(*) from everybody")), SOME):
        some = [
            plain
            for (plain,) in scratch.rows(
                f"select plain from everybody where rowid >= {start} and rowid < {start + SOME}"
            )
        ]
        scratch.take("person", pa.table({"plain": some, "key": many(some)}))
    joins = " ".join(f'left join person as of_{name} on of_{name}.plain = good."{name}"' for name in persons)
    listed = ", ".join(f'{_without_ids(template, name)} as "{name}"' for name in columns)
    scratch.run(f"create or replace temp view {LANDING} as select {listed} from good {joins}")


def _without_ids(template: Template, name: str) -> str:
    """SQL of one column of the dataset without a plain id."""
    column = template.columns.get(name)
    if name in template.persons:
        return f"of_{name}.key"
    own = f'good."{name}"'
    if column is None or column.type not in {"text", "json"} or column.choices:
        return own
    sql = own
    for person in template.persons:
        plain = f'good."{person}"'
        sql = (
            f"case when length({plain}) >= {TELLING} and contains({own}, {plain}) "
            f"then replace({sql}, {plain}, of_{person}.key) else {sql} end"
        )
    return sql
