"""Many rows by key: what is new comes, what differs is replaced, what is there stays, and nothing is there twice."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from tasks.calendars import Window
from tasks.errors import UnexpectedShape
from tasks.lake.predicates import quoted
from tasks.lake.relations import connection_of, files_of
from tasks.lake.store import Lake
from tasks.lake.upsert import Arriving, Upserted

ROOT = Path(__file__).parents[3]
NAME = "land_event"
RACER = """
import sys
from tasks.lake.relations import connection_of
from tasks.lake.store import Lake
from tasks.lake.upsert import Arriving
root, me = sys.argv[1], int(sys.argv[2])
with connection_of({"threads": 1}) as c:
    for n in range(4):
        c.execute(
            "create or replace temp table arriving as select 'files' as account_id, date '2026-07-01' + (i % 3)::int "
            f"as business_date, 'e' || ({me} * 1000 + {n} * 100 + i) as event_id, timestamptz '2026-07-01 00:00:00Z' "
            "as event_at, 'pay' as event, 'key' as person_key, 'openid' as person_id_kind, null::text as union_key, "
            "null::text as platform, null::text as page, null::text as scene, null::text as item_id, "
            f"null::decimal(18, 2) as amount_cny, null::text as properties, '{me}' as import_id from range(50) t (i)"
        )
        Lake(root).upsert("land_event", Arriving(c, "arriving"))
"""
TIDIER = """
import sys, time
from tasks.lake.store import Lake
for n in range(8):
    Lake(sys.argv[1]).tidy("land_event")
    time.sleep(0.1)
"""
REPLACER = """
import datetime as dt, sys
from tasks.lake.store import Lake
lake = Lake(sys.argv[1])
blank = dict.fromkeys(lake.dataset("land_event").names)
for n in range(4):
    lake.replace("land_event", [
        blank | {"account_id": "mine", "business_date": dt.date(2026, 7, 1 + i % 3), "event_id": f"r{i}"}
        for i in range(50 * (n + 1))
    ], account_id="mine")
