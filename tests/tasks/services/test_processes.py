"""Only what we started is ended, and a reused process id is left alone."""

import dataclasses
import signal
import sys
from pathlib import Path

import pytest

from tasks.errors import ConfigurationError, Timeout
from tasks.services import processes
from tasks.settings import surroundings

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_started_process_is_ended_and_only_once(tmp_path: Path) -> None:
    running, _ = processes.launch("nap", SLEEP, env=surroundings(), log=tmp_path / "nap.log", cwd=tmp_path)
    assert processes.alive(running)
    assert processes.stop(running)
    assert not processes.alive(running)
    assert not processes.stop(running)


def test_another_process_of_the_same_id_is_left_alone(tmp_path: Path) -> None:
    running, child = processes.launch(
        "nap", SLEEP, env=surroundings(), log=tmp_path / "nap.log", cwd=tmp_path
    )
    stranger = dataclasses.replace(running, started="1")
    assert not processes.stop(stranger)
    assert processes.alive(running)
    child.kill()
    child.wait()


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    words = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    deaf = [sys.executable, "-c", words]
    running, _ = processes.launch("deaf", deaf, env=surroundings(), log=tmp_path / "deaf.log", cwd=tmp_path)
    while not (tmp_path / "deaf.log").read_text():
        pass
    assert processes.stop(running, patience=0.5)
    assert not processes.alive(running)


def test_what_was_started_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "run" / "services.json"
    assert processes.recall(file) == []
    known = [processes.Running("a", 1, "2", "a.log", signal.SIGINT)]
    processes.remember(file, known)
    assert processes.recall(file) == known
    file.write_text("{half")
    with pytest.raises(ConfigurationError, match="damaged"):
        processes.recall(file)


def test_waiting_for_a_process_that_died_names_its_log(tmp_path: Path) -> None:
    running, child = processes.launch(
        "brief", [sys.executable, "-c", "pass"], env=surroundings(), log=tmp_path / "brief.log", cwd=tmp_path
    )
    child.wait()
    with pytest.raises(Timeout, match=r"brief\.log"):
        processes.wait_for("http://127.0.0.1:9/", running, seconds=5)
