"""A Prefect server's REST API as far as the doctor reads it; the real server is asked in tests/flows."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tasks.errors import BadCredential, Busy, ConfigurationError
from tasks.services.prefect_state import Deployment, answers, expected, look
from tasks.settings import HOME

ANSWERS: dict[str, object] = {}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = ANSWERS.get(self.path)
        if known == 401 and self.headers["Authorization"] == "Basic YWRtaW46cGFzcw==":
            known = True
        status = known if isinstance(known, int) and not isinstance(known, bool) else 200 if known else 404
        body = json.dumps(known).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    ANSWERS.clear()
    ANSWERS.update({"/api/health": True, "/api/admin/version": "3.8.8"})
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


def test_pool_and_schedules_are_read(api: str) -> None:
    ANSWERS["/api/work_pools/ops"] = {"status": "READY", "is_paused": False}
    on, off = {"active": True}, {"active": False}
    ANSWERS["/api/deployments/name/daily/daily"] = {"paused": False, "schedules": [on, off, on]}
    ANSWERS["/api/deployments/name/weekly/weekly"] = {"paused": True, "schedules": [on]}
    seen = look(api, "ops", ["daily", "weekly", "monthly"])
    assert (seen.version, seen.pool) == ("3.8.8", "ready")
    assert seen.deployments == (
        Deployment("daily", True, 2, 1),
        Deployment("weekly", True, 0, 1),
        Deployment("monthly", is_there=False),
    )


@pytest.mark.parametrize(
    ("pool", "told"),
    [
        ({"status": "NOT_READY", "is_paused": False}, "not_ready"),
        ({"status": None, "is_paused": False}, "not_ready"),
        ({"status": "READY", "is_paused": True}, "paused"),
        (None, ""),
    ],
)
def test_a_pool_without_a_worker_is_told_from_one_that_is_paused_or_gone(
    api: str, pool: object, told: str
) -> None:
    ANSWERS["/api/work_pools/ops"] = pool
    assert look(api, "ops", []).pool == told


def test_a_server_that_wants_a_login_gets_it_or_is_told_of(api: str) -> None:
    ANSWERS["/api/admin/version"] = 401
    with pytest.raises(BadCredential, match="refuses us"):
        look(api, "ops", [])
    assert look(api, "ops", [], auth="admin:pass").version == "True"


def test_a_server_that_is_gone_or_ill_is_told_of(api: str) -> None:
    assert answers(api)
    ANSWERS["/api/admin/version"] = 500
    with pytest.raises(Busy, match="HTTP 500"):
        look(api, "ops", [])
    assert not answers("http://127.0.0.1:9/api")
    with pytest.raises(Busy, match="does not answer"):
        look("http://127.0.0.1:9/api", "ops", [])


def test_our_own_deployments_are_expected(tmp_path: Path) -> None:
    wanted = expected(HOME / "prefect.yaml")
    assert wanted["daily-sync"] == 3
    assert wanted["doctor"] == 0
    with pytest.raises(ConfigurationError, match="cannot be read"):
        expected(tmp_path / "none.yaml")
