from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.errors import Busy, ConfigurationError
from tasks.opsdb import database, migrate
from tasks.opsdb.health import look, missing
from tasks.opsdb.transactions import writing


def test_a_healthy_database_says_what_it_is(ops: sa.Engine, database_url: str) -> None:
    seen = look(database_url, 5)
    assert seen.kind == ops.dialect.name
    assert seen.version[0].isdigit()
    assert seen.journal == ("wal" if seen.kind == "sqlite" else "")
    assert seen.is_current
    assert seen.is_known


def test_looking_migrates_nothing(database_url: str) -> None:
    engine = database.open(database_url)
    with writing(engine) as connection:
        connection.execute(sa.text("create table somebody (x integer)"))
    seen = look(database_url, 5)
    assert (seen.revision, seen.is_current, seen.is_known) == ("", False, True)
    assert sa.inspect(engine).get_table_names() == ["somebody"]
    engine.dispose()


def test_a_schema_of_a_newer_release_is_known_to_be_unknown(ops: sa.Engine, database_url: str) -> None:
    with writing(ops) as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    seen = look(database_url, 5)
    assert (seen.is_current, seen.is_known) == (False, False)


def test_looking_for_a_database_file_does_not_make_it(tmp_path: Path) -> None:
    file = tmp_path / "no" / "ops.db"
    assert missing(f"sqlite:///{file}")
    assert not file.parent.exists()
    assert not missing("sqlite://")
    assert not missing("postgresql://u@h/x")
    assert not missing("nonsense")


def test_a_writer_that_holds_on_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.opsdb.health.PATIENCE_MILLISECONDS", 50)
    url = f"sqlite:///{tmp_path / 'ops.db'}"
    engine = database.connect(url)
    with writing(engine), pytest.raises(Busy, match="cannot be written: database is locked"):
        look(url, 5)
    engine.dispose()


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Busy, match="cannot be used"):
        look("postgresql://ops:secret-word@127.0.0.1:9/ops", 2)
    with pytest.raises(ConfigurationError):
        look("nonsense", 2)
    (tmp_path / "ops.db").write_text(
        "this is no database, and longer than a header of one hundred bytes " * 4
    )
    with pytest.raises(ConfigurationError, match="not a database"):
        look(f"sqlite:///{tmp_path / 'ops.db'}", 2)


def test_the_newest_revision_is_among_the_known_ones() -> None:
    assert migrate.revisions()[-1] == migrate.HEAD
