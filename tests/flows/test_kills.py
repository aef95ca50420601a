"""``kill -9`` at any moment, then a run to the end: the same facts, metrics, alerts and messages as ever.

One moment no program can undo: a message that was on its way. It is never sent twice, and its loss is told.
"""

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import get_current_settings

from tasks import calendars, settings
from tasks.sandbox.mail import MailSink
from tasks.sandbox.serve import running
from tasks.sandbox.world import World
from tasks.settings import HOME

DAY = "2026-07-20"
PERSONS = 500
State = dict[str, list[Any]]
KILLS = int(os.environ.get("KILLS", "6"))
PAUSE = dt.timedelta(minutes=1)
"""Passes on the platforms before each run, so that a pace is counted as if their clocks ran."""
MOMENTS = {
    "during a fetch": "die_at(wire.WechatHttp, 'call', 12)",
    "during a lake write": "die_soon_after(store, '_overwrite', 7)",
    "after the facts, before their outcome": "die_at(outcomes, 'write', 1, brings_facts)",
    "after the pull, before a fact is built": "die_at(engine.Engine, 'build', 1)",
    "between claim and send": "die_at(ledger, 'sending', 1)",
}
DRIVER = """
import os, runpy, signal, smtplib, sys, threading
from tasks.lake import engine, store
from tasks.opsdb import ledger, outcomes
from tasks.sources.wechat_http import client as wire

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def brings_facts(database, judged):
    return any(outcome.verdict == "ok" and outcome.rows for outcome in judged)

def die_at(place, name, call, when=lambda *given, **named: True):
    real, seen = getattr(place, name), []
    def counted(*given, **named):
        seen.extend([1] * when(*given, **named))
        if len(seen) == call:
            die()
        return real(*given, **named)
    setattr(place, name, counted)

def die_soon_after(place, name, call):
    real, seen = getattr(place, name), []
    def counted(*given, **named):
        seen.append(1)
        if len(seen) == call:
            threading.Timer(0.002, die).start()
        return real(*given, **named)
    setattr(place, name, counted)

{moment}
sys.argv = ["flows", "daily-sync", "--date", "{day}"]
runpy.run_module("flows", run_name="__main__")
"""


ON_ITS_WAY = "die_at(smtplib.SMTP, 'data', 2)"
"""The server knows from whom and to whom the second mail goes, and never gets it."""


def start(home: Any, day: str = DAY, moment: str = "") -> subprocess.Popen[bytes]:
    api = {"PREFECT_API_URL": get_current_settings().api.url, "PREFECT_LOGGING_LEVEL": "ERROR"}
    log = (home.folder / "runs.log").open("ab")
    with log:
        return subprocess.Popen(
            [sys.executable, "-c", DRIVER.format(moment=moment, day=day)],
            cwd=HOME,
            env={**os.environ, **home.environment, **api},
            stdout=log,
            stderr=log,
        )


def to_the_end(home: Any, day: str = DAY) -> None:
    code = start(home, day).wait(timeout=120)
    assert code == 0, (home.folder / "runs.log").read_text()[-3000:]


def to_the_end_or_in_doubt(home: Any, day: str, left_by: Callable[[Any], State]) -> None:
    """A run to the end, which may only say that a killed one's message may not have arrived."""
    code = start(home, day).wait(timeout=120)
    said = (home.folder / "runs.log").read_text()[-3000:]
    assert code == (1 if in_doubt(left_by(home)) else 0), said


def place_of(row: Any) -> tuple[str, ...]:
    return row.report, row.period, row.channel, row.recipient


def in_doubt(left: State) -> list[Any]:
    return [row for row in left["delivery"] if row.status == "in_doubt"]


def assert_same_but_for_doubts(left: State, expected: State, mails: int, expected_mails: int) -> None:
    """Nothing is lost, wrong or twice but the mails in doubt: nobody knows of these, and that is told."""
    doubtful = {place_of(row) for row in in_doubt(left)}
    assert {**left, "delivery": []} == {**expected, "delivery": []}
    told = {place_of(row): row for row in left["delivery"]}
    meant = {place_of(row) for row in expected["delivery"]}
    more = set(told) - meant
    assert meant <= set(told)
    assert len(told) == len(left["delivery"]), "somebody sent again what may have arrived"
    assert {row.status for place, row in told.items() if place not in doubtful} <= {"sent"}
    assert bool(more) == bool(doubtful), "told on the other channels, and only then"
    mails -= sum(channel == "mail" for _, _, channel, _ in more)
    assert expected_mails - len(doubtful) <= mails <= expected_mails


