"""`make up` on a fresh machine: deployments with scheduled runs, a worker that runs them, and a clean `down`."""

import datetime as dt
import json
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tasks import settings, simulate
from tasks.sandbox.mail import mails
from tasks.services import prefect_state, processes
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

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
            method=method,
        )
        for rest in (4, 3, 2, 1, 0):
            try:
                with urllib.request.urlopen(request) as answer:
                    said = answer.read()
                break
            except urllib.error.HTTPError as error:
                # "Try again": another request held the server's SQLite file.
                if error.code != 503 or not rest:
                    raise
                time.sleep(1)
        return json.loads(said) if said else None

    def wait_for_event(self, name: str, kind: str, labels: dict[str, str]) -> dict[str, Any]:
        """The newest event of that name about a ``metric`` or ``notice`` whose resource carries the labels."""
        wanted = {"filter": {"event": {"name": [name]}}}
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            for event in self.ask("events/filter", wanted)["events"]:
                about = event["resource"]["prefect.resource.id"]
                if about.startswith(f"wechat-ops.{kind}.") and labels.items() <= event["resource"].items():
                    return dict(event)
            time.sleep(1)
        raise AssertionError(f"no event {name} {labels}")

    def wait_for_runs(self, deployment: str, *states: str, count: int = 1) -> list[dict[str, Any]]:
        """The runs of a deployment, once ``count`` of them and all there are have ended in one of the states."""
        wanted = {"deployments": {"name": {"any_": [deployment]}}}
        deadline = time.monotonic() + 120
        runs: list[dict[str, Any]] = []
        while time.monotonic() < deadline:
            runs = self.ask("flow_runs/filter", wanted)
            ended = [run for run in runs if run["state_type"] in {"COMPLETED", "FAILED", "CRASHED"}]
            if len(ended) == len(runs) >= count:
                assert {run["state_type"] for run in runs} <= set(states), [run["state"] for run in runs]
                return runs
            time.sleep(1)
        raise AssertionError([(run["name"], run["state"]) for run in runs])

    def actions(self) -> set[str]:
        """Ids of the actions that are written down."""
        with sqlite3.connect(self.folder / "data" / "ops.db") as ops:
            return {str(row[0]) for row in ops.execute("select action_id from action")}

    def services(self) -> list[processes.Running]:
        return processes.recall(self.folder / "data" / "run" / "services.json")


def two_ports() -> int:
    while True:
        port = processes.free_port()
        if not processes.port_taken(port + 1):
            return port


def routes_by_day(folder: Path) -> str:
    """The routes that ship, without quiet hours: this test may run at night."""
    lines = (HOME / "deployments" / "routes.toml").read_text(encoding="utf-8").splitlines()
    routes = folder / "routes.toml"
    routes.write_text(
        "\n".join(line for line in lines if not line.startswith("quiet_hours")), encoding="utf-8"
    )
    return str(routes)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    environment = {
        name: value
        for name, value in settings.surroundings().items()
        if not name.startswith(("PREFECT_", "WECHAT_OPS_"))
    } | {"WECHAT_OPS_DATA_DIR": str(folder / "data"), "WECHAT_OPS_ROUTES_FILE": routes_by_day(folder)}
    made = Installation(folder, two_ports(), two_ports(), environment)
    begun = made.flows("up", "--port", str(made.port), "--sandbox", "--sandbox-port", str(made.sandbox))
    assert begun.returncode == 0, begun.stdout + begun.stderr
    try:
        yield made
    finally:
        made.flows("down")


def test_every_deployment_is_registered_and_its_runs_are_scheduled(installation: Installation) -> None:
    deployments = {d["name"]: d for d in installation.ask("deployments/filter", {})}
    assert set(deployments) == set(prefect_state.expected(HOME / "prefect.yaml"))
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
    red = installation.wait_for_event("wechat-ops.alert.level-changed", "metric", {"wechat-ops.level": "red"})
    assert {"owner", "plan-version"} <= {r["prefect.resource.role"] for r in red["related"]}
    metric, since = red["payload"]["metric_id"], red["payload"]["since"]
    assert red["resource"]["prefect.resource.id"] == f"wechat-ops.metric.{metric}"
    installation.wait_for_runs("emergency-plan", "COMPLETED")
    assert f"e-{metric}-{since}" in installation.actions()


