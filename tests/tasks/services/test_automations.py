"""Automations on a Prefect server's REST API as far as we use it; the real server is asked in tests/flows."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tasks.errors import ConfigurationError
from tasks.services import automations
from tasks.settings import HOME

SHIPPED = HOME / "deployments" / "automations.yaml"
DEPLOYMENTS = {"emergency-plan": "id-of-the-plan", "watchdog": "id-of-the-dog"}


class Server(ThreadingHTTPServer):
    there: list[dict[str, Any]]
    busy: int
    deployments: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def answer(self, status: int, body: object) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_GET(self) -> None:
        name = self.path.rsplit("/", 1)[1]
        known = self.server.deployments.get(name)
        self.answer(200 if known else 404, {"id": known} if known else {"detail": "Deployment not found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.busy:
            self.server.busy -= 1
            self.answer(503, {"exception_message": "database is locked"})
        elif self.path.endswith("/filter"):
            names = body["automations"]["name"]["any_"]
            self.answer(200, [entry for entry in self.server.there if entry["name"] in names])
        else:
            self.server.there.append(body)
            self.answer(201, body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.there, made.busy, made.deployments = [], 0, dict(DEPLOYMENTS)
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def api(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/api"


def test_what_ships_is_installed_once_with_the_ids_of_its_deployments(server: Server) -> None:
    created = automations.install(api(server), SHIPPED)

    assert len(created) == 2
    assert [entry["actions"][0]["deployment_id"] for entry in server.there] == list(DEPLOYMENTS.values())
    assert all("deployment" not in action for entry in server.there for action in entry["actions"])
    assert automations.install(api(server), SHIPPED) == []
    assert len(server.there) == 2


def test_an_automation_that_the_brand_has_changed_is_left_alone(server: Server) -> None:
    automations.install(api(server), SHIPPED)
    server.there[0]["actions"] = [{"type": "do-nothing"}]
    del server.there[1]

    assert len(automations.install(api(server), SHIPPED)) == 1
    assert server.there[0]["actions"] == [{"type": "do-nothing"}]


def test_a_server_that_is_busy_for_a_moment_is_asked_again(server: Server) -> None:
    server.busy = 1

    assert len(automations.install(api(server), SHIPPED)) == 2


def test_a_deployment_that_is_not_registered_is_named(server: Server) -> None:
    del server.deployments["watchdog"]

    with pytest.raises(ConfigurationError, match="deployments/name/watchdog/watchdog .*Deployment not found"):
        automations.install(api(server), SHIPPED)


@pytest.mark.parametrize("text", ["automations: [", "other: []", "automations: [{description: x}]"])
def test_a_file_that_is_none_is_named(server: Server, tmp_path: Path, text: str) -> None:
    file = tmp_path / "automations.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r"automations.yaml cannot be read"):
        automations.install(api(server), file)
