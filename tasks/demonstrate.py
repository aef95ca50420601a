"""The main job end to end on the simulated WeChat, told in plain words (floor 5).

Nothing here is special to the demo: it starts the services that ``up`` starts, runs the flows from the command
line as an analyst would, and points them at the sandbox by settings.
"""

import datetime as dt
import re
import shutil
import subprocess
import sys
import time

from tasks import serve
from tasks.calendars import ONE_DAY
from tasks.sandbox.mail import mails
from tasks.serve import Say
from tasks.services import prefect_server, processes
from tasks.services.processes import Running
from tasks.settings import HOME, Settings

USERS_SHARE_AT_M6 = 0.6
"""The sandbox's world is built so that this share of its persons are private-domain users six months in."""


def demonstrate(settings: Settings, *, persons: int, days: int, keep: bool, say: Say) -> int:
    """Show the main job; returns the exit code (0 shown, 1 a step failed)."""
    began = time.monotonic()
    home = settings.data_dir.resolve() / "demo"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    here = settings.model_copy(update={"data_dir": home})
    yesterday = serve.today() - ONE_DAY
    accident = f"checkout_broken:{yesterday - 2 * ONE_DAY}:{serve.today()}:0.9"
    started: list[Running] = []
    try:
        say("1/5  starting the simulated WeChat and a Prefect server on free loopback ports …")
        port, web, mail = (processes.free_port() for _ in range(3))
        env = prefect_server.environment(here, port, demo_environment(here, web, mail, persons, days))
        server, _ = processes.launch(
            "prefect server",
            prefect_server.server_command(),
            env=env,
            log=serve.log_of(here, "server"),
            cwd=HOME,
        )
        started.append(server)
        options = (
            "--persons",
            str(persons),
            "--accident",
            accident,
            "--mail-dir",
            str(home / "mail"),
            *DRIFT,
        )
        started.append(serve.start_sandbox(here, web, mail, environment=env, options=options))
        say(f"     {persons} simulated persons on http://127.0.0.1:{web}")
        processes.wait_for(f"http://127.0.0.1:{port}/api/health", server, seconds=120)
        say(f"     Prefect UI on http://127.0.0.1:{port}   ({time.monotonic() - began:.0f} s)")

        first = yesterday - (days - 1) * ONE_DAY
        say(f"2/5  backfill {first} … {yesterday - ONE_DAY}: pull over HTTP, build, measure, judge …")
        run_flow(["backfill", "--start", str(first), "--end", str(yesterday - ONE_DAY)], env, say)
        say(f"3/5  daily sync of yesterday, {yesterday} (planted accident: checkout broken for three days) …")
        run_flow(["daily-sync", "--date", str(yesterday)], env, say)
        say(f"     ({time.monotonic() - began:.0f} s)")

        say("4/5  what happened")
        tell(here, yesterday, web, port, say)
        if keep:
            serve.register(here, env, say)
            worker, _ = processes.launch(
                "worker", prefect_server.worker_command(), env=env, log=serve.log_of(here, "worker"), cwd=HOME,
                stop_signal=2,
            )  # fmt: skip
            started.append(worker)
            say("5/5  everything keeps running; start runs from the UI; press Ctrl-C to stop")
            wait_for_interrupt()
    except subprocess.CalledProcessError as error:
        say(f"the step failed with exit code {error.returncode}; logs: {home / 'logs'}")
        return 1
    finally:
        for service in reversed(started):
            processes.stop(service)
        say(f"stopped what was started; reports, e-mails and data stay in {home}")
    if not keep:
        say(f"5/5  done in {time.monotonic() - began:.0f} s.  KEEP=1 leaves it running for a look at the UI")
    return 0


DRIFT = tuple(
    part
    for pair in (
        "open_rate=0.8",
        "community_active=0.7",
        "d7_retention=0.9",
        "share_rate=1.1",
        "exit_rate=0.85",
    )
    for part in ("--drift", pair)
)
"""How the demo's brand strays from its plan, so that every colour is seen."""


def demo_environment(here: Settings, web: int, mail: int, persons: int, days: int) -> dict[str, str]:
    """Settings of the demo: the sandbox's ports, and the shipped plan moved to its world's dates and size."""
    start = serve.today() - dt.timedelta(days=days)
    text = here.plan_file.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^start_date\s*=.*$", f"start_date = {start}", text, count=1)
    scale = USERS_SHARE_AT_M6 * persons / 1_000_000
    text = re.sub(r"(?m)^population_scale\s*=.*$", f"population_scale = {scale}", text, count=1)
    plan = here.data_dir / "plan.toml"
    plan.write_text(text, encoding="utf-8")
    return {
        **serve.sandbox_environment(here, web, mail),
        "WECHAT_OPS_DATA_DIR": str(here.data_dir),
        "WECHAT_OPS_PLAN_FILE": str(plan),
        "WECHAT_OPS_HOME": str(HOME),
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    }


def run_flow(arguments: list[str], env: dict[str, str], say: Say) -> None:
    """One flow from the command line, its log lines passed on as they come.

    Raises:
        CalledProcessError: the flow failed.
    """
    command = [sys.executable, "-m", "flows", *arguments]
    with subprocess.Popen(
        command, env=env, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        for line in child.stdout or ():
            text = line.rstrip().rsplit(" | ", 1)[-1]
            if text:
                say(f"     {text.rsplit(' - ', 1)[-1]}")
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def tell(here: Settings, day: dt.date, web: int, port: int, say: Say) -> None:
    """Where the report, the e-mail, the chat message and the runs are to be seen."""
    say(f"     report page   {here.reports / f'digest-{day}.html'}")
    for mail in mails(here.data_dir / "mail"):
        say(f"     e-mail        {mail.file}   {mail.subject}")
    say(f"     chat          http://127.0.0.1:{web}/sandbox/outbox  (Slack and WeCom robots)")
    say(f"     Prefect UI    http://127.0.0.1:{port}  runs, artifacts at /v2/artifacts, events")
    say(f"     facts         {here.lake}  (Delta tables)   ops database  {here.data_dir / 'ops.db'}")


def wait_for_interrupt() -> None:
    """Sleep until a person presses Ctrl-C."""
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        return
