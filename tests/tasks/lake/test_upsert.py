"""Many rows by key: what is new comes, what differs is replaced, what is there stays, and nothing is there twice."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.errors import UnexpectedShape
from tasks.lake.predicates import quoted
from tasks.lake.relations import connection_of
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


def test_rows_that_come_in_parts_land_together_beside_those_that_stay(
    here: Lake, connection: duckdb.DuckDBPyConnection
) -> None:
    here.upsert(NAME, arriving(connection, ("e0", "2026-07-01", "a"), ("e2", "2026-07-01", "a")))
    events = [(f"e{n}", "2026-07-01", "b") for n in range(1, 6)]
    parts = ("event_id < 'e3'", "event_id >= 'e3' and event_id < 'e4'", "event_id >= 'e4'")

    assert here.upsert(NAME, arriving(connection, *events, parts=parts)) == Upserted(4, 1, 0)
    assert [(row[0], row[2]) for row in told(here)] == [
        ("e0", "a"), ("e1", "b"), ("e2", "b"), ("e3", "b"), ("e4", "b"), ("e5", "b")
    ]  # fmt: skip


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
    def figures(account: str, day: str, followers: int) -> Arriving:
        connection.execute(
            f"create or replace temp table arriving as select {quoted(account)} as account_id, "
            f"date '{day}' as business_date, 1::bigint as followers_won, 0::bigint as followers_lost, "
            f"1::bigint as followers_net, {followers}::bigint as followers, 'i' as import_id"
        )
        return Arriving(connection, "arriving")

    for account, day, followers in [
        ("a", "2026-06-30", 1),
        ("a", "2026-07-01", 2),
        ("it's", "2026-07-01", 3),
    ]:
        here.upsert("land_oa_user_export", figures(account, day, followers))
    assert here.upsert("land_oa_user_export", figures("a", "2026-07-01", 20)) == Upserted(0, 1, 0)
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


def test_nothing_of_two_writers_of_the_same_days_is_lost(here: Lake) -> None:
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, here.root, str(me)], cwd=ROOT) for me in range(2)
    ]
    assert [racer.wait(120) for racer in racers] == [0, 0]

    rows = here.rows(NAME)
    assert len(rows) == len({row["event_id"] for row in rows}) == 2 * 4 * 50
