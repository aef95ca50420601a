import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tasks.errors import Busy, ConfigurationError
from tasks.opsdb import database, migrate
from tasks.opsdb.schema import metadata
from tasks.opsdb.transactions import writing

ROOT = Path(__file__).parents[3]
TEN_AT_ONCE = """
import os, sys
import alembic.command
from tasks.opsdb import database
children = []
for _ in range(10):
    child = os.fork()
    if child == 0:
        database.connect(sys.argv[1])
        os._exit(0)
    children.append(child)
for child in children:
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def differences(engine: sa.Engine) -> list[Any]:
    with engine.connect() as connection:
        return list(
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
        )


def test_the_migrated_schema_is_the_schema_of_the_models(ops: sa.Engine) -> None:
    assert differences(ops) == []


def test_a_column_that_the_migrations_forgot_would_be_found(ops: sa.Engine) -> None:
    with ops.begin() as connection:
        connection.exec_driver_sql("alter table delivery drop column detail")
    assert [change[0] for change in differences(ops)] == ["add_column"]


def test_every_revision_can_be_taken_back_and_applied_again(ops: sa.Engine) -> None:
    migrate.downgrade(ops)
    assert set(sa.inspect(ops).get_table_names()) <= {"alembic_version"}
    assert migrate.current(ops) == ""
    migrate.upgrade(ops)
    assert migrate.current(ops) == migrate.HEAD
    assert differences(ops) == []


def test_head_is_the_newest_revision_on_disk() -> None:
    config = Config()
    config.set_main_option("script_location", "tasks.opsdb:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


def test_ten_processes_may_open_a_new_database_at_once(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TEN_AT_ONCE, database_url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["0"] * 10, done.stderr
    engine = database.connect(database_url)
    assert differences(engine) == []
    engine.dispose()


def test_a_current_database_is_not_migrated_again(ops: sa.Engine) -> None:
    statements: list[str] = []
    sa.event.listen(ops, "before_cursor_execute", lambda *args: statements.append(args[2].lower()))
    migrate.upgrade(ops)
    assert statements
    assert not [
        s for s in statements if s.startswith(("create", "alter", "insert", "update", "delete", "begin imm"))
    ]


def test_a_database_of_a_newer_release_is_refused(ops: sa.Engine) -> None:
    with writing(ops) as connection:
        connection.execute(
            sa.update(sa.table("alembic_version", sa.column("version_num"))).values(version_num="9")
        )
    with pytest.raises(ConfigurationError, match="revision 9, which this release does not know"):
        migrate.upgrade(ops)


def test_a_server_that_is_down_is_worth_another_try_and_the_password_stays_hidden() -> None:
    with pytest.raises(Busy) as caught:
        database.connect("postgresql://ops:geheim@127.0.0.1:1/ops")
    assert "127.0.0.1" in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "oracle+nope://x", ""])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        database.connect(url)


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "ops.db").write_text("this is a letter, and not a database at all " * 100, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="ops.db"):
        database.connect(f"sqlite:///{tmp_path / 'ops.db'}")


def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path: Path) -> None:
    database.connect(f"sqlite:///{tmp_path / 'new' / 'folder' / 'ops.db'}").dispose()
    assert (tmp_path / "new" / "folder" / "ops.db").exists()
