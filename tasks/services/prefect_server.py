"""How a Prefect server and worker are started here, with every setting that measurements asked for.

This room starts ``python -m prefect`` as a program; it does not import it.
"""

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tasks.errors import ConfigurationError
from tasks.services import automations
from tasks.services.processes import Running, Say, launch, up_at
from tasks.settings import HOME, Settings, surroundings

PREFECT = [sys.executable, "-m", "prefect"]
POOL = "wechat-ops"


def environment(settings: Settings, port: int, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environment for server, worker and flow runs that belong together on one loopback port."""
    api = f"http://127.0.0.1:{port}/api"
    return {
        **inherited(),
        "PREFECT_HOME": str(settings.data_dir.resolve() / "prefect"),
        "PREFECT_API_URL": api,
        "PREFECT_UI_URL": f"http://127.0.0.1:{port}/v2",
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        # With the default in-memory leases a server restart crashes runs and leaks their slots.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        # The server's event handling is the bottleneck; batched it takes 40 % of the CPU.
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_SERVICES_TRIGGERS_READ_BATCH_SIZE": "50",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(HOME),
        "WECHAT_OPS_HOME": str(HOME),
        **(extra or {}),
    }


def inherited() -> dict[str, str]:
    """The caller's environment without Prefect settings of some other installation."""
    return {k: v for k, v in surroundings().items() if not k.startswith("PREFECT_")}


def log_of(settings: Settings, name: str) -> Path:
    """The log file of a service."""
    folder = settings.data_dir.resolve() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def start_server(settings: Settings, env: Mapping[str, str], port: int, *, wait: bool = True) -> Running:
    """The API and UI on the host and port of the environment; it answers unless ``wait`` is off.

    Raises:
        Timeout: it did not come up; the message names its log.
    """
    server, _ = launch(
        "prefect server", [*PREFECT, "server", "start"], env=env, log=log_of(settings, "server"), cwd=HOME
    )
    return up_at(health_of(port), server) if wait else server


def health_of(port: int) -> str:
    """Answers 200 when the server is ready."""
    return f"http://127.0.0.1:{port}/api/health"


def start_worker(settings: Settings, env: Mapping[str, str]) -> Running:
    """A worker that runs flows as processes. It turns SIGTERM into SIGINT itself, so it is sent the latter."""
    command = [*PREFECT, "worker", "start", "--pool", POOL, "--type", "process"]
    worker, _ = launch(
        "worker", command, env=env, log=log_of(settings, "worker"), cwd=HOME, stop_signal=signal.SIGINT
    )
    return worker


def start_pages(settings: Settings, port: int) -> Running:
    """The finished report pages on loopback: a browser follows no file link from the UI's pages.

    Raises:
        Timeout: it did not come up; the message names its log.
    """
    settings.reports.mkdir(parents=True, exist_ok=True)
    folder = str(settings.reports.resolve())
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", folder]
    pages, _ = launch("report pages", command, env=surroundings(), log=log_of(settings, "pages"), cwd=HOME)
    return up_at(f"http://127.0.0.1:{port}/", pages)


def register(settings: Settings, env: Mapping[str, str], say: Say) -> None:
    """Work pool, every deployment of ``prefect.yaml`` and the automations that are not there yet.

    Raises:
        ConfigurationError: Prefect refused one of them; its words are in the message.
    """
    pool = ["work-pool", "create", POOL, "--type", "process", "--overwrite"]
    deploy = ["--no-prompt", "deploy", "--all", "--prefect-file", str(HOME / "prefect.yaml")]
    for what, arguments in (("work pool", pool), ("deployments", deploy)):
        say(f"registering {what}")
        done = run(settings, arguments, env)
        if done.returncode:
            raise ConfigurationError(f"registering the {what} failed: {(done.stderr or done.stdout)[-800:]}")
    say("registering automations")
    automations.install(env["PREFECT_API_URL"], HOME / "deployments" / "automations.yaml")


def run(settings: Settings, arguments: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """One Prefect command to its end, its words in the log."""
    done = subprocess.run(
        [*PREFECT, *arguments],
        env=dict(env),
        cwd=HOME,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    with log_of(settings, "register").open("a", encoding="utf-8") as log:
        log.write(done.stdout + done.stderr)
    return done
