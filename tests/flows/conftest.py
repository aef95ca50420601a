"""Whole flows on the sandbox over real HTTP, against a real Prefect API and a real SMTP server."""

import asyncio
import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from prefect.states import State
from prefect.testing.utilities import prefect_test_harness

from flows.backfill import backfill
from tasks import settings, simulate
from tasks.connections import Connections
from tasks.opsdb import schema
from tasks.sandbox.mail import Mail, MailSink
from tasks.sandbox.serve import Place, running
from tasks.sandbox.world import World

TODAY = dt.date(2026, 7, 21)
YESTERDAY = dt.date(2026, 7, 20)
PERSONS = 500


@pytest.fixture(scope="session", autouse=True)
def prefect_api() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        with prefect_test_harness(server_startup_timeout=180):
            yield


@pytest.fixture(scope="session")
def world() -> World:
    return World.build(persons=PERSONS, seed=7, today=TODAY)


@dataclass
class Home:
    """One installation of its own: a data folder, a sandbox and a mailbox."""

    folder: Path
    sandbox: object
    url: str
    mail: MailSink
    environment: dict[str, str]

    def digests(self) -> list[Mail]:
        """The mails that are digests; alerts come beside them."""
        return [mail for mail in self.mail.messages() if "运营日报" in mail.subject]


def routes_by_day(folder: Path) -> str:
    """The routes that ship, without quiet hours: tests run at night, too."""
    lines = (settings.HOME / "deployments" / "routes.toml").read_text(encoding="utf-8").splitlines()
    routes = folder / "routes.toml"
    routes.write_text(
        "\n".join(line for line in lines if not line.startswith("quiet_hours")), encoding="utf-8"
    )
    return str(routes)


def environment_of(folder: Path, url: str, mail_port: int) -> dict[str, str]:
    # The plan that ships, not that of a home made before: its budget would be scaled twice.
    shipped = settings.HOME / "deployments" / "plan.toml"
    here = settings.load().model_copy(update={"data_dir": folder / "settings", "plan_file": shipped})
    return {
        **simulate.sandbox_environment(here, int(url.rsplit(":", 1)[1]), mail_port, PERSONS),
        "WECHAT_OPS_DATA_DIR": str(folder / "data"),
        "WECHAT_OPS_PLAN_FILE": simulate.plan_of_size(here, PERSONS, TODAY),
        "WECHAT_OPS_ROUTES_FILE": routes_by_day(folder),
        "WECHAT_OPS_RETRY_BASE": "0.01",
    }


def home_of(folder: Path, place: Place, mail: MailSink) -> Home:
    environment = environment_of(folder, place.base_url, mail.port)
    return Home(folder, place.sandbox, place.base_url, mail, environment)


@pytest.fixture(scope="session")
def make_home() -> Callable[[Path, Place, MailSink], Home]:
    return home_of


@pytest.fixture
def home(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with running(world) as place, MailSink(tmp_path / "mail") as mail:
        made = home_of(tmp_path, place, mail)
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


OF_THE_PLACE = {"process", "base_url", "content_hash", "measurement_id", "body", "version"}
"""Who sent a message, the port of the sandbox, the run that measured, texts that link to this home, and how often
facts were noted to wait for a build: other for every run and every home.
"""
MEASURES_MOMENTS = "analysis_latency_minutes"


def state_of(c: Connections) -> dict[str, list[tuple]]:
    """Everything a run leaves behind that must not depend on how often or how roughly it was run.

    Left out: moments (when something was fetched or sent, the metric of that, and the hash of the digests that tell
    it in minutes), who sent it from where, tokens, the runs that measured, what they published in between (a run that
    was killed and one that was not did publish different things), and raw bodies, of which every answer is a fact of
    its own.
    """
    left: dict[str, list[tuple]] = {}
    for name in c.lake.datasets:
        if name != "raw_api":
            left[name] = sorted((tuple(sorted(row.items())) for row in c.lake.rows(name)), key=repr)
    for table in schema.metadata.sorted_tables:
        if table.name in {"token", "measurement", "metric_restatement"}:
            continue
        same = [c for c in table.c if not isinstance(c.type, schema.UtcMoment) and c.name not in OF_THE_PLACE]
        query = sa.select(*same)
        if "metric_id" in table.c:
            query = query.where(table.c.metric_id != MEASURES_MOMENTS)
        with c.database.connect() as connection:
            left[table.name] = sorted(connection.execute(query), key=repr)
    return left


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """A data folder after a backfill of six weeks, made once and copied by whoever needs a past."""
    folder = tmp_path_factory.mktemp("history")
    with running(world) as place, MailSink(folder / "mail") as mail, pytest.MonkeyPatch.context() as patch:
        for name, value in home_of(folder, place, mail).environment.items():
            patch.setenv(name, value)

        async def run() -> State:
            return await backfill(start="2026-06-05", end="2026-07-19", return_state=True)

        state = asyncio.run(run())
        assert state.is_completed(), state.message
        assert not mail.messages()
    return folder / "data"


@pytest.fixture
def lived_in(home: Home, history: Path) -> Home:
    """A home with six weeks of history, up to the day before yesterday."""
    shutil.copytree(history, home.folder / "data")
    return home


@pytest.fixture(scope="session")
def left_by() -> Callable[[Home], dict[str, list[tuple]]]:
    """What an installation's runs have left, by its data folder."""

    def look(home: Home) -> dict[str, list[tuple]]:
        here = settings.load().model_copy(update={"data_dir": home.folder / "data"})
        with Connections(here) as c:
            return state_of(c)

    return look
