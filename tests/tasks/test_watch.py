"""The watchdog: what it says when things stand still, whom it tells, and how often."""

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tasks import settings
from tasks.calendars import SHANGHAI, Window
from tasks.connections import Connections
from tasks.errors import ConfigurationError
from tasks.opsdb import ledger, metrics, outcomes
from tasks.records import Cell, MetricValue, Outcome, Verdict
from tasks.sandbox.mail import MailSink
from tasks.services import processes
from tasks.settings import HOME, Settings
from tasks.watch import Problem, clock_of, due_day, tell, watch

LIMIT = dt.time(13)
NOON = dt.datetime(2026, 7, 21, 13, 5, tzinfo=SHANGHAI)
DAY = dt.date(2026, 7, 20)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[MailSink]:
    with MailSink(tmp_path / "mail") as mail:
        yield mail


@pytest.fixture
def here(tmp_path: Path, sink: MailSink) -> Settings:
    routes = tmp_path / "routes.toml"
    routes.write_text(
        '[digest]\nmail = ["team@example.com"]\n[delivery_failure]\nmail = ["ops@example.com"]\n', "utf-8"
    )
    return settings.load().model_copy(
        update={
            "data_dir": tmp_path / "data", "database_url": "", "routes_file": routes, "language": "en",
            "smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "none",
        }
    )  # fmt: skip


@pytest.fixture
def health() -> Iterator[str]:
    """Address of a Prefect API that is well."""

    class Well(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"true")

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Well)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    server.server_close()


def run_of(here: Settings, day: dt.date, *, told: bool = True, verdict: Verdict = Verdict.ok) -> None:
    """What a daily sync of ``day`` leaves."""
    with Connections(here) as c:
        outcomes.write(
            c.database, [Outcome(Cell("oa", "oa.user_summary", day), verdict, 1, day, NOON, first_ok_at=NOON)]
        )
        metrics.write(c.database, [MetricValue("m", day, numerator=1, value=1)], Window.of_day(day))
        if told:
            claim = ledger.claim(
                c.database, report="digest", period=str(day), channel="mail", recipient="a", content_hash="h"
            )
            assert isinstance(claim, ledger.Claim)
            ledger.sending(c.database, claim)
            ledger.sent(c.database, claim, "0", "")


def found(here: Settings, now: dt.datetime = NOON, **more: object) -> list[str]:
    return [problem.key for problem in watch(here, now, LIMIT, **more)]  # type: ignore[arg-type]


def test_yesterday_is_due_from_the_limit_on_and_the_day_before_until_then() -> None:
    assert due_day(NOON, LIMIT) == DAY
    assert due_day(NOON.replace(hour=13, minute=0), LIMIT) == DAY
    assert due_day(NOON.replace(hour=12, minute=59), LIMIT) == dt.date(2026, 7, 19)
    assert due_day(dt.datetime(2026, 7, 20, 18, tzinfo=dt.UTC), LIMIT) == dt.date(2026, 7, 19), "02:00 there"


def test_it_says_nothing_when_all_is_well(here: Settings, health: str) -> None:
    run_of(here, DAY)

    assert found(here, api=health) == []


def test_a_day_that_was_never_measured_is_told_with_the_last_that_was(here: Settings) -> None:
    run_of(here, dt.date(2026, 7, 18))

    (problem,) = watch(here, NOON, LIMIT)

    assert problem.key == "not_measured"
    assert problem.text == "the figures of 2026-07-20 were not there by 13:00 (last success: 2026-07-18)"
    assert "daily-sync --date 2026-07-20 --send always" in problem.remedy


def test_an_installation_that_never_ran_is_told_and_not_created(here: Settings) -> None:
    (problem,) = watch(here, NOON, LIMIT)

    assert problem.text.endswith("(last success: never)")
    assert not (here.data_dir / "ops.db").exists()


