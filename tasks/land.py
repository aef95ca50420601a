"""Land the facts of believable days, the way the registry says (floor 5).

held against what stands -> noted as unbuilt -> into the lake -> noted again
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tasks.collect import Taken
from tasks.connections import Connections
from tasks.errors import ShortAnswer
from tasks.lake.datasets import dataset
from tasks.lake.lists import relist
from tasks.lake.reach import earliest
from tasks.lake.snapshots import hold
from tasks.opsdb import unbuilt
from tasks.records import CellShape, Endpoint
from tasks.sources import due

IF_REAL = "If the loss is real, run once with WECHAT_OPS_BELIEVE_SHORT"
CHANGES = {"land_shop_aftersale": ("land_shop_order", "order_id")}
"""Dataset → the facts that its rows change too, and the column by which they name them."""


def land_facts(
    c: Connections, endpoint: Endpoint, account_id: str, days: Sequence[dt.date], taken: Taken, seen: dt.date
) -> None:
    """What was taken into the datasets of an endpoint.

    Args:
        c: where to.
        endpoint: what was asked about.
        account_id: whose facts.
        days: business dates that are believed.
        taken: the answers.
        seen: business date of a look at who is there.

    Raises:
        ShortAnswer: so much less than before that it is not believed; nothing was written.
        UnexpectedShape: rows do not fit their declaration.
    """
    believe = endpoint.name in c.settings.believed_short
    try:
        if endpoint.landing == "snapshot" and not believe:
            # All before any is written: members and their chats tell of the same moment, or none does.
            for name in endpoint.datasets:
                hold(dataset(name), c.lake.files(name), account_id, taken.look.present(name))
        for name in endpoint.datasets:
            rows = [row for part in taken.parsed() for row in part.rows.get(name, [])]
            first = _first_changed(c, name, account_id, days, rows)
            if first is not None:
                unbuilt.mark(c.database, first)
            _write(c, endpoint, name, account_id, rows, days, taken, seen, believe=believe)
            if first is not None:
                # A build that read the lake before these rows were in it has cleared the first note.
                unbuilt.mark(c.database, first)
    except ShortAnswer as error:
        raise ShortAnswer(f"{error}. {IF_REAL}={endpoint.name}") from error


def _write(
    c: Connections,
    endpoint: Endpoint,
    name: str,
    account_id: str,
    rows: list[dict[str, Any]],
    days: Sequence[dt.date],
    taken: Taken,
    seen: dt.date,
    *,
    believe: bool,
) -> None:
    match endpoint.landing:
        case "merge":
            # Each row stands for itself: the good ones need not wait for one that could not be read.
            c.lake.merge(name, rows, newer="updated_at")
        case "account":
            relist(c.lake, name, account_id, rows, believe=believe)
        case "snapshot":
            details, present = taken.look.rows(name), taken.look.present(name)
            c.lake.snapshot(name, account_id, details, present, seen, believe=believe)
        case "replace":
            by = dataset(name).slice
            if endpoint.shape is CellShape.snapshot:
                days = sorted({row[by] for row in rows})  # dated by when it was taken
            for run in due.runs(days, longest=366):
                c.lake.replace(name, [r for r in rows if r[by] in run], account_id=account_id, window=run)


def _first_changed(
    c: Connections, name: str, account_id: str, days: Sequence[dt.date], rows: list[dict[str, Any]]
) -> dt.date | None:
    """The first date whose facts these rows change, in their own dataset or through another one."""
    by = dataset(name).slice
    dates = [*days, *(row[by] for row in rows if by and isinstance(row.get(by), dt.date))]
    if rows and name in CHANGES:
        other, column = CHANGES[name]
        named = earliest(c.lake, other, account_id, column, {row[column] for row in rows} - {None})
        dates += [named] if named else []
    return min(dates, default=None)