"""


@pytest.fixture
def here(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connection_of({"threads": 1}) as opened:
        yield opened


def arriving(connection: duckdb.DuckDBPyConnection, *events: tuple[str, str, str], **more: Any) -> Arriving:
    """Events as (id, date, page)."""
    rows = ", ".join(f"({', '.join(repr(v) for v in event)})" for event in events)
    connection.execute(
        "create or replace temp table arriving as select 'files' as account_id, day::date as business_date, "
        "id as event_id, timestamptz '2026-07-01 00:00:00Z' as event_at, 'pay' as event, 'key' as person_key, "
        "'openid' as person_id_kind, null::text as union_key, null::text as platform, page, null::text as scene, "
        "null::text as item_id, null::decimal(18, 2) as amount_cny, null::text as properties, "
        f"'{more.pop('import_id', 'first')}' as import_id from (values {rows}) as told (id, day, page)"
    )
    return Arriving(connection, "arriving", **more)


def figures(connection: duckdb.DuckDBPyConnection, account: str, day: str, followers: int) -> Arriving:
    connection.execute(
        f"create or replace temp table arriving as select {quoted(account)} as account_id, "
        f"date '{day}' as business_date, 1::bigint as followers_won, 0::bigint as followers_lost, "
        f"1::bigint as followers_net, {followers}::bigint as followers, 'i' as import_id"
    )
    return Arriving(connection, "arriving")


def told(lake: Lake) -> list[tuple[str, str, str, str]]:
    return [(r["event_id"], str(r["business_date"]), r["page"], r["import_id"]) for r in lake.rows(NAME)]


def test_new_rows_come_and_the_same_rows_again_change_nothing(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    events = [("e1", "2026-07-01", "a"), ("e2", "2026-07-02", "a")]

    assert here.upsert(NAME, arriving(connection, *events)) == Upserted(2, 0, 0)
    before = here.files(NAME)
    assert here.upsert(NAME, arriving(connection, *events, import_id="second")) == Upserted(0, 0, 2)
    assert here.files(NAME) == before, "nothing new, nothing written"


def test_a_row_that_differs_replaces_the_old_one_and_its_neighbours_stay(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "a"), ("e2", "2026-07-01", "a")))
    done = here.upsert(
        NAME,
        arriving(
            connection,
            ("e1", "2026-07-01", "b"),
            ("e2", "2026-07-01", "a"),
            ("e3", "2026-07-01", "c"),
            import_id="second",
        ),
    )

    assert done == Upserted(1, 1, 1)
    assert told(here) == [
        ("e1", "2026-07-01", "b", "second"),
        ("e2", "2026-07-01", "a", "first"),
        ("e3", "2026-07-01", "c", "second"),
    ]


def test_a_row_that_moves_to_another_date_is_not_counted_on_both(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    here.upsert(NAME, arriving(connection, ("e1", "2026-06-01", "a"), ("e2", "2026-06-01", "a")))
    dates: list[dt.date] = []
    done = here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "a"), before=dates.append))

    assert done == Upserted(0, 1, 0)
    assert [(row[0], row[1]) for row in told(here)] == [("e1", "2026-07-01"), ("e2", "2026-06-01")]
    assert dates == [dt.date(2026, 6, 1)], "the day it left is built again too"


def on_disk(lake: Lake) -> set[str]:
    return {str(path) for path in Path(lake.uri(NAME)).rglob("*.parquet")}


def test_what_fails_meanwhile_leaves_the_table_as_it_was_and_no_file_behind(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "a")))
    before = on_disk(here)

    def broken() -> None:
        assert told(here) == [("e1", "2026-07-01", "a", "first")], "nobody sees the new ones yet"
        raise UnexpectedShape("the ids could not be sealed")

    events = [("e1", "2026-07-01", "b"), ("e2", "2026-07-02", "b")]
    with pytest.raises(UnexpectedShape, match="could not be sealed"):
        here.upsert(NAME, arriving(connection, *events, meanwhile=broken))
    assert told(here) == [("e1", "2026-07-01", "a", "first")]
    assert on_disk(here) == before

    assert here.upsert(NAME, arriving(connection, *events, meanwhile=dict)) == Upserted(1, 1, 0)
    assert [row[2] for row in told(here)] == ["b", "b"]


def test_a_writer_who_was_overtaken_begins_again_and_leaves_no_file_behind(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    rivals = [("e2", "2026-07-01", "theirs")]

    def overtaken() -> None:
        while rivals:
            with connection_of({"threads": 1}) as theirs:
                here.upsert(NAME, arriving(theirs, rivals.pop()))

    done = here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "ours"), meanwhile=overtaken))

    assert done == Upserted(1, 0, 0)
    assert [(row[0], row[2]) for row in told(here)] == [("e1", "ours"), ("e2", "theirs")]
    assert len(on_disk(here)) == 2, "theirs, and the one that replaced it with both rows"


def test_delta_knows_what_the_files_hold_and_goes_on_writing(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    for page in ("a", "b"):
        here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", page), ("e2", "2026-07-02", page)))
    delta = DeltaTable(here.uri(NAME))
    files = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    found = sorted((f["partition.business_date"], f["num_records"], f["null_count.page"]) for f in files)
    assert found == [(dt.date(2026, 7, 1), 1, 0), (dt.date(2026, 7, 2), 1, 0)]
    assert sorted(files_of(delta)) == sorted(here.files(NAME))

    rows = [row | {"page": "c"} for row in here.rows(NAME) if row["event_id"] == "e1"]
    here.replace(NAME, rows, window=Window(dt.date(2026, 7, 1), dt.date(2026, 7, 2)))
    assert [row[2] for row in told(here)] == ["c", "b"]
    assert here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "d"))) == Upserted(0, 1, 0)
    assert here.tidy(NAME, keep=dt.timedelta(0)) == 4, (
        "each day's file was replaced, that of the first three times"
    )
    assert [row[2] for row in told(here)] == ["d", "b"]
    assert on_disk(here) == set(here.files(NAME))


def test_years_of_days_take_no_more_memory_than_a_month(here: Lake) -> None:
    with connection_of({"threads": 2, "memory_limit": "300MB"}) as connection:
        rows = arriving(connection, ("e0", "2020-01-01", "a"))
        connection.execute(
            "create temp table many as select * replace (business_date + (i % 1500)::int as business_date, "
            "'e' || i as event_id) from arriving, range(30000) made (i)"
        )
        years = replace(rows, rows="many")
        assert here.upsert(NAME, years) == Upserted(30_000, 0, 0)
        assert len(here.files(NAME)) == 1500
        connection.execute("update many set page = 'b' where event_id = 'e7'")
        assert here.upsert(NAME, years) == Upserted(0, 1, 29_999)
    found = here.rows(NAME)
    assert len(found) == len({row["event_id"] for row in found}) == 30_000


def test_files_that_nobody_committed_are_tidied_away_when_nobody_can_be_about_to(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "a")))
    (mine,) = on_disk(here)
    young, old = (Path(mine).with_name(f"part-{name}.parquet") for name in ("young", "old"))
    for file in (young, old):
        shutil.copy(mine, file)
    two_days_ago = old.stat().st_mtime - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))

    assert here.tidy(NAME, keep=dt.timedelta(0)) == 1
    assert on_disk(here) == {mine, str(young)}


@pytest.mark.parametrize("name", ["运营 数据", "it's", "100%", "a=b", "'; drop"])
def test_any_folder_and_any_account_will_do(
    tmp_path: Path, connection: duckdb.DuckDBPyConnection, name: str
) -> None:
    lake = Lake(str(tmp_path / name))
    for page in ("a", "b", "b"):
        done = lake.upsert(NAME, arriving(connection, ("e1", "2026-07-01", page)))
    assert (done, told(lake)) == (Upserted(0, 0, 1), [("e1", "2026-07-01", "b", "first")])
    for followers in (1, 2):
        lake.upsert("land_oa_user_export", figures(connection, name, "2026-07-01", followers))
        lake.upsert("land_oa_user_export", figures(connection, f"{name}/other", "2026-07-01", 3))
    found = {row["account_id"]: row["followers"] for row in lake.rows("land_oa_user_export")}
    assert found == {name: 2, f"{name}/other": 3}


def test_days_that_are_not_in_the_file_keep_their_very_files(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "a"), ("e2", "2026-07-02", "a")))
    kept = [file for file in here.files(NAME) if "2026-07-01" in file]
    here.upsert(NAME, arriving(connection, ("e2", "2026-07-02", "b")))

    assert [file for file in here.files(NAME) if "2026-07-01" in file] == kept


def test_the_month_of_one_account_is_replaced_and_that_of_another_stays(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    for account, day, followers in [
        ("a", "2026-06-30", 1),
        ("a", "2026-07-01", 2),
        ("it's", "2026-07-01", 3),
    ]:
        here.upsert("land_oa_user_export", figures(connection, account, day, followers))
    assert here.upsert("land_oa_user_export", figures(connection, "a", "2026-07-01", 20)) == Upserted(0, 1, 0)
    found = [
        (r["account_id"], str(r["business_date"]), r["followers"]) for r in here.rows("land_oa_user_export")
    ]
    assert found == [("a", "2026-06-30", 1), ("a", "2026-07-01", 20), ("it's", "2026-07-01", 3)]


def test_rows_that_share_a_key_or_lack_one_are_refused(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(UnexpectedShape, match="1 keys stand in several rows"):
        here.upsert(NAME, arriving(connection, ("e1", "2026-07-01", "a"), ("e1", "2026-07-02", "a")))
    rows = arriving(connection, ("e1", "2026-07-01", "a"))
    connection.execute("update arriving set business_date = null")
    with pytest.raises(UnexpectedShape, match="without a full key or date"):
        here.upsert(NAME, rows)
    assert here.files(NAME) == []


@pytest.mark.parametrize("other", [RACER, TIDIER, REPLACER], ids=["upsert", "tidy", "replace"])
def test_nothing_of_two_writers_of_the_same_days_is_lost(here: Lake, other: str) -> None:
    racers = [
        subprocess.Popen([sys.executable, "-c", script, here.root, str(me)], cwd=ROOT)
        for me, script in enumerate((RACER, other))
    ]
    assert [racer.wait(120) for racer in racers] == [0, 0]

    rows = here.rows(NAME)
    writers = 1 if other is TIDIER else 2
    assert len(rows) == len({(row["account_id"], row["event_id"]) for row in rows}) == writers * 4 * 50