@contextmanager
def another_home(folder: Path, world: Any, make: Callable[..., Any]) -> Iterator[Any]:
    """A second installation on a sandbox of its own, for the undisturbed run."""
    folder.mkdir()
    with running(world) as place, MailSink(folder / "mail") as mail:
        yield make(folder, place, mail)


def half_fetched(left: State, expected: State) -> None:
    """Killed while fetching: there are cells without an outcome."""
    assert len(left["fetch_outcome"]) < len(expected["fetch_outcome"])
    nothing_built(left, expected)


def wrote_whole_slices(left: State, expected: State) -> None:
    """Killed while writing: some facts stand, all of them true, and some are missing."""
    landed = [name for name in expected if name.startswith("land_") and left[name]]
    assert landed
    for name in landed:
        assert set(left[name]) <= set(expected[name])
    assert any(left[name] != rows for name, rows in expected.items() if name.startswith("land_"))
    half_fetched(left, expected)


def has_facts_without_outcome(left: State, expected: State) -> None:
    """Killed between facts and outcome: an endpoint's rows are there, and no outcome says so."""
    judged = {row.endpoint for row in left["fetch_outcome"]}
    registry = settings.load().endpoints()
    assert [e for e in registry.values() if e.name not in judged and left[e.datasets[0]]]
    half_fetched(left, expected)


def nothing_built(left: State, _: State) -> None:
    """No fact, no value, no alert, and nobody has claimed a message."""
    assert not [name for name, rows in left.items() if name.startswith("fct_") and rows]
    assert not left["metric_value"]
    assert not left["alert"]
    assert not left["delivery"]


def all_landed(left: State, expected: State) -> None:
    """Killed before the build: everything is pulled, and it is written down that it waits."""
    for name in expected:
        if name.startswith("land_") or name == "fetch_outcome":
            assert left[name] == expected[name], name
    assert left["unbuilt"]
    nothing_built(left, expected)


def claimed_only(left: State, expected: State) -> None:
    """Killed before the first message: all is judged, one delivery is claimed and none is sent."""
    assert left["alert"] == expected["alert"]
    assert {row.status for row in left["delivery"]} == {"claimed"}
    assert len(left["delivery"]) == 1


BITES: dict[str, Callable[[State, State], None]] = {
    "during a fetch": half_fetched,
    "during a lake write": wrote_whole_slices,
    "after the facts, before their outcome": has_facts_without_outcome,
    "after the pull, before a fact is built": all_landed,
    "between claim and send": claimed_only,
}


@pytest.mark.timeout(900)
def test_planted_kills_leave_no_trace(
    home: Any, tmp_path: Path, world: Any, make_home: Callable[..., Any], left_by: Callable[[Any], State]
) -> None:
    with another_home(tmp_path / "undisturbed", world, make_home) as calm:
        to_the_end(calm)
        expected, mails = left_by(calm), len(calm.mail.messages())
    assert expected["delivery"]
    assert {row.status for row in expected["delivery"]} == {"sent"}
    for name, moment in MOMENTS.items():
        assert start(home, moment=moment).wait(timeout=120) == -signal.SIGKILL, f"was not killed {name}"
        BITES[name](left_by(home), expected)
        assert not home.mail.messages()
    to_the_end(home)
    assert left_by(home) == expected
    assert len(home.mail.messages()) == mails


@pytest.mark.timeout(600)
def test_a_kill_while_a_mail_is_on_its_way_is_told_and_the_mail_is_not_sent_twice(
    home: Any, tmp_path: Path, world: Any, make_home: Callable[..., Any], left_by: Callable[[Any], State]
) -> None:
    with another_home(tmp_path / "undisturbed", world, make_home) as calm:
        to_the_end(calm)
        expected, mails = left_by(calm), len(calm.mail.messages())
    assert start(home, moment=ON_ITS_WAY).wait(timeout=120) == -signal.SIGKILL
    assert len(home.mail.messages()) == 1
    for _ in range(2):
        to_the_end_or_in_doubt(home, DAY, left_by)
    left = left_by(home)
    (lost,) = in_doubt(left)
    assert_same_but_for_doubts(left, expected, len(home.mail.messages()), mails)
    assert f"{lost.channel} → {lost.recipient} in_doubt" in (home.folder / "runs.log").read_text()


