"""How far back a change reaches: the dates of facts that rows of another dataset name."""

import datetime as dt
from collections.abc import Iterable

from tasks.lake.relations import relation
from tasks.lake.store import Lake
from tasks.lake.streams import reader


def earliest(lake: Lake, name: str, account_id: str, column: str, values: Iterable[str]) -> dt.date | None:
    """The first date among an account's rows that have one of ``values``; None where there is no such row."""
    d = lake.dataset(name)
    query = (
        f'select min("{d.slice}") from ({relation(d, lake.files(name))}) '
        f'where account_id = $account_id and "{column}" in (select unnest($values))'
    )
    with reader() as connection:
        given = {"account_id": account_id, "values": sorted(values)}
        found: dt.date | None = connection.execute(query, given).fetchall()[0][0]
        return found
