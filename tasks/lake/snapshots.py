"""Who is there now, who is gone since when: the history behind a list that only shows the present."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from tasks.errors import ShortAnswer, UnexpectedShape
from tasks.lake.datasets import Dataset

BELIEVABLE_SHARE = 0.8
"""Nobody loses a fifth of all followers between two looks; an answer that says so is cut short."""
BELIEVABLE_FROM = 50
"""Below so many members a single person weighs too much for a share to mean anything."""
KEPT = ("seen_date", "gone_date")


def member_columns(dataset: Dataset) -> tuple[str, ...]:
    """The declared key without the account: what names a member within its account."""
    return tuple(name for name in dataset.key if name != "account_id")


def member(columns: Sequence[str], row: Mapping[str, Any]) -> str:
    """A member's name as one text: ``member_key`` or ``member_key|staff_id``."""
    return "|".join(str(row[name]) for name in columns)


def next_state(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    account_id: str,
    details: pa.Table,
    present: Sequence[str],
    day: dt.date,
) -> pa.Table:
    """Every member ever seen of one account, after a look on ``day``.

    Args:
        connection: knows the account's rows as they stand as ``before``.
        dataset: declares ``seen_date`` and ``gone_date``.
        account_id: whose members these are.
        details: rows of members asked about this time; those not in ``present`` are ignored.
        present: all members seen now; one without details, old or new, is still one person more.
        day: business date of the look.

    Raises:
        ShortAnswer: so many fewer members than before that the answer is not believed.
        UnexpectedShape: a name in ``present`` does not have the parts of the declared key.
    """
    now = _members(dataset, present)
    current = connection.execute("select count(*) from before where gone_date is null").fetchall()[0][0]
    if current >= BELIEVABLE_FROM and now.num_rows < BELIEVABLE_SHARE * current:
        raise ShortAnswer(
            f"{dataset.name} of {account_id}: {now.num_rows} members in this answer, {current} at the last "
            "good look. Nothing was changed; ask again. If the loss is real, remove the account's rows first"
        )
    connection.register("now", now)
    connection.register("details", details)
    by = ", ".join(member_columns(dataset))
    first = member_columns(dataset)[0]
    facts = [
        f"case when details.{first} is null then before.{name} else details.{name} end as {name}"
        for name in dataset.names
        if name not in {*dataset.key, *KEPT}
    ]
    same = " and ".join(f"details.{name} = now.{name}" for name in member_columns(dataset))
    return connection.sql(
        f"select $account_id as account_id, {by}, {', '.join(facts)}, "
        "coalesce(before.seen_date, $day) as seen_date, "
        f"case when now.{first} is null then coalesce(before.gone_date, $day) end as gone_date "
        f"from before full join now using ({by}) "
        f"left join details on {same}",
        params={"account_id": account_id, "day": day},
    ).to_arrow_table()


def _members(dataset: Dataset, present: Sequence[str]) -> pa.Table:
    columns = member_columns(dataset)
    parts = [name.split("|", len(columns) - 1) for name in dict.fromkeys(present)]
    if any(len(part) != len(columns) for part in parts):
        raise UnexpectedShape(f"{dataset.name}: a present member is named by {'|'.join(columns)}")
    return pa.table(
        {name: pa.array([part[n] for part in parts], pa.string()) for n, name in enumerate(columns)}
    )
