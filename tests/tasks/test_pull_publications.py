"""A list of publications that is longer than a day's quota: read on day by day while it moves, and told once."""

import asyncio
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tasks import calendars, settings, simulate
from tasks.calendars import ONE_DAY, Window, moment_on
from tasks.connections import Connections, connect
from tasks.opsdb import outcomes
from tasks.pull import Pull, Wish
from tasks.records import USED_UP, Outcome, Verdict
from tasks.sandbox import oa_publications
from tasks.sandbox.kernel import Sandbox
from tasks.sandbox.serve import running
from tasks.sandbox.world import World
from tasks.sources.official_account import publications

TODAY = dt.date(2026, 7, 21)
LIST = "/cgi-bin/freepublish/batchget"
ONLY = Wish(sources=("oa.publications",))


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(persons=300, seed=7, today=TODAY)


def publication(name: str) -> dict[str, Any]:
    about = {
        "title": f"title of {name}",
        "author": "a",
        "url": f"https://mp/{name}",
        "published_at": 1784505600,
    }
    return {"article_id": name, "article_no": name, "msg_data_id": name, **about}


class Brand:
    """An installation on a sandbox of its own, what was published, and the day on which it runs."""

    def __init__(self, c: Connections, sandbox: Sandbox) -> None:
        self.c, self.sandbox = c, sandbox
        self.list = [publication(f"p{n}") for n in reversed(range(45))]
        self.day = TODAY
        self._ticks = itertools.count()

    def now(self) -> dt.datetime:
        return moment_on(self.day, dt.time(9)) + next(self._ticks) * dt.timedelta(milliseconds=1)

    def midnight(self) -> None:
        self.day += ONE_DAY
        self.sandbox.quotas._used.clear()

    def pull(self) -> Outcome:
        """What one run on ``day`` leaves, in a process's own memory."""
        with connect() as c:
            (account,) = c.settings.accounts(["oa_main"])
            asyncio.run(Pull(c, account, Window.of_day(self.day - ONE_DAY), ONLY).run())
        return outcomes.read(self.c.database, since=self.day - ONE_DAY, until=self.day)[-1]

    def calls(self) -> int:
        return sum(times for (_, path), times in self.sandbox.calls.items() if path == LIST)

    def told(self) -> dict[str, str]:
        return {row["publication_id"]: row["title"] for row in self.c.lake.rows("land_oa_publication")}


@pytest.fixture
def brand(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Brand]:
    monkeypatch.setattr(publications, "PAGE", 5)
    with running(world) as place:
        here = settings.load().model_copy(update={"data_dir": tmp_path})
        environment = simulate.sandbox_environment(here, int(place.base_url.rsplit(":", 1)[1]), 0, 300)
        for name, value in {**environment, "WECHAT_OPS_DATA_DIR": str(tmp_path)}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("WECHAT_OPS_RETRY_BASE", "0.001")
        with connect() as c:
            made = Brand(c, place.sandbox)
            monkeypatch.setattr(calendars, "now", made.now)
            monkeypatch.setattr(oa_publications, "_published", lambda _call: made.list)
            yield made


def test_a_list_of_three_days_is_read_on_and_what_moved_meanwhile_is_told_once(brand: Brand) -> None:
    """45 publications in pages of 5, and five calls a day beside the reserve.

    Before the second day one is published and two of the newest are removed: the list is one shorter, so that p19,
    which would have begun the second day's first page, has moved up behind the last one of the first day.
    """
    brand.sandbox.quotas._daily[LIST] = 6
    assert brand.pull().code == USED_UP
    assert brand.calls() == 5
    assert brand.pull().code == USED_UP, "only midnight helps"
    assert brand.calls() == 5
    assert brand.told() == {}, "a fifth of the list is nobody's taking down"

    del brand.list[1:3]  # p43 and p42
    brand.list.insert(0, publication("new"))
    brand.list[2]["title"] = "told anew"  # p41
    brand.midnight()
    assert brand.pull().code == USED_UP
    assert brand.calls() == 10, "offsets 25, 20 looked back on, 30, 35 and 40"

    brand.midnight()
    found = brand.pull()
    assert (found.verdict, found.message) == (Verdict.ok, "")
    assert brand.calls() == 12, "the head, and the page after it without anything new"
    told = brand.told()
    assert set(told) == {"new", *(f"p{n}" for n in range(45))}, (
        "the removed ones were there when they were read"
    )
    assert told["p41"] == "told anew"

    brand.midnight()
    brand.sandbox.quotas._daily[LIST] = 100
    assert brand.pull().verdict is Verdict.ok
    assert brand.calls() == 12 + 9, "a list that was landed is over: the next one is begun anew"
    assert set(brand.told()) == {row["article_id"] for row in brand.list}


def test_many_that_were_removed_overnight_pull_nothing_past_the_reader(brand: Brand) -> None:
    """Of the 25 read on the first day the newest 12 are removed: the next day's first page begins 12 too late."""
    brand.sandbox.quotas._daily[LIST] = 6
    brand.pull()
    del brand.list[:12]
    brand.sandbox.quotas._daily[LIST] = 100
    brand.midnight()
    assert brand.pull().verdict is Verdict.ok
    assert set(brand.told()) == {f"p{n}" for n in range(45)}
    # 25 and 30, the three pages before 25 until one touches what was read, and the head.
    assert brand.calls() == 5 + 2 + 3 + 1


def test_a_list_that_lost_entries_is_begun_anew(brand: Brand) -> None:
    brand.sandbox.faults.add(f"short_page:{LIST}")
    found = brand.pull()
    assert (found.verdict, found.code) == (Verdict.error, "ShortAnswer")
    assert brand.told() == {}
    asked = brand.calls()
    brand.sandbox.faults.clear()
    assert brand.pull().verdict is Verdict.ok
    assert brand.calls() == asked + 9
    assert len(brand.told()) == 45


def test_what_is_published_while_the_list_is_read_is_in_it(
    brand: Brand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest is published after the third page: the fourth repeats p30, and the head holds the new one."""
    moving = brand.list

    def published(_call: object) -> list[dict[str, Any]]:
        return [publication("new"), *moving] if brand.calls() > 3 else moving

    monkeypatch.setattr(oa_publications, "_published", published)
    assert brand.pull().verdict is Verdict.ok
    assert set(brand.told()) == {"new", *(f"p{n}" for n in range(45))}
