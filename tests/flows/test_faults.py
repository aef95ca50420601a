"""A month pulled through every accident at once: no wrong fact, and every missing one is named.

One seed in the suite; ``FAULT_SEEDS=5`` runs the five of the benchmark.
"""

import asyncio
import datetime as dt
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from prefect.states import State as FlowState

from flows.backfill import backfill
from tasks import settings
from tasks.calendars import SHANGHAI, Window
from tasks.connections import Connections
from tasks.lake.datasets import dataset
from tasks.lake.queries import queries
from tasks.opsdb import schema
from tasks.records import USED_UP, CellShape, Endpoint
from tasks.sandbox.mail import MailSink
from tasks.sandbox.serve import running

MONTH = Window(dt.date(2026, 6, 21), dt.date(2026, 7, 21))
SEEDS = int(os.environ.get("FAULT_SEEDS", "1"))
State = dict[str, list[Any]]
Row = dict[str, Any]
STATE_OF_PATIENCE = {"WECHAT_OPS_RETRY_BASE": "0.005", "WECHAT_OPS_REQUEST_TIMEOUT": "5"}
ROSTERS = ("/cgi-bin/user/get", "/cgi-bin/freepublish/batchget")
"""Lists that announce their length, so that a short answer can be told."""
ORDERS, COMMENTS = "/channels/ec/order/list/get", "/cgi-bin/comment/list"
GROUPS = "/cgi-bin/externalcontact/groupchat/list"
OF_THE_MONTH = "2026-07-09..2026-07-20"
"""Lists of orders in which all were created this month: one that was created before and only moves since is named by a
single list and counted by no other interface."""


def accidents(seed: int) -> list[str]:
    """Every kind of fault, at moments and on paths that the seed decides."""
    dice = random.Random(seed)
    endpoints = settings.load().endpoints().values()
    # What bears witness of a short list must not be struck together with it.
    read = frozenset().union(*(query.words for query in queries("doubts")))
    witnesses = {e.path for e in endpoints if read & set(e.datasets) and not e.doubted_by_query}
    paths = sorted({e.path for e in endpoints if e.shape is not CellShape.snapshot} - witnesses)
    # Where nothing may come and no sister interface confirms it, an empty list cannot be told from a late one.
    unconfirmed = {e.path for e in endpoints if e.may_be_empty and not e.doubted_by}
    checked = sorted({e.path for e in endpoints if e.zero_check} - witnesses)
    days = list(MONTH.days())

    def some(of: list[Any], how_many: int) -> list[Any]:
        return dice.sample(of, min(how_many, len(of)))

    everywhere = [
        "busy:rate=0.01",
        "timeout=drop:rate=0.01",
        "html=200:rate=0.005",
        "html=502:rate=0.005",
        "expired_token:rate=0.005:times=20",
        "shuffled:rate=0.5",
        "duplicated:rate=0.2",
    ]
    late = []
    for path in some(paths, 5):
        ways = ("61503", "is_delay") if path in unconfirmed else ("empty", "61503", "is_delay")
        late.append(f"late={dice.choice(ways)}:{path}:{dice.choice(days)}")
    zeros = [f"zeros:{path}:{dice.choice(days)}" for path in some(checked, 5)]
    stops = [
        f"quota:{path}:rate=0.3"
        for path in some([p for p in paths if "externalcontact" not in p and "/kf/" not in p], 2)
    ]
    short = [f"short_page:{path}:rate=0.5" for path in some(list(ROSTERS), 1)]
    short += [
        f"short_page:{ORDERS}:{OF_THE_MONTH}:rate=0.4",
        f"short_page=empty:{ORDERS}:{OF_THE_MONTH}:rate=0.4",
        f"short_page:{COMMENTS}:rate=0.1",
        f"short_page=empty:{COMMENTS}:rate=0.05",
        f"short_page={dice.choice(('half', 'empty'))}:{GROUPS}:times=1",
    ]
    return [f"{fault}:seed={seed}" for fault in (*everywhere, *late, *zeros, *stops, *short)]


@contextmanager
def a_home(folder: Path, world: Any, make: Callable[..., Any]) -> Iterator[Any]:
    """An installation of its own, whose settings this process has taken on."""
    folder.mkdir()
    with running(world) as place, MailSink(folder / "mail") as mail, pytest.MonkeyPatch.context() as patch:
        home = make(folder, place, mail)
        for name, value in {**home.environment, **STATE_OF_PATIENCE}.items():
            patch.setenv(name, value)
        yield home


def pull_the_month() -> FlowState:
    async def run() -> FlowState:
        return await backfill(start=str(MONTH.start), end=str(MONTH.last), return_state=True)

    return asyncio.run(run())