def test_when_no_daily_sync_completes_in_time_the_watchdog_is_started(installation: Installation) -> None:
    """Four hours and twenty minutes are cut to ten seconds; all else is as it ships."""
    automations = {a["name"]: a for a in installation.ask("automations/filter", {})}
    assert {name.split("：")[0] for name in automations} == {
        "wechat-ops KPI 变红",
        "wechat-ops 每日同步 13:00 未完成",
    }
    (late,) = [a for name, a in automations.items() if "13:00" in name]
    assert late["trigger"]["within"] == 4 * 3600 + 20 * 60, "from the first daily sync at 08:40 to 13:00"
    hurried = {key: late[key] for key in ("name", "description", "enabled", "actions")}
    hurried["trigger"] = {**late["trigger"], "within": 10}
    installation.ask(f"automations/{late['id']}", hurried, method="PUT")
    time.sleep(2)
    (deployment,) = [d for d in installation.ask("deployments/filter", {}) if d["name"] == "daily-sync"]
    pending = {
        "event": "prefect.flow-run.Pending",
        "id": str(uuid.uuid4()),
        "occurred": dt.datetime.now(dt.UTC).isoformat(),
        "resource": {"prefect.resource.id": f"prefect.flow-run.{uuid.uuid4()}"},
        "related": [
            {
                "prefect.resource.id": f"prefect.deployment.{deployment['id']}",
                "prefect.resource.role": "deployment",
                "prefect.resource.name": "daily-sync",
            }
        ],
        "payload": {},
    }
    installation.ask("events", [pending])
    (run,) = installation.wait_for_runs("watchdog", "COMPLETED", "FAILED")
    assert run["parameters"] == {"limit": "13:00"}


def test_a_form_of_the_ui_records_an_action_and_the_same_form_twice_is_one(
    installation: Installation,
) -> None:
    (deployment,) = [d for d in installation.ask("deployments/filter", {}) if d["name"] == "record-action"]
    form = deployment["parameter_openapi_schema"]["definitions"]["ActionForm"]["properties"]
    assert form["kind"]["title"] == "类别"
    assert "原因分析 · cause_analysis" in form["kind"]["enum"]
    filled = {
        "about": "oa_open_rate",
        "kind": "原因分析 · cause_analysis",
        "text": "看标题",
        "owner": "内容组",
    }
    before = installation.actions()
    for _ in range(2):
        installation.ask(
            f"deployments/{deployment['id']}/create_flow_run",
            {"parameters": {"action": {**filled, "recorded_by": "张三"}}},
        )
    installation.wait_for_runs("record-action", "COMPLETED", count=2)
    assert len(installation.actions() - before) == 1
    wrong = {"parameters": {"action": {**filled, "kind": "dance"}}}
    with pytest.raises(urllib.error.HTTPError) as refused:
        installation.ask(f"deployments/{deployment['id']}/create_flow_run", wrong)
    assert refused.value.code == 409


def test_an_alert_is_acknowledged_with_the_form_that_its_message_links_to(installation: Installation) -> None:
    mailbox = installation.folder / "data" / "sandbox" / "mail"
    link = next(
        found[1] for mail in mails(mailbox) if (found := re.search(r"确认收到 (http\S+)", mail.text("plain")))
    )
    form, _, query = link.partition("?")
    deployment = form.split("/")[-2]
    parameters = json.loads(urllib.parse.parse_qs(query)["parameters"][0])
    (key, *_) = parameters["acknowledgement"]["numbers"].split()
    schema = installation.ask(f"deployments/{deployment}")["parameter_openapi_schema"]
    fields = schema["definitions"]["Acknowledgement"]["properties"]
    assert [field["title"] for field in fields.values()] == ["预警编号", "或选择指标", "姓名", "说明"]
    assert any(choice.endswith(f" · {key}") for choice in fields["alerts"]["items"]["enum"])
    with pytest.raises(urllib.error.HTTPError) as refused:
        installation.ask(f"deployments/{deployment}/create_flow_run", {"parameters": parameters})
    assert refused.value.code == 409, "nobody acknowledges without a name"
    parameters["acknowledgement"] |= {"by": "王珂", "note": "今天改版"}
    installation.ask(f"deployments/{deployment}/create_flow_run", {"parameters": parameters})
    (run,) = installation.wait_for_runs("acknowledge-alert", "COMPLETED")
    assert run["name"].startswith(f"acknowledge-alert-{key}")
    (line,) = [line for line in installation.flows("alerts").stdout.splitlines() if f" {key} " in line]
    assert "王珂 已确认" in line
    later = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9))
    said = installation.flows("alerts", "snooze", key, "--until", later, "--reason", "大促", "--by", "王珂")
    assert said.returncode == 0, said.stderr
    assert f"暂缓至 {later}（王珂：大促）" in said.stdout
    assert installation.flows("alerts", "acknowledge", "aov", "--by", "王珂").returncode == 2


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
