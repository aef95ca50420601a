"""How a Prefect server and worker are started here, with every setting that measurements asked for.

This room starts ``python -m prefect`` as a program; it does not import it.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from tasks.settings import HOME, Settings, surroundings

POOL = "wechat-ops"
AUTOMATION = "wechat-ops KPI turned red"


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
        **(extra or {}),
    }


def inherited() -> dict[str, str]:
    """The caller's environment without Prefect settings of some other installation."""
    return {k: v for k, v in surroundings().items() if not k.startswith("PREFECT_")}


def server_command() -> list[str]:
    """Start the API and UI on the host and port of the environment."""
    return [sys.executable, "-m", "prefect", "server", "start"]


def worker_command() -> list[str]:
    """Start a worker that runs flows as processes."""
    return [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]


def pool_command() -> list[str]:
    """Create the work pool, or leave it as it is."""
    return [sys.executable, "-m", "prefect", "work-pool", "create", POOL, "--type", "process", "--overwrite"]


def deploy_command(file: Path = HOME / "prefect.yaml") -> list[str]:
    """Register every deployment of ``prefect.yaml``."""
    return [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(file)]


def automation_known_command() -> list[str]:
    """Succeeds when the sample automation is there already; a brand's changes to it are kept."""
    return [sys.executable, "-m", "prefect", "automation", "inspect", AUTOMATION]


def automation_command(file: Path) -> list[str]:
    """Register the automations of a YAML file."""
    return [sys.executable, "-m", "prefect", "automation", "create", "-f", str(file)]