def wait_for_midnight(home: Any) -> None:
    """Make the used-up quotas yesterday's: they are not asked again on the same day."""
    here = settings.load().model_copy(update={"data_dir": home.folder / "data"})
    with Connections(here) as c, c.database.begin() as connection:
        was = schema.fetch_outcome.c
        used_up = was.code == USED_UP
        for (moment,) in connection.execute(sa.select(was.fetched_at).where(used_up).distinct()).all():
            connection.execute(
                schema.fetch_outcome.update()
                .where(used_up, was.fetched_at == moment)
                .values(fetched_at=moment - dt.timedelta(days=1))
            )


@pytest.fixture(scope="module")
def clean(
    tmp_path_factory: pytest.TempPathFactory,
    world: Any,
    make_home: Callable[..., Any],
    left_by: Callable[[Any], State],
) -> State:
    """What the month leaves when nothing goes wrong."""
    with a_home(tmp_path_factory.mktemp("faults") / "clean", world, make_home) as home:
        state = pull_the_month()
        assert state.is_completed(), state.message
        return left_by(home)


def missing_cells(left: State) -> set[tuple[str, str, dt.date]]:
    """Cells that the system itself says are not there: account, endpoint, date."""
    return {(o.account_id, o.endpoint, o.business_date) for o in left["fetch_outcome"] if o.verdict != "ok"}


def told_missing(endpoint: Endpoint, row: Row, missing: set[tuple[str, str, dt.date]]) -> bool:
    """Whether a fact belongs to a cell that is said to be missing."""
    declared = dataset(endpoint.datasets[0])
    if endpoint.landing == "replace" and endpoint.shape is not CellShape.snapshot:
        return (row["account_id"], endpoint.name, row[declared.slice]) in missing
    days = {day for account, name, day in missing if (account, name) == (row["account_id"], endpoint.name)}
    if endpoint.landing == "merge":
        moments = [row[name] for name in ("created_at", "updated_at") if row.get(name)]
        return bool(
            days & {row["business_date"], *(moment.astimezone(SHANGHAI).date() for moment in moments)}
        )
    return bool(days)


def undescribed(left: State) -> set[tuple[str, str]]:
    """Lists whose cell is fine and tells that some members are there without their details: account, endpoint."""
    return {(o.account_id, o.endpoint) for o in left["fetch_outcome"] if "without details" in o.message}


def same_member(name: str, row: tuple, others: set[tuple]) -> bool:
    """Whether another row tells of the same member, with or without details."""
    key = dataset(name).key
    return any(all(dict(other)[k] == dict(row)[k] for k in key) for other in others)


def wrong_facts(left: State, clean: State) -> list[str]:
    """Facts that differ from the clean ones though nothing says that their cell is missing."""
    missing, found = missing_cells(left), []
    for endpoint in settings.load().endpoints().values():
        for name in endpoint.datasets:
            here, there = set(left[name]), set(clean[name])
            for row in here ^ there:
                told_of = (dict(row)["account_id"], endpoint.name) in undescribed(left)
                if told_of and same_member(name, row, here if row in there else there):
                    continue
                provisional = row in here and endpoint.landing == "replace"
                if row in here and not provisional:
                    found.append(f"{name}: invented or altered {dict(row)}")
                elif not told_missing(endpoint, dict(row), missing):
                    found.append(f"{name}: {'altered' if row in here else 'lost'} {dict(row)}")
    return found


def promised(name: str, rows: list[tuple]) -> list[tuple]:
    """All rows of a dataset; of facts those since the month began.

    How far before it facts are built depends on the oldest order that came in the same run.
    """
    if not name.startswith("fct_"):
        return rows
    return [row for row in rows if dict(row).get("business_date", MONTH.start) >= MONTH.start]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_a_month_of_accidents_leaves_no_wrong_fact_and_heals(
    seed: int,
    tmp_path: Path,
    world: Any,
    clean: State,
    make_home: Callable[..., Any],
    left_by: Callable[[Any], State],
) -> None:
    with a_home(tmp_path / "struck", world, make_home) as home:
        for fault in accidents(seed):
            home.sandbox.faults.add(fault)
        pull_the_month()
        struck = left_by(home)
        assert missing_cells(struck), "nothing went wrong: the faults did not strike"
        assert wrong_facts(struck, clean) == []

        home.sandbox.faults.clear()
        wait_for_midnight(home)
        state = pull_the_month()
        assert state.is_completed(), state.message
        healed = left_by(home)
    assert missing_cells(healed) == missing_cells(clean)
    differing = [
        name
        for name, rows in clean.items()
        if name.startswith(("land_", "fct_", "dim_")) and promised(name, healed[name]) != promised(name, rows)
    ]
    assert differing == []
    assert healed["metric_value"] == clean["metric_value"]
