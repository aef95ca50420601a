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

from tasks import simulate
from tasks.bring import inbox
from tasks.calendars import ONE_DAY, Week, start_of
from tasks.sandbox.mail import mails
from tasks.services import prefect_server, processes
from tasks.services.processes import Running, Say
from tasks.settings import HOME, Settings


def demonstrate(settings: Settings, *, persons: int, days: int, keep: bool, say: Say) -> int:
    """Show the main job; returns the exit code (0 shown, 1 a step failed)."""
    began = time.monotonic()
    home = settings.data_dir.resolve() / "demo"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    here = settings.model_copy(update={"data_dir": home})
    # At night yesterday's figures are not out yet; then the day before is the newest there is to show.
    day = simulate.newest_told()
    today = day + ONE_DAY
    week = Week.parse("last", start_of(today))
    sold_hard = week.window.start + 2 * ONE_DAY
    options = (
        "--today",
        str(today),
        "--accident",
        f"checkout_broken:{day - 2 * ONE_DAY}:{today}:0.9",
        "--accident",
        f"pushy_message:{sold_hard}:{sold_hard + ONE_DAY}",
        *DRIFT,
    )
    started: list[Running] = []
    try:
        say("1/6  starting the simulated WeChat and a Prefect server on free loopback ports …")
        port, pages, web, mail = (processes.free_port() for _ in range(4))
        extra = {
            **simulate.sandbox_environment(here, web, mail, persons),
            "WECHAT_OPS_DATA_DIR": str(home),
            "WECHAT_OPS_REPORT_URL": f"http://127.0.0.1:{pages}" if keep else "",
        }
        env = prefect_server.environment(here, port, extra)
        server = prefect_server.start_server(here, env, port, wait=False)
        started.append(server)
        options = (*options, "--mail-dir", str(home / "mail"), "--files-dir", str(inbox(here)))
        started.append(
            simulate.start_sandbox(here, web, mail, environment=extra, persons=persons, options=options)
        )
        say(f"     {persons} simulated persons on http://127.0.0.1:{web}")
        processes.wait_for(prefect_server.health_of(port), server, seconds=120)
        say(f"     Prefect UI on http://127.0.0.1:{port}   ({time.monotonic() - began:.0f} s)")

        say(
            "2/6  import the files of the teams: GMV, spend, campaigns, invites, events, surveys, incidents …"
        )
        run_flow(["import"], env, say)
        first = day - (days - 1) * ONE_DAY
        say(f"3/6  backfill {first} … {day - ONE_DAY}: pull over HTTP, build, measure, judge …")
        run_flow(["backfill", "--start", str(first), "--end", str(day - ONE_DAY)], env, say)
        say(f"4/6  daily sync of {day} (planted accident: the checkout is broken for three days) …")
        run_flow(["daily-sync", "--date", str(day)], env, say)
        say(f"5/6  what the team does about it, and the content retrospective of {week} …")
        for text, due in (
            ("文章到下单的跳转补测", week.window.last),
            ("停用一个模板，观察一周", week.window.last + 7 * ONE_DAY),
        ):
            run_flow(
                ["record-action", "--about", "browse_to_order", "--kind", "cause_analysis", "--text", text,
                 "--owner", "内容组", "--recorded-by", "吴思远", "--due-date", str(due)],
                env,
                say,
            )  # fmt: skip
        run_flow(["weekly-content-retrospective", "--week", str(week)], env, say)

        say(f"6/6  what happened   ({time.monotonic() - began:.0f} s)")
        tell(here, day, week, web, port, say)
        if keep:
            started.append(prefect_server.start_pages(here, pages))
            prefect_server.register(here, env, say)
            started.append(prefect_server.start_worker(here, env))
            say("     everything keeps running, start runs from the UI; Ctrl-C stops it")
            wait_for_interrupt()
    except subprocess.CalledProcessError as error:
        say(f"the step failed with exit code {error.returncode}; logs: {home / 'logs'}")
        return 1
    finally:
        for service in reversed(started):
            processes.stop(service)
    say(f"     stopped what was started after {time.monotonic() - began:.0f} s; everything stays in {home}")
    if not keep:
        say("     make demo KEEP=1 leaves it running for a look at the UI")
    return 0


DRIFT = ("--drift", "private_users=0.85", "--drift", "reply_minutes=1.4", "--drift", "d7_retention=0.9")
"""How the demo's brand strays from its plan, so that every colour is seen."""


def run_flow(arguments: list[str], env: dict[str, str], say: Say) -> None:
    """One flow from the command line; of its log, what a reader wants to see, as it comes.

    Raises:
        CalledProcessError: the flow failed.
    """
    command = [sys.executable, "-m", "flows", *arguments]
    with subprocess.Popen(
        command, env=env, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        for line in child.stdout or ():
            told = told_of(line)
            if told:
                say(f"     {told}")
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def told_of(line: str) -> str:
    """A log line without clock and level; nothing for what only repeats."""
    text = line.rstrip().rsplit(" | ", 1)[-1]
    step = re.match(r"Task run '(\w+?)(?:-\w+)?' - Finished in state Completed", text)
    if step:
        return f"{step[1]} ✔" if not step[1].startswith("pull") else ""
    if "View at" in text or text.startswith(("Beginning flow run", "Flow run '")):
        return ""
    return text.rsplit(" - ", 1)[-1] if text.startswith("Task run") else text


def tell(here: Settings, day: dt.date, week: Week, web: int, port: int, say: Say) -> None:
    """Where the reports, the e-mails, the chat message and the runs are to be seen."""
    for page in (f"digest-{day}.html", f"retrospective-{week}.html"):
        say(f"     report page   {here.reports / page}")
    for mail in mails(here.data_dir / "mail"):
        for line in mail.text("plain").splitlines()[:3]:
            say(f"     {line}")
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
