import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import Busy
from tasks.lake.health import Table, scratch, tables
from tasks.lake.store import Lake


@pytest.fixture
def filled(lake: Lake, figures: Callable[..., dict[str, Any]]) -> Lake:
    """A lake with two tables."""
    lake.replace("land_day", [figures(0), figures(1), figures(40)])
    lake.replace("fct_whole", [{"account_id": "oa", "followers": 3, "share": 0.5}])
    return lake


def seen(lake: Lake) -> dict[str, Table]:
    return {table.name: table for table in tables(lake)}


def test_every_table_that_was_written_is_counted(filled: Lake) -> None:
    found = seen(filled)
    assert set(found) == {"land_day", "fct_whole"}
    assert (found["land_day"].rows, found["land_day"].trouble) == (3, "")
    files = filled.files("land_day")
    assert found["land_day"].files == len(files)
    assert found["land_day"].size == sum(Path(file).stat().st_size for file in files)


def half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def test_a_half_written_file_is_found_and_the_other_tables_are_still_told(filled: Lake) -> None:
    half(Path(filled.files("land_day")[0]))
    found = seen(filled)
    assert "No magic bytes" in found["land_day"].trouble
    assert found["fct_whole"].trouble == ""


def test_a_file_that_is_gone_is_found(filled: Lake) -> None:
    Path(filled.files("land_day")[-1]).unlink()
    assert "No such file" in seen(filled)["land_day"].trouble


def test_a_half_written_log_is_found(filled: Lake) -> None:
    for entry in Path(filled.uri("land_day"), "_delta_log").glob("*.json"):
        half(entry)
    assert seen(filled)["land_day"].trouble


def test_files_without_a_log_are_found(filled: Lake) -> None:
    shutil.rmtree(Path(filled.uri("land_day"), "_delta_log"))
    assert "_delta_log" in seen(filled)["land_day"].trouble


def test_a_probe_leaves_nothing_behind(filled: Lake) -> None:
    before = sorted(Path(filled.root).rglob("*"))
    assert scratch(filled) > 0
    assert sorted(Path(filled.root).rglob("*")) == before


def test_a_lake_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Busy, match=str(tmp_path / "file")):
        scratch(Lake(str(tmp_path / "file" / "lake")))