@pytest.mark.timeout(600)
def test_a_kill_before_the_build_does_not_forget_an_old_order_that_was_refunded(
    tmp_path: Path, history: Path, make_home: Callable[..., Any], left_by: Callable[[Any], State]
) -> None:
    world = World.build(persons=PERSONS, seed=7, today=dt.date(2026, 7, 21))
    order = refund_late(world)
    calm_folder, folder = tmp_path / "undisturbed", tmp_path / "killed"
    with another_home(calm_folder, world, make_home) as calm:
        shutil.copytree(history, calm_folder / "data")
        to_the_end(calm)
        expected = left_by(calm)
    assert refunded(expected, order), "the refund never reached the facts"
    with another_home(folder, world, make_home) as home:
        shutil.copytree(history, folder / "data")
        moment = MOMENTS["after the pull, before a fact is built"]
        assert start(home, moment=moment).wait(timeout=120) == -signal.SIGKILL
        assert not refunded(left_by(home), order)
        to_the_end(home)
        assert left_by(home) == expected


def refund_late(world: World) -> str:
    """Give back the money of an order of 40 days before ``DAY``, at noon of ``DAY``; the order's id."""
    noon = int(calendars.start_of(dt.date.fromisoformat(DAY)).timestamp()) + 12 * 3600
    (order,) = world.rows(
        "select * from shop_order where paid_at is not null and refunded_at is null and not is_gift"
        " and created_at between ? - 42 * 86400 and ? - 38 * 86400 order by created_at limit 1",
        noon, noon,
    )  # fmt: skip
    world.connection.execute(
        "update shop_order set refunded_at = ? where order_id = ?", [noon, order["order_id"]]
    )
    world.connection.execute(
        "insert into shop_aftersale values ('4001999999999999999', ?, ?, ?, ?, 'REFUND', 'MERCHANT_REFUND_SUCCESS', ?)",
        [order["order_id"], order["person_id"], noon - 3600, noon, order["order_price"]],
    )
    return str(order["order_id"])


def refunded(left: State, order: str) -> bool:
    """Whether the facts know that the order's money went back."""
    (row,) = [fact for fact in map(dict, left["fct_order"]) if fact["order_id"] == order]
    return bool(row["refund_cny"])


def first_call(home: Any, run: subprocess.Popen[bytes], seen: int) -> float:
    """The moment a run begins to work, so that kills do not hit Python's own start only."""
    deadline = time.monotonic() + 60
    while sum(home.sandbox.calls.values()) == seen and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return time.monotonic()


@pytest.mark.timeout(1500)
def test_random_kills_leave_no_trace(
    home: Any, tmp_path: Path, world: Any, make_home: Callable[..., Any], left_by: Callable[[Any], State]
) -> None:
    dice = random.Random(20260723)
    days = [str(dt.date(2026, 7, 20) - dt.timedelta(days=n)) for n in reversed(range((KILLS + 1) // 2))]
    seconds = []
    with another_home(tmp_path / "undisturbed", world, make_home) as calm:
        for day in days:
            calm.sandbox.clock.advance(PAUSE)
            run = start(calm, day)
            began = first_call(calm, run, sum(calm.sandbox.calls.values()))
            assert run.wait(timeout=120) == 0
            seconds.append(time.monotonic() - began)
        expected, mails = left_by(calm), len(calm.mail.messages())
    killed = 0
    for number in range(KILLS):
        day = days[number // 2]
        seen = sum(home.sandbox.calls.values())
        home.sandbox.clock.advance(PAUSE)
        run = start(home, day)
        first_call(home, run, seen)
        time.sleep(dice.uniform(0, seconds[number // 2]))
        run.kill()
        killed += run.wait() == -signal.SIGKILL
        if number % 2 or number == KILLS - 1:
            home.sandbox.clock.advance(PAUSE)
            to_the_end_or_in_doubt(home, day, left_by)
    assert killed >= KILLS / 2, "most of the runs were over before they were killed"
    assert_same_but_for_doubts(left_by(home), expected, len(home.mail.messages()), mails)
