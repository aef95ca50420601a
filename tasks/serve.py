"""Bring up and take down what runs beside the flows (floor 5): Prefect server, worker, report pages, sandbox."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.errors import ConfigurationError
from tasks.services import prefect_server, processes
from tasks.services.processes import Running, Say
from tasks.settings import Settings, adopt, surroundings
from tasks.simulate import sandbox_environment, start_sandbox

HANDING_OVER = 5
"""Seconds to wait for Prefect's own threads."""


def run_file(settings: Settings) -> Path:
    """Where the started processes are written down."""
    return settings.data_dir.resolve() / "run" / "services.json"


def environment_file(settings: Settings) -> Path:
    """Where later commands read which server they belong to; it holds no secret of the brand's."""
    return run_file(settings).with_name("environment.json")


def running(settings: Settings) -> list[Running]:
    """Processes of the last ``up`` that still live."""
    return [r for r in processes.recall(run_file(settings)) if processes.alive(r)]


def adopt_running(settings: Settings) -> bool:
    """Take on the settings of the services that the last ``up`` started; False when none of them lives."""
    if not running(settings) or not environment_file(settings).exists():
        return False
    adopt(json.loads(environment_file(settings).read_text(encoding="utf-8")))
    return True


@contextmanager
def prefect_api(settings: Settings, say: Say) -> Iterator[None]:
    """A Prefect API for a run from the command line.

    The one that the environment names, else the one that ``up`` started, else one of its own for as long as the
    run lasts, on the same database: its runs are seen again when the real server comes up.
    """
    if "PREFECT_API_URL" in surroundings() or adopt_running(settings):
        yield
        return
    say("no Prefect server is up: starting one for this run (about 20 s; `make up` keeps one running)")
    port = processes.free_port()
    env = prefect_server.environment(settings, port)
    server = prefect_server.start_server(settings, env, port)
    try:
        adopt({k: v for k, v in env.items() if k.startswith(("PREFECT_", "DO_NOT_TRACK"))})
        yield
    finally:
        hand_over()
        processes.stop(server)


def hand_over() -> None:
    """Send what Prefect still holds back: logs and events go out seconds late, when the server may be gone."""
    # Prefect reads its settings while it is imported, so that must not happen before they are adopted.
    from prefect.events.worker import EventsWorker  # noqa: PLC0415
    from prefect.logging.handlers import APILogHandler  # noqa: PLC0415

    APILogHandler().flush()
    EventsWorker.drain_all(timeout=HANDING_OVER)


@contextmanager
def prefect_api_if_up(settings: Settings) -> Iterator[None]:
    """The Prefect API that the environment names or ``up`` started, when there is one; none is started."""
    if "PREFECT_API_URL" not in surroundings() and running(settings) and environment_file(settings).exists():
        adopt(json.loads(environment_file(settings).read_text(encoding="utf-8")))
    yield


def up(settings: Settings, *, port: int, sandbox_port: int | None, say: Say) -> str:
    """Start server, work pool, deployments, automation, worker and, when a port is given, the sandbox.

    The report pages are served on the port after the server's, the sandbox's mail sink on the one after its own.

    Raises:
        ConfigurationError: something is running already or a port is taken.
        Timeout: a service did not come up; what was started before it is stopped again.
    """
    if running(settings):
        raise ConfigurationError("already up; `make down` ends it first")
    for wanted in (port, port + 1, *((sandbox_port, sandbox_port + 1) if sandbox_port else ())):
        if processes.port_taken(wanted):
            raise ConfigurationError(
                f"port {wanted} on 127.0.0.1 is taken by another program; choose another one"
            )
    started: list[Running] = []

    def note(service: Running) -> None:
        started.append(service)
        processes.remember(run_file(settings), started)

    try:
        extra = {
            "WECHAT_OPS_DATA_DIR": str(settings.data_dir.resolve()),
            "WECHAT_OPS_REPORT_URL": settings.report_url or f"http://127.0.0.1:{port + 1}",
            "WECHAT_OPS_UI_URL": settings.ui_url or f"http://127.0.0.1:{port}/v2",
        }
        if sandbox_port:
            say(f"sandbox: the simulated WeChat on http://127.0.0.1:{sandbox_port}")
            extra |= sandbox_environment(settings, sandbox_port, sandbox_port + 1)
            note(start_sandbox(settings, sandbox_port, sandbox_port + 1, environment=extra))
        env = prefect_server.environment(settings, port, extra)
        say(f"Prefect server: http://127.0.0.1:{port} (up to 30 s on a new database)")
        note(prefect_server.start_server(settings, env, port))
        note(prefect_server.start_pages(settings, port + 1))
        prefect_server.register(settings, env, say)
        note(prefect_server.start_worker(settings, env))
        known = {k: env[k] for k in env if k.startswith("PREFECT_")} | extra
        environment_file(settings).write_text(json.dumps(known), encoding="utf-8")
    except BaseException:
        for service in reversed(started):
            processes.stop(service)
        run_file(settings).unlink(missing_ok=True)
        raise
    return f"http://127.0.0.1:{port}"


def down(settings: Settings, say: Say) -> int:
    """End exactly what ``up`` started, newest first; the number of processes ended."""
    ended = 0
    for service in reversed(processes.recall(run_file(settings))):
        if processes.stop(service):
            say(f"stopped {service.name} (process {service.pid})")
            ended += 1
    run_file(settings).unlink(missing_ok=True)
    environment_file(settings).unlink(missing_ok=True)
    return ended
