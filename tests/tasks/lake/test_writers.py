"""Several processes at once, and processes that die: what a reader may then see."""

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from deltalake import DeltaTable

from tasks.lake.store import Lake

ROOT = Path(__file__).parents[3]
WRITER = """
import datetime as dt, subprocess, sys
from pathlib import Path
from tasks.calendars import Window
from tasks.lake.store import Lake

root, declarations, how, processes = sys.argv[1:]
FIRST = dt.date(2026, 6, 20)
MOMENT = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)

def row(account_id, n, followers, channel):
    return {
        "account_id": account_id, "business_date": FIRST + dt.timedelta(days=n), "channel": channel,
        "followers": followers, "share": None, "paid_cny": None, "is_final": None,
        "read_at": MOMENT + dt.timedelta(seconds=followers), "remark": None,
    }

def rows(account_id, days, followers, channels=(0,)):
    return [row(account_id, n, followers, c) for n in days for c in channels]

def write(lake, me):
    if how == "own-slices":
        for n in range(0, 30, 5):
            window = Window(FIRST + dt.timedelta(days=n), FIRST + dt.timedelta(days=n + 5))
            name = f"account-{me}"
            lake.replace("land_day", rows(name, range(n, n + 5), me), account_id=name, window=window)
    elif how == "same-slice":
        for _ in range(4):
            lake.replace("land_day", rows("one", range(me + 1), me), account_id="one")
    elif how == "whole-table":
        for _ in range(3):
            lake.replace("land_day", rows("one", range(me + 1), me))
    elif how == "merge":
        for n in range(4):
            both = rows("one", range(5), 10 * n + me) + rows("one", [9], me, [me])
            lake.merge("land_day", both, newer="read_at")
    elif how == "for-ever":
        followers = 0
        while True:
            followers += 1
            lake.replace("land_day", rows("one", range(40), followers, range(20)), account_id="one")
            print(followers, flush=True)

if processes == "1" or processes.startswith("number-"):
    lake = Lake(root, declarations=Path(declarations))
    me = int(processes.removeprefix("number-")) if processes != "1" else 0
    print("ready", flush=True)
    sys.stdin.readline()
    write(lake, me)
    sys.exit()
# Processes of their own, not forks: a fork copies the libraries' locks without the threads that hold them.
children = [
    subprocess.Popen(
        [sys.executable, "-c", sys.orig_argv[2], root, declarations, how, f"number-{me}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    for me in range(int(processes))
]
for child in children:
    child.stdout.readline()
print("ready", flush=True)
sys.stdin.readline()
for child in children:
    child.stdin.write("go\\n")
    child.stdin.flush()
for line in children[0].stdout:
    print(line, end="", flush=True)
sys.exit(max(abs(child.wait()) for child in children))
"""


def writers(lake: Lake, how: str, processes: int) -> "subprocess.Popen[str]":
    """That many processes, which start writing together when told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, lake.root, str(lake.declarations), how, str(processes)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def run_at_once(lake: Lake, how: str, processes: int) -> None:
    """All write at the same moment, into a table that does not exist yet."""
    process = writers(lake, how, processes)
    complaints = process.communicate("go\n")[1]
    assert process.returncode == 0, complaints


def test_four_processes_that_write_their_own_slices_lose_nothing(lake: Lake) -> None:
    run_at_once(lake, "own-slices", 4)
    found = Counter((row["account_id"], row["followers"]) for row in lake.rows("land_day"))
    assert found == {(f"account-{me}", me): 30 for me in range(4)}


@pytest.mark.parametrize("how", ["same-slice", "whole-table"])
def test_processes_that_write_the_same_slice_leave_exactly_one_of_their_answers(lake: Lake, how: str) -> None:
    run_at_once(lake, how, 3)
    (followers,) = {row["followers"] for row in lake.rows("land_day")}
    assert len(lake.rows("land_day")) == followers + 1


def test_processes_that_merge_the_same_keys_never_double_them(lake: Lake) -> None:
    run_at_once(lake, "merge", 3)
    rows = lake.rows("land_day")
    assert len(rows) == 5 + 3
    assert {row["followers"] for row in rows if row["channel"] == 0 and row["business_date"].day < 29} == {32}


def test_a_writer_killed_at_any_moment_leaves_one_whole_version(lake: Lake) -> None:
    chance = random.Random(7)
    for _ in range(4):
        process = writers(lake, "for-ever", 1)
        start(process)
        if not lake.exists("land_day") and process.stdout:
            process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.25))
        process.kill()
        process.communicate()
        rows = lake.rows("land_day")
        assert len(rows) == 800
        assert len({row["followers"] for row in rows}) == 1
    version = DeltaTable(lake.uri("land_day")).version()
    lake.replace("land_day", [rows[0]], account_id="one")
    assert lake.rows("land_day") == [rows[0]]
    assert DeltaTable(lake.uri("land_day")).version() == version + 1


def test_a_writer_killed_before_its_first_commit_leaves_a_table_that_can_be_written(lake: Lake) -> None:
    for delay in (0.0, 0.005, 0.02):
        process = writers(lake, "own-slices", 1)
        start(process)
        time.sleep(delay)
        process.kill()
        process.communicate()
    run_at_once(lake, "own-slices", 1)
    assert len(lake.rows("land_day")) == 30
