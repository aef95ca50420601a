"""Who is there now, who is gone since when: the history behind a list that only shows the present.

Lists of millions pass through here, so nothing is a Python object for each member: names are a sorted array of
bytes, the join is DuckDB's, and its result is written while it is computed.
"""

import datetime as dt
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from tasks.errors import ShortAnswer, UnexpectedShape
from tasks.lake.datasets import Dataset
from tasks.lake.members import Members
from tasks.lake.relations import relation
from tasks.lake.streams import reader

BELIEVABLE_SHARE = 0.8
"""Nobody loses a fifth of all followers between two looks; an answer that says so is cut short."""
BELIEVABLE_FROM = 50
"""Below so many members a single person weighs too much for a share to mean anything."""
BATCH = 100_000
"""Rows that are written at a time."""
KEPT = ("seen_date", "gone_date")


def member_columns(dataset: Dataset) -> tuple[str, ...]:
    """The declared key without the account: what names a member within its account."""
    return tuple(name for name in dataset.key if name != "account_id")


def member(columns: Sequence[str]) -> str:
    """SQL of a member's name as one text: ``member_key`` or ``member_key|staff_id``."""
    return " || '|' || ".join(f'"{name}"' for name in columns)


def facts(dataset: Dataset) -> tuple[str, ...]:
    """Columns that only details tell: all but the key and the days of coming and going."""
    return tuple(name for name in dataset.names if name not in {*dataset.key, *KEPT})


def hold(dataset: Dataset, files: Sequence[str], account_id: str, present: Members) -> None:
    """Hold a look against the members believed present.

    Args:
        dataset: declares ``gone_date``.
        files: the table as it stands.
        account_id: whose members.
        present: all members seen now.

    Raises:
        ShortAnswer: so many fewer members than before that the answer is not believed.
    """
    with reader() as connection:
        before = connection.execute(
            f"select count(*) from ({relation(dataset, files)}) "
            "where account_id = $account_id and gone_date is null",
            {"account_id": account_id},
        ).fetchall()[0][0]
    if before >= BELIEVABLE_FROM and len(present) < BELIEVABLE_SHARE * before:
        raise ShortAnswer(
            f"{dataset.name} of {account_id}: {len(present)} members in this answer, {before} at the last "
            "good look. Nothing was changed"
        )


def next_state(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    account_id: str,
    details: pa.Table,
    present: Members,
    day: dt.date,
) -> pa.RecordBatchReader:
    """Every member ever seen of one account, after a look on ``day``; computed while it is read.

    Args:
        connection: knows the account's rows as they stand as ``before``.
        dataset: declares ``seen_date`` and ``gone_date``.
        account_id: whose members these are.
        details: rows of members asked about this time; those not in ``present`` are ignored.
        present: all members seen now; one without details, old or new, is still one person more. The details of
            one who was gone are no longer true: without new ones they are forgotten, and so asked for again.
        day: business date of the look.

    Raises:
        UnexpectedShape: a name in ``present`` does not have the parts of the declared key.
    """
    connection.register("named", present.table("name"))
    connection.register("details", details)
    columns = member_columns(dataset)
    _split(connection, dataset, columns)
    by, first = ", ".join(columns), columns[0]
    known = [
        f"case when details.{first} is not null then details.{name} "
        f"when now.{first} is null or before.gone_date is null then before.{name} end as {name}"
        for name in facts(dataset)
    ]
    same = " and ".join(f"details.{name} = now.{name}" for name in columns)
    # Not connection.sql: with params it computes everything before the first row is read.
    state: pa.RecordBatchReader = connection.execute(
        f"select $account_id as account_id, {by}, {', '.join(known)}, "
        "coalesce(before.seen_date, $day) as seen_date, "
        f"case when now.{first} is null then coalesce(before.gone_date, $day) end as gone_date "
        f"from before full join now using ({by}) "
        f"left join details on {same}",
        {"account_id": account_id, "day": day},
    ).to_arrow_reader(BATCH)
    return state


def _split(connection: duckdb.DuckDBPyConnection, dataset: Dataset, columns: Sequence[str]) -> None:
    """The view ``now``: names taken apart again; the last part may hold the separator itself."""
    count = len(columns)
    parts = [f"split_part(name, '|', {n + 1})" for n in range(count - 1)]
    last = f"array_to_string(string_split(name, '|')[{count}:], '|')" if count > 1 else "name"
    taken = ", ".join(f"{part} as {name}" for part, name in zip([*parts, last], columns, strict=True))
    lacking = "select count(*) from named where len(string_split(name, '|')) < $count"
    if count > 1 and connection.execute(lacking, {"count": count}).fetchall()[0][0]:
        raise UnexpectedShape(f"{dataset.name}: a present member is named by {'|'.join(columns)}")
    connection.execute(f"create temp view now as select {taken} from named")
