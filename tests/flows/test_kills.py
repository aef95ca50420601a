"""``kill -9`` at any moment, then a run to the end: the same facts, metrics, alerts and messages as ever."""

import datetime as dt
import os
import random
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

from tasks.sandbox.mail import MailSink
from tasks.sandbox.serve import running
from tasks.settings import HOME

DAY = "2026-07-20"
KILLS = int(os.environ.get("KILLS", "6"))
MOMENTS = {
    "during a fetch": "die_at(wire.WechatHttp, 'call', 12)",
    "during a lake write": "die_soon_after(store, '_overwrite', 7)",
    "after the facts, before their outcome": "die_at(outcomes, 'write', 4)",
    "between claim and send": "die_at(ledger, 'sending', 1)",
}
DRIVER = """
import functools, inspect, os, runpy, signal, sys, threading
from tasks.lake import store
from tasks.opsdb import ledger, outcomes
from tasks.sources.wechat_http import client as wire

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def die_at(place, name, call):
    real, seen = getattr(place, name), []
    def counted(*given, **named):
        seen.append(1)
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


@contextmanager
def another_home(folder: Path, world: Any, make: Callable[..., Any]) -> Iterator[Any]:
    """A second installation on a sandbox of its own, for the undisturbed run."""
    folder.mkdir()
    with running(world) as place, MailSink(folder / "mail") as mail:
        yield make(folder, place, mail)


@pytest.mark.timeout(900)
def test_planted_kills_leave_no_trace(
    home: Any, tmp_path: Path, world: Any, make_home: Callable[..., Any], left_by: Callable[[Any], dict]
) -> None:
    with another_home(tmp_path / "undisturbed", world, make_home) as calm:
        to_the_end(calm)
        expected, mails = left_by(calm), len(calm.mail.messages())
    assert expected["delivery"]
    assert {row[-1] for row in expected["delivery"]} == {"sent"}
    for name, moment in MOMENTS.items():
        assert start(home, moment=moment).wait(timeout=120) == -signal.SIGKILL, f"was not killed {name}"
        assert left_by(home) != expected, f"{name}: killed too late to matter"
    to_the_end(home)
    assert left_by(home) == expected
    assert len(home.mail.messages()) == mails


def first_call(home: Any, run: subprocess.Popen[bytes], seen: int) -> float:
    """The moment a run begins to work, so that kills do not hit Python's own start only."""
    deadline = time.monotonic() + 60
    while sum(home.sandbox.calls.values()) == seen and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    return time.monotonic()


@pytest.mark.timeout(1500)
def test_random_kills_leave_no_trace(
    home: Any, tmp_path: Path, world: Any, make_home: Callable[..., Any], left_by: Callable[[Any], dict]
) -> None:
    dice = random.Random(20260723)
    days = [str(dt.date(2026, 7, 20) - dt.timedelta(days=n)) for n in reversed(range((KILLS + 1) // 2))]
    seconds = []
    with another_home(tmp_path / "undisturbed", world, make_home) as calm:
        for day in days:
            run = start(calm, day)
            began = first_call(calm, run, sum(calm.sandbox.calls.values()))
            assert run.wait(timeout=120) == 0
            seconds.append(time.monotonic() - began)
        expected, mails = left_by(calm), len(calm.mail.messages())
    killed = 0
    for number in range(KILLS):
        day = days[number // 2]
        seen = sum(home.sandbox.calls.values())
        run = start(home, day)
        first_call(home, run, seen)
        time.sleep(dice.uniform(0, seconds[number // 2]))
        run.kill()
        killed += run.wait() == -signal.SIGKILL
        if number % 2 or number == KILLS - 1:
            to_the_end(home, day)
    assert killed >= KILLS / 2, "most of the runs were over before they were killed"
    assert left_by(home) == expected
    assert len(home.mail.messages()) == mails
