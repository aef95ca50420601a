"""Bring up and take down what runs beside the flows (floor 5): Prefect server, worker, sandbox."""

import datetime as dt
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tasks import calendars
from tasks.errors import ConfigurationError
from tasks.sandbox.accounts import ACCOUNTS
from tasks.sandbox.serve import serve as simulate
from tasks.sandbox.world import Accident
from tasks.sandbox.world.pace import STRENGTHS, AccidentKind
from tasks.services import prefect_server, processes
from tasks.services.processes import Running
from tasks.settings import HOME, Settings, adopt, surroundings

Say = Callable[[str], None]
SANDBOX_KEY = "sandbox-only-key-never-for-real-data"


def run_file(settings: Settings) -> Path:
    """Where the started processes are written down."""
    return settings.data_dir.resolve() / "run" / "services.json"


def running(settings: Settings) -> list[Running]:
    """Processes of the last ``up`` that still live."""
    return [r for r in processes.recall(run_file(settings)) if processes.alive(r)]


@contextmanager
def prefect_api(settings: Settings, say: Say) -> Iterator[None]:
    """A Prefect API for a run from the command line.

    The one that the environment names, else the one that ``up`` started, else one of its own for as long as the
    run lasts, on the same database: its runs are seen again when the real server comes up.
    """
    if "PREFECT_API_URL" in surroundings():
        yield
        return
    address = run_file(settings).with_name("environment.json")
    if running(settings) and address.exists():
        adopt(json.loads(address.read_text(encoding="utf-8")))
        yield
        return
    say("no Prefect server is up: starting one for this run (about 20 s; `make up` keeps one running)")
    port = processes.free_port()
    env = prefect_server.environment(settings, port)
    server = start_server(settings, env, port)
    try:
        adopt({k: v for k, v in env.items() if k.startswith(("PREFECT_", "DO_NOT_TRACK"))})
        yield
    finally:
        processes.stop(server)


def up(settings: Settings, *, port: int, sandbox_port: int | None, say: Say) -> str:
    """Start server, work pool, deployments, automation, worker and, when a port is given, the sandbox.

    Raises:
        ConfigurationError: something is running already or a port is taken.
        Timeout: a service did not come up; what was started before it is stopped again.
    """
    if running(settings):
        raise ConfigurationError("already up; `make down` ends it first")
    for wanted in filter(None, (port, sandbox_port)):
        if processes.port_taken(wanted):
            raise ConfigurationError(
                f"port {wanted} on 127.0.0.1 is taken by another program; choose another one"
            )
    started: list[Running] = []
    try:
        extra = {"WECHAT_OPS_HOME": str(HOME), "WECHAT_OPS_DATA_DIR": str(settings.data_dir.resolve())}
        if sandbox_port:
            say(f"sandbox: the simulated WeChat on http://127.0.0.1:{sandbox_port}")
            extra |= sandbox_environment(settings, sandbox_port, sandbox_port + 1)
            started.append(start_sandbox(settings, sandbox_port, sandbox_port + 1, environment=extra))
        env = prefect_server.environment(settings, port, extra)
        say(f"Prefect server: http://127.0.0.1:{port} (up to 30 s on a new database)")
        started.append(start_server(settings, env, port))
        register(settings, env, say)
        worker, _ = processes.launch(
            "worker", prefect_server.worker_command(), env=env, log=log_of(settings, "worker"), cwd=HOME,
            stop_signal=signal.SIGINT,
        )  # fmt: skip
        started.append(worker)
        address = run_file(settings).with_name("environment.json")
        address.parent.mkdir(parents=True, exist_ok=True)
        address.write_text(json.dumps({k: env[k] for k in env if k.startswith(("PREFECT_", "WECHAT_OPS_"))}))
        address.chmod(0o600)
    except BaseException:
        for service in reversed(started):
            processes.stop(service)
        raise
    processes.remember(run_file(settings), started)
    return f"http://127.0.0.1:{port}"


def down(settings: Settings, say: Say) -> int:
    """End exactly what ``up`` started, newest first; the number of processes ended."""
    ended = 0
    for service in reversed(processes.recall(run_file(settings))):
        if processes.stop(service):
            say(f"stopped {service.name} (process {service.pid})")
            ended += 1
    run_file(settings).unlink(missing_ok=True)
    run_file(settings).with_name("environment.json").unlink(missing_ok=True)
    return ended


def start_server(settings: Settings, env: Mapping[str, str], port: int) -> Running:
    """A Prefect server that answers."""
    server, _ = processes.launch(
        "prefect server", prefect_server.server_command(), env=env, log=log_of(settings, "server"), cwd=HOME
    )
    try:
        processes.wait_for(f"http://127.0.0.1:{port}/api/health", server, seconds=120)
    except BaseException:
        processes.stop(server)
        raise
    return server


