"""A server that was started for one run ends after everything was told to it."""

import json
import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prefect.logging.handlers import APILogHandler
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from tasks.serve import hand_over


@contextmanager
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address, and the log messages that were sent to it."""
    told: list[str] = []

    class Logs(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path.endswith("/logs/"):
                told.extend(entry["message"] for entry in body)
            self.send_response(201)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.send_error(404)  # no CSRF token is wanted

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing: the terminal is the test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Logs)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api", told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_last_words_of_a_run_reach_the_server_before_it_ends(capsys: pytest.CaptureFixture[str]) -> None:
    last = logging.LogRecord(
        "prefect.flow_runs", logging.ERROR, __file__, 1, "Finished in state Failed", (), None
    )
    last.flow_run_id = str(uuid.uuid4())
    with listener() as (address, told):
        with temporary_settings({PREFECT_API_URL: address, PREFECT_LOGGING_TO_API_ENABLED: True}):
            APILogHandler().emit(last)
            assert told == [], "Prefect keeps it back for two seconds"
            hand_over()
        assert told == ["Finished in state Failed"]
    assert "Error logging to API" not in capsys.readouterr().err
