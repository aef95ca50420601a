"""What the last fetch of every cell left: the memory of all pulls."""

import datetime as dt
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from tasks.opsdb.schema import fetch_outcome
from tasks.opsdb.transactions import upsert, writing
from tasks.records import Cell, Outcome, Verdict


def write(engine: sa.Engine, outcomes: Iterable[Outcome]) -> int:
    """Put outcomes in the place of their cells' earlier ones, all or none; how many."""
    rows = [
        {
            "account_id": outcome.cell.account_id,
            "endpoint": outcome.cell.endpoint,
            "business_date": outcome.cell.business_date,
            "verdict": outcome.verdict.value,
            "rows": outcome.rows,
            "as_of": outcome.as_of,
            "fetched_at": outcome.fetched_at,
            "first_ok_at": outcome.first_ok_at,
            "code": outcome.code,
            "message": outcome.message,
        }
        for outcome in outcomes
    ]
    with writing(engine) as connection:
        return upsert(connection, fetch_outcome, rows)


def read(
    engine: sa.Engine,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    account_ids: Collection[str] | None = None,
) -> list[Outcome]:
    """Outcomes by cell.

    Args:
        engine: the database.
        since: first business date wanted.
        until: first business date no longer wanted.
        account_ids: only these accounts; an empty collection means none.
    """
    columns = fetch_outcome.c
    statement = sa.select(fetch_outcome).order_by(columns.account_id, columns.endpoint, columns.business_date)
    if since is not None:
        statement = statement.where(columns.business_date >= since)
    if until is not None:
        statement = statement.where(columns.business_date < until)
    if account_ids is not None:
        statement = statement.where(columns.account_id.in_(account_ids))
    with engine.connect() as connection:
        return [
            Outcome(
                cell=Cell(row.account_id, row.endpoint, row.business_date),
                verdict=Verdict(row.verdict),
                rows=row.rows,
                as_of=row.as_of,
                fetched_at=row.fetched_at,
                first_ok_at=row.first_ok_at,
                code=row.code,
                message=row.message,
            )
            for row in connection.execute(statement)
        ]
