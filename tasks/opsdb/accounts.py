"""The accounts that feed the database, so that a BI tool can join their names and kinds."""

from collections.abc import Iterable

import sqlalchemy as sa

from tasks.opsdb.schema import account
from tasks.opsdb.transactions import upsert, writing
from tasks.records import Account


def write(engine: sa.Engine, accounts: Iterable[Account]) -> int:
    """Put the configured accounts in; those no longer configured stay, because facts name them."""
    names = [column.name for column in account.columns]
    rows = [{name: str(getattr(entry, name)) for name in names} for entry in accounts]
    with writing(engine) as connection:
        return upsert(connection, account, rows)
