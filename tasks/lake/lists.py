"""Lists that are always told whole, like a table people keep: when a new one may take the place of the old one.

rows of an account → held against what stands there → replaced in one commit, or refused as a ShortAnswer
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from tasks.errors import ShortAnswer
from tasks.lake.conform import conform, inside
from tasks.lake.datasets import Dataset
from tasks.lake.predicates import slice_of
from tasks.lake.relations import connection_of, files_of, relation
from tasks.lake.store import Lake

SMALLEST = 10
"""Below so many rows a single one weighs too much for a share to mean anything."""
BELIEVABLE = ((SMALLEST, 0.5), (50, 0.8))
"""From so many rows on, an answer must still have this share of them."""
USED = 0.2
"""A column that so many rows had filled does not become empty in all of them at once."""


def relist(
    lake: Lake, name: str, account_id: str, rows: Sequence[Mapping[str, Any]], *, believe: bool = False
) -> int:
    """Put a whole list in the place of the account's older one; the number of rows written.

    Args:
        lake: where the dataset lies.
        name: the dataset.
        account_id: whose list.
        rows: all of it; what is not in it is gone.
        believe: somebody has looked, and the loss is real.

    Raises:
        ShortAnswer: so many fewer rows, or a column without a single value that was filled before, that the list
            is not believed; nothing was written.
        UnexpectedShape: rows do not fit the declaration; nothing was written.
    """
    d = lake.dataset(name)
    table = conform(d, rows)
    inside(d, table, account_id, None)
    if not table.num_rows and not lake.exists(name):
        return 0

    def write(delta: DeltaTable) -> int:
        if not believe:
            _hold(d, files_of(delta), account_id, table)
        write_deltalake(delta, table, mode="overwrite", predicate=slice_of(d, account_id, None))
        return int(table.num_rows)

    return lake.transact(name, write)


def _hold(d: Dataset, files: Sequence[str], account_id: str, table: pa.Table) -> None:
    """Hold a list against the one that stands."""
    counted = ", ".join(["count(*)", *(f'count("{name}")' for name in d.names)])
    with connection_of({"threads": 1}) as connection:
        query = f"select {counted} from ({relation(d, files)}) where account_id = $account_id"
        before, *filled = connection.execute(query, {"account_id": account_id}).fetchall()[0]
    now = table.num_rows
    if any(before >= least and now < share * before for least, share in BELIEVABLE):
        raise ShortAnswer(
            f"{d.name} of {account_id}: {now} rows in this answer, {before} in the last good one. "
            "Nothing was changed"
        )
    emptied = [
        name
        for name, was in zip(d.names, filled, strict=True)
        if was >= max(SMALLEST, USED * before) and now and table[name].null_count == now
    ]
    if emptied:
        raise ShortAnswer(
            f"{d.name} of {account_id}: no row of this answer has a {', '.join(emptied)}, many had one before: a "
            "column was renamed, hidden or emptied. Nothing was changed"
        )
