"""The files that were imported: the same bytes are not loaded twice, and every row can be traced to its file."""

from dataclasses import asdict, dataclass

import sqlalchemy as sa

from tasks import calendars
from tasks.opsdb.schema import import_file
from tasks.opsdb.transactions import upsert, writing


@dataclass(frozen=True)
class ImportedFile:
    """What became of the rows of one file; one row of ``import_file``."""

    digest: str
    """SHA-256 of its bytes; of a warehouse query, of what was asked."""
    template: str
    account_id: str
    file: str
    rows: int
    added: int
    changed: int
    unchanged: int
    """Rows that the lake held already, word for word."""
    repeated: int
    """Rows that say exactly what an earlier row of the file says."""
    quarantined: int
    quarantine: str
    """Where the rows lie that could not be loaded; empty when there are none."""

    @property
    def import_id(self) -> str:
        """What the rows of this file carry in the lake."""
        return self.digest[:16]


def find(engine: sa.Engine, digest: str, template: str, account_id: str) -> ImportedFile | None:
    """What became of those bytes when they were imported; None when they never were."""
    columns = [column for column in import_file.columns if column.name != "imported_at"]
    query = sa.select(*columns).where(
        import_file.c.digest == digest,
        import_file.c.template == template,
        import_file.c.account_id == account_id,
    )
    with engine.connect() as connection:
        row = connection.execute(query).first()
    return ImportedFile(**row._mapping) if row else None


def write(engine: sa.Engine, imported: ImportedFile) -> None:
    """Note that a file is imported: to be called after its rows are in the lake."""
    with writing(engine) as connection:
        upsert(connection, import_file, [{**asdict(imported), "imported_at": calendars.now()}])
