import json
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage

import httpx
import pytest

from tasks.sandbox.serve import running
from tasks.settings import HOME

PROGRAM = """
import datetime as dt, pathlib, sys
from tasks.sandbox.serve import serve
folder = pathlib.Path(sys.argv[1])
serve(0, persons=200, seed=3, today=dt.date(2026, 7, 21), mail_port=0, mail_dir=folder / "mail",
      faults=["busy:/datacube/"], ready_file=folder / "ready.json")
"""


def test_a_world_is_served_from_a_thread(world):
    with running(world) as place:
        said = httpx.get(place.base_url + "/sandbox/state").json()
        assert said["world_today"] == "2026-07-21"
        assert place.sandbox.calls.total() == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(place.base_url + "/sandbox/state")


def test_a_wait_and_a_cut_connection_are_real(world):
    with running(world, faults=["timeout:/a", "timeout=drop:/cgi-bin/token"]) as (url, sandbox):
        sandbox.faults.add("timeout:/cgi-bin/gettoken")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(url + "/cgi-bin/gettoken", timeout=0.3)
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(url + "/cgi-bin/token", timeout=5)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_process_serves_says_where_and_ends_cleanly(tmp_path, end):
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        cwd=HOME,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        ready = tmp_path / "ready.json"
        for _ in range(600):
            if ready.exists() or program.poll() is not None:
                break
            time.sleep(0.05)
        said = json.loads(ready.read_text(encoding="utf-8"))
        state = httpx.get(said["base_url"] + "/sandbox/state").json()
        assert state["running"] is True
        assert state["now"].startswith("2026-07-21T13:0")
        assert state["faults"] == ["busy:/datacube/"]
        with smtplib.SMTP("127.0.0.1", said["mail_port"]) as smtp:
            message = EmailMessage()
            message["Subject"] = "hello"
            smtp.send_message(message, "a@brand.example", ["b@brand.example"])
        assert httpx.get(said["base_url"] + "/sandbox/mail").json()["messages"][0]["subject"] == "hello"
    finally:
        program.send_signal(end)
        out, _ = program.communicate(timeout=20)
    assert program.returncode == 0
    assert out == b""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", said["mail_port"]), timeout=1)