def register(settings: Settings, env: Mapping[str, str], say: Say) -> None:
    """Work pool, every deployment of ``prefect.yaml`` and the sample automation.

    Raises:
        ConfigurationError: Prefect refused one of them; its words are in the message.
    """
    steps = [("work pool", prefect_server.pool_command()), ("deployments", prefect_server.deploy_command())]
    if run(settings, prefect_server.automation_known_command(), env).returncode:
        file = HOME / "deployments" / "automations.yaml"
        steps.append(("automation", prefect_server.automation_command(file)))
    for what, command in steps:
        say(f"registering {what}")
        done = run(settings, command, env)
        if done.returncode:
            raise ConfigurationError(f"registering the {what} failed: {(done.stderr or done.stdout)[-800:]}")


def run(settings: Settings, command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """One command to its end, its words in the log."""
    done = subprocess.run(
        command,
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


def start_sandbox(
    settings: Settings,
    port: int,
    mail_port: int,
    *,
    environment: Mapping[str, str],
    options: tuple[str, ...] = (),
) -> Running:
    """The simulated WeChat as a process of its own."""
    command = [
        sys.executable,
        "-m",
        "flows",
        "sandbox",
        "--port",
        str(port),
        "--mail-port",
        str(mail_port),
        *options,
    ]
    sandbox, _ = processes.launch(
        "sandbox", command, env={**surroundings(), **environment}, log=log_of(settings, "sandbox"), cwd=HOME
    )
    try:
        processes.wait_for(f"http://127.0.0.1:{port}/sandbox/state", sandbox, seconds=120)
    except BaseException:
        processes.stop(sandbox)
        raise
    return sandbox


def sandbox_environment(settings: Settings, port: int, mail_port: int) -> dict[str, str]:
    """Settings and secrets that point the real system at a sandbox on these ports.

    Raises:
        ConfigurationError: an account is not one of the sandbox's, so it would refuse it.
    """
    base = f"http://127.0.0.1:{port}"
    accounts = settings.accounts()
    strangers = [a.account_id for a in accounts if a.app_id not in ACCOUNTS]
    if strangers:
        raise ConfigurationError(
            f"{settings.accounts_file}: the sandbox does not know {', '.join(strangers)}; set "
            "WECHAT_OPS_ACCOUNTS_FILE to the accounts.toml that was shipped to try the system on it"
        )
    return {
        **{account.secret: ACCOUNTS[account.app_id].secret for account in accounts},
        "WECHAT_OPS_BASE_URL": base,
        "WECHAT_OPS_SECRET_KEY": SANDBOX_KEY,
        "WECHAT_OPS_SMTP_HOST": "127.0.0.1",
        "WECHAT_OPS_SMTP_PORT": str(mail_port),
        "WECHAT_OPS_SMTP_SECURITY": "none",
        "SLACK_WEBHOOK_OPS": f"{base}/services/T000/B000/sandbox",
        "WECOM_BOT_OPS": f"{base}/cgi-bin/webhook/send?key=sandbox-ops",
    }


def sandbox(
    *,
    drift: Iterable[str],
    accidents: Iterable[str],
    say: Say,
    port: int,
    persons: int,
    today: dt.date,
    **options: Any,
) -> None:
    """Serve the simulated WeChat until it is told to stop.

    Raises:
        ConfigurationError: a drift or accident is malformed; the message shows the right form.
    """
    say(
        f"simulated WeChat of {persons} persons on http://127.0.0.1:{port}, today is {today}; Ctrl-C stops it"
    )
    simulate(
        port,
        persons=persons,
        today=today,
        drift=dict(map(drift_of, drift)),
        accidents=[accident_of(text) for text in accidents],
        **options,
    )


def drift_of(text: str) -> tuple[str, float]:
    """``open_rate=0.7`` as a pair."""
    kpi, _, share = text.partition("=")
    try:
        return kpi, float(share)
    except ValueError:
        raise ConfigurationError(f"'{text}' is no drift: write e.g. open_rate=0.7") from None


def accident_of(text: str) -> Accident:
    """``kind:start:end[:strength]``, end exclusive, as an accident."""
    kind, *rest = text.split(":")
    try:
        if kind not in STRENGTHS:
            raise ValueError(kind)
        start, end, *strength = rest
        force = float(strength[0]) if strength else None
        return Accident(
            cast("AccidentKind", kind), dt.date.fromisoformat(start), dt.date.fromisoformat(end), force
        )
    except ValueError:
        known = ", ".join(STRENGTHS)
        raise ConfigurationError(
            f"'{text}' is no accident: write kind:first day:day after:strength with one of {known}"
        ) from None


def log_of(settings: Settings, name: str) -> Path:
    """The log file of a service."""
    folder = settings.data_dir.resolve() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def today() -> dt.date:
    """Today's business date."""
    return calendars.business_date(calendars.now())
