"""Start a process so that it outlives us, and end exactly that process again.

A process id alone is reused by the system sooner or later; a record therefore keeps the start time as well, and
nothing is ever signalled whose start time differs.
"""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from tasks.errors import ConfigurationError, Timeout

Say: TypeAlias = Callable[[str], object]
"""How a line reaches the person who waits."""


@dataclass(frozen=True)
class Running:
    """A process we started. ``stop_signal`` is what ends it cleanly."""

    name: str
    pid: int
    started: str
    log: str
    stop_signal: int = signal.SIGTERM


def start_time(pid: int) -> str:
    """The kernel's start time of a live process, empty when there is none."""
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        fields = stat.read_text().rsplit(")", 1)[1].split()
        return "" if fields[0] == "Z" else fields[19]
    seen = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return seen.stdout.strip()


def alive(running: Running) -> bool:
    """True while exactly this process (not another of the same id) lives."""
    return bool(running.started) and start_time(running.pid) == running.started


def launch(
    name: str,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path,
    cwd: Path,
    stop_signal: int = signal.SIGTERM,
) -> tuple[Running, subprocess.Popen[bytes]]:
    """Start ``command`` in a session of its own, its output in ``log``.

    Callers that were themselves started with ``&`` ignore SIGINT and would hand that down: Prefect's worker then
    survives every stop. The handler is put back first, for exec resets handlers but keeps ignored signals.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    return Running(name, child.pid, start_time(child.pid), str(log), stop_signal), child


def stop(running: Running, *, patience: float = 15) -> bool:
    """End the process and its group; True when it was alive.

    Asks first, kills after ``patience`` seconds.
    """
    if not alive(running):
        return False
    os.kill(running.pid, running.stop_signal)
    if not gone(running, patience):
        os.killpg(running.pid, signal.SIGKILL)
        gone(running, patience)
    return True


def gone(running: Running, seconds: float) -> bool:
    """Wait until the process has ended; False when it still lives after ``seconds``."""
    deadline = time.monotonic() + seconds
    while alive(running):
        if time.monotonic() > deadline:
            return False
        reap(running.pid)
        time.sleep(0.05)
    return True


def reap(pid: int) -> None:
    """Collect the exit of our own child, so that it does not stay as a zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def remember(file: Path, running: Sequence[Running]) -> None:
    """Write down what was started, in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps([asdict(r) for r in running], indent=1), encoding="utf-8")
    draft.replace(file)


def recall(file: Path) -> list[Running]:
    """What was started before, oldest first; nothing when the file is missing.

    Raises:
        ConfigurationError: the file is there but unreadable.
    """
    if not file.exists():
        return []
    try:
        return [Running(**entry) for entry in json.loads(file.read_text(encoding="utf-8"))]
    except (ValueError, TypeError):
        raise ConfigurationError(f"{file} is damaged: end the processes by hand and delete it") from None


def up_at(url: str, running: Running, *, seconds: float = 120) -> Running:
    """The process once ``url`` answers 200; stopped again when it does not.

    Raises:
        Timeout: it did not answer in time, or ended; the message names its log.
    """
    try:
        wait_for(url, running, seconds=seconds)
    except BaseException:
        stop(running)
        raise
    return running


def free_port() -> int:
    """A loopback port nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_taken(port: int) -> bool:
    """True when somebody listens on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(url: str, running: Running, *, seconds: float) -> None:
    """Wait until ``url`` answers 200.

    Raises:
        Timeout: it did not within ``seconds``, or the process ended; the message names the log.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        reap(running.pid)
        if not alive(running):
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    state = "does not answer" if alive(running) else "ended by itself"
    raise Timeout(f"{running.name} {state} after {seconds:.0f} s; its log {running.log} says why")
