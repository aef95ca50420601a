"""Which process wrote a row, and whether it still runs."""

import os
import socket
from functools import lru_cache
from pathlib import Path


def myself() -> str:
    """This process as ``host:pid:start``; never the same for two processes, however pids are reused."""
    return _named(os.getpid())


def is_alive(process: str) -> bool | None:
    """Whether the process named so still runs; None when it is another machine's and cannot be asked."""
    host, number, start = process.rsplit(":", 2)
    if host != socket.gethostname():
        return None
    pid = int(number)
    if start:
        return start == _start(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@lru_cache(maxsize=1)
def _named(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}:{_start(pid)}"


def _start(pid: int) -> str:
    """When the process started, in the kernel's count; empty when it is gone or the system does not tell."""
    try:
        # The name in brackets may itself hold spaces and brackets; what counts stands after the last one.
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # A zombie has ended; only its parent has not looked yet.
    return "" if fields[0] in {"Z", "X"} else fields[19]