def test_figures_of_a_day_whose_every_fetch_failed_are_no_measurement(here: Settings) -> None:
    run_of(here, DAY, verdict=Verdict.error)

    assert found(here) == ["not_measured"]


def test_a_digest_that_reached_nobody_is_told_unless_nobody_is_to_get_one(here: Settings) -> None:
    run_of(here, DAY, told=False)

    assert found(here) == ["not_told"]
    here.routes_file.write_text('[delivery_failure]\nmail = ["ops@example.com"]\n', "utf-8")
    assert found(here) == []


def test_a_dead_prefect_server_a_full_disk_and_a_lost_database_are_told(here: Settings) -> None:
    run_of(here, DAY)
    dead = f"http://127.0.0.1:{processes.free_port()}/api"

    assert found(here, api=dead) == ["prefect"]
    assert found(here, min_free_gb=10**9) == ["disk"]
    lost = here.model_copy(update={"database_url": "postgresql://ops:geheim@127.0.0.1:1/ops"})
    (problem,) = watch(lost, NOON, LIMIT)
    assert problem.key == "database"
    assert "geheim" not in problem.text


@pytest.mark.parametrize("database_url", ["", "postgresql://ops:geheim@127.0.0.1:1/ops"])
def test_each_problem_is_told_once_a_day_also_when_the_database_is_what_is_lost(
    here: Settings, sink: MailSink, database_url: str
) -> None:
    if not database_url:
        run_of(here, DAY)
    else:
        here = here.model_copy(update={"database_url": database_url})
    first, second = Problem("prefect", "it is dead", "start it"), Problem("disk", "it is full", "make room")

    said = [tell(here, problem, NOON) for problem in (first, first, second)]
    tomorrow = tell(here, first, NOON + dt.timedelta(days=1))

    assert said == ["1 recipients were told", "told before today", "1 recipients were told"]
    assert tomorrow == "1 recipients were told"
    mails = sink.messages()
    assert len(mails) == 3
    assert {mail.subject for mail in mails} == {"The workflows have stopped"}
    assert "start it" in mails[0].text("plain")


def test_without_recipients_or_mail_server_it_says_that_nobody_was_told(here: Settings) -> None:
    problem = Problem("disk", "full", "make room")

    silent = here.model_copy(update={"smtp_port": processes.free_port()})
    assert tell(silent, problem, NOON).startswith("nobody was told: mail failed: ")
    assert tell(here, problem, NOON) == "1 recipients were told", "a failed message is tried again"
    here.routes_file.write_text("", "utf-8")
    assert tell(here, problem, NOON).startswith("nobody was told: neither [delivery_failure]")


def test_from_cron_it_exits_1_with_a_line_and_as_json(tmp_path: Path, here: Settings) -> None:
    environment = {k: v for k, v in settings.surroundings().items() if not k.startswith("PREFECT_")} | {
        "WECHAT_OPS_DATA_DIR": str(tmp_path / "data"),
        "WECHAT_OPS_ROUTES_FILE": str(here.routes_file),
        "WECHAT_OPS_LANGUAGE": "en",
        "WECHAT_OPS_SMTP_HOST": here.smtp_host,
        "WECHAT_OPS_SMTP_PORT": str(here.smtp_port),
        "WECHAT_OPS_SMTP_SECURITY": "none",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "flows", "watchdog", *arguments],
            cwd=HOME, env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    first, second = run(), run("--json", "--min-free-gb", "0")
    assert (first.returncode, second.returncode) == (1, 1), first.stderr + second.stderr
    assert first.stdout.startswith("✘ the figures of ")
    assert first.stdout.rstrip().endswith("(1 recipients were told)")
    (row,) = json.loads(second.stdout)
    assert (row["check"], row["told"]) == ("not_measured", "told before today")


def test_a_limit_that_is_no_clock_is_wrong_usage() -> None:
    with pytest.raises(ConfigurationError, match="'noon' is no clock: write one such as 13:00"):
        clock_of("noon")
