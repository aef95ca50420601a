"""`make up` on a fresh machine: deployments with scheduled runs, a worker that runs them, and a clean `down`."""

import datetime as dt
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks import settings, simulate
from tasks.services import processes
from tasks.settings import HOME


@dataclass
class Installation:
    folder: Path
    port: int
    sandbox: int
    environment: dict[str, str]

    def flows(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows", *arguments],
            cwd=HOME,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def services(self) -> list[processes.Running]:
        return processes.recall(self.folder / "data" / "run" / "services.json")


def two_ports() -> int:
    while True:
        port = processes.free_port()
        if not processes.port_taken(port + 1):
            return port


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    environment = {
        name: value
        for name, value in settings.surroundings().items()
        if not name.startswith(("PREFECT_", "WECHAT_OPS_"))
    } | {"WECHAT_OPS_DATA_DIR": str(folder / "data")}
    made = Installation(folder, two_ports(), two_ports(), environment)
    begun = made.flows("up", "--port", str(made.port), "--sandbox", "--sandbox-port", str(made.sandbox))
    assert begun.returncode == 0, begun.stdout + begun.stderr
    try:
        yield made
    finally:
        made.flows("down")


def test_every_deployment_is_registered_and_its_runs_are_scheduled(installation: Installation) -> None:
    deployments = {d["name"]: d for d in installation.ask("deployments/filter", {})}
    assert set(deployments) == {"daily-sync", "backfill", "doctor", "import-files"}
    crons = {s["schedule"]["cron"]: s["parameters"] for s in deployments["daily-sync"]["schedules"]}
    assert crons == {
        "40 8 * * *": {"send": "when_complete"},
        "40 10 * * *": {"send": "when_complete"},
        "40 12 * * *": {"send": "always"},
    }
    deadline = time.monotonic() + 60
    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    while not (runs := installation.ask("flow_runs/filter", wanted)) and time.monotonic() < deadline:
        time.sleep(1)
    assert len(runs) >= 3, "deployments look healthy, but nothing would ever run"


def test_the_form_speaks_chinese_and_refuses_nonsense(installation: Installation) -> None:
    (deployment,) = [d for d in installation.ask("deployments/filter", {}) if d["name"] == "daily-sync"]
    form = deployment["parameter_openapi_schema"]["properties"]
    assert set(form) == {"date", "accounts", "revise_days", "send"}
    assert "业务日期" in form["date"]["description"]
    assert form["send"]["enum"] == ["when_complete", "always", "never"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        installation.ask(
            f"deployments/{deployment['id']}/create_flow_run", {"parameters": {"date": "last tuesday"}}
        )
    assert refused.value.code == 409


def test_a_run_from_the_ui_leaves_artifacts_and_an_event_that_triggers_the_automation(
    installation: Installation,
) -> None:
    (deployment,) = [d for d in installation.ask("deployments/filter", {}) if d["name"] == "daily-sync"]
    run = installation.ask(f"deployments/{deployment['id']}/create_flow_run", {"parameters": {}})
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        state = installation.ask(f"flow_runs/{run['id']}")["state"]
        if state["type"] in {"COMPLETED", "FAILED", "CRASHED"}:
            break
        time.sleep(1)
    assert state["type"] == "COMPLETED", state
    seen = installation.ask(f"flow_runs/{run['id']}")
    assert seen["name"].startswith("daily-sync-20")
    assert {"wechat-ops", "daily"} <= set(seen["tags"])
    artifacts = {a["key"]: a for a in installation.ask("artifacts/latest/filter", {})}
    assert {"digest", "kpi-progress", "digest-page", "pull-oa-main"} <= set(artifacts)
    assert artifacts["pull-oa-main"]["data"] == 100
    page = artifacts["digest-page"]["data"].split("](")[1].rstrip(")")
    with urllib.request.urlopen(page) as answer:
        assert "运营日报" in answer.read().decode()
    names = set()
    while time.monotonic() < deadline and "prefect.automation.triggered" not in names:
        events = installation.ask(
            "events/filter", {"filter": {"event": {"exclude_prefix": ["prefect.task-run"]}}}
        )
        names = {event["event"] for event in events["events"]}
        time.sleep(1)
    assert "wechat-ops.alert.level-changed" in names
    assert "prefect.automation.triggered" in names


def test_the_command_line_uses_the_server_that_is_up(installation: Installation) -> None:
    before = len(installation.ask("flow_runs/filter", {}))
    done = installation.flows("daily-sync", "--send", "never")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "done:" in done.stdout
    assert len(installation.ask("flow_runs/filter", {})) == before + 1


def test_the_doctor_finds_the_worker_and_the_schedules_of_what_is_up(installation: Installation) -> None:
    seen = installation.flows("doctor", "--json", "--accounts", "mp_mall")
    found = {one["check"]: one for one in json.loads(seen.stdout)}
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert {
        name: found[name]["status"] for name in ("token", "prefect", "worker", "schedules")
    } == dict.fromkeys(("token", "prefect", "worker", "schedules"), "ok")
    assert not [name for name, one in found.items() if one["status"] == "fail"]


def test_wrong_usage_is_told_apart_from_a_failed_job(installation: Installation) -> None:
    assert installation.flows("daily-sync", "--send", "perhaps").returncode == 2
    assert installation.flows("daily-sync", "--date", "2099-01-01").returncode == 2
    assert installation.flows("daily-sync", "--accounts", "nobody").returncode == 2
    assert installation.flows("no-such-command").returncode == 2
    urllib.request.urlopen(
        urllib.request.Request(
            f"http://127.0.0.1:{installation.sandbox}/sandbox/faults",
            data=json.dumps(
                {"add": ["unauthorised:/cgi-bin/externalcontact/get_user_behavior_data"]}
            ).encode(),
            headers={"content-type": "application/json"},
        )
    ).close()
    failed = installation.flows(
        "daily-sync", "--date", str(simulate.newest_told() - dt.timedelta(days=20)), "--send", "never"
    )
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert "成员联系客户统计" in failed.stderr


def test_up_refuses_to_start_twice(installation: Installation) -> None:
    again = installation.flows("up", "--port", str(two_ports()))
    assert again.returncode == 2
    assert "make down" in again.stderr


def test_down_ends_exactly_what_up_started(installation: Installation) -> None:
    services = installation.services()
    assert {s.name for s in services} == {"sandbox", "prefect server", "report pages", "worker"}
    assert all(map(processes.alive, services))
    ended = installation.flows("down")
    assert ended.returncode == 0
    assert not any(map(processes.alive, services))
    assert "nothing was running" in installation.flows("down").stdout
