import datetime as dt
import os
import shutil
import threading
from pathlib import Path

from tasks.services.disk import disk

NOW = dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC)
UNIT = 10_000


def written(folder: Path, name: str, size: int, days_ago: int) -> None:
    file = folder / name
    file.write_bytes(b"x" * size)
    at = (NOW - dt.timedelta(days=days_ago)).timestamp()
    os.utime(file, (at, at))


def test_growth_is_that_of_a_usual_day_not_of_the_day_of_a_backfill(tmp_path: Path) -> None:
    for n in range(1, 15):
        written(tmp_path, f"day{n}", 2 * UNIT, n)
    written(tmp_path, "backfill", 40 * UNIT, 3)
    written(tmp_path, "today", 9 * UNIT, 0)
    seen = disk(tmp_path, NOW)
    assert seen.growth == 2 * UNIT
    assert seen.used == (14 * 2 + 40 + 9) * UNIT
    assert seen.days_left is not None
    assert round(seen.days_left) == round(seen.free / (2 * UNIT))


def test_a_new_installation_has_no_growth_yet(tmp_path: Path) -> None:
    written(tmp_path, "backfill", 5 * UNIT, 1)
    seen = disk(tmp_path, NOW)
    assert (seen.growth, seen.days_left) == (None, None)


def test_a_folder_that_is_not_there_yet_is_measured_where_it_will_be(tmp_path: Path) -> None:
    seen = disk(tmp_path / "not" / "yet", NOW)
    assert seen.free > 0
    assert seen.used == 0


def test_folders_that_come_and_go_while_it_looks_do_not_end_the_look(tmp_path: Path) -> None:
    written(tmp_path, "stays", UNIT, 1)
    done = threading.Event()

    def come_and_go() -> None:
        while not done.is_set():
            for n in range(50):
                (tmp_path / f"table{n}" / "_delta_log").mkdir(parents=True)
            for n in range(50):
                shutil.rmtree(tmp_path / f"table{n}")

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        assert {disk(tmp_path, NOW).used for _ in range(100)} == {UNIT}
    finally:
        done.set()
        other.join()
