"""The same bytes are known again, for the template and account they were imported as."""

from dataclasses import replace

import sqlalchemy as sa

from tasks.opsdb import imports
from tasks.opsdb.imports import ImportedFile

FILE = ImportedFile(
    digest="d" * 64, template="events", account_id="files", file="a.csv", rows=10, added=7, changed=1, unchanged=1,
    repeated=0, quarantined=1, quarantine="/data/quarantine/a.csv",
)  # fmt: skip


def test_a_file_is_found_by_its_bytes(ops: sa.Engine) -> None:
    assert imports.find(ops, FILE.digest, "events", "files") is None
    imports.write(ops, FILE)
    assert imports.find(ops, FILE.digest, "events", "files") == FILE
    assert imports.find(ops, FILE.digest, "orders", "files") is None
    assert imports.find(ops, FILE.digest, "events", "oa_main") is None


def test_a_file_imported_again_is_one_entry_with_the_newest_counts(ops: sa.Engine) -> None:
    imports.write(ops, FILE)
    imports.write(ops, replace(FILE, file="b.csv", added=0, unchanged=9))
    found = imports.find(ops, FILE.digest, "events", "files")

    assert found is not None
    assert (found.file, found.added, found.unchanged) == ("b.csv", 0, 9)
    with ops.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from import_file")) == 1
