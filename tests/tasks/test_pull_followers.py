"""A long list of followers: read on where it was broken off, landed whole or not at all, details in batches."""

import asyncio
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks import calendars, collect, pull, settings, simulate
from tasks.calendars import ONE_DAY, Window, moment_on
from tasks.connections import Connections, connect
from tasks.opsdb import outcomes
from tasks.pull import Pull, Tally, Wish
from tasks.records import USED_UP, Outcome, RawResponse, Verdict
from tasks.sandbox import official_account
from tasks.sandbox.kernel import Sandbox
from tasks.sandbox.serve import running
from tasks.sandbox.world import World
from tasks.sources.official_account import followers

TODAY = dt.date(2026, 7, 21)
LIST, DETAILS = "/cgi-bin/user/get", "/cgi-bin/user/info/batchget"
ONLY = Wish(sources=("oa.followers",))


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(persons=300, seed=7, today=TODAY)


class Brand:
    """An installation on a sandbox of its own, and the day on which it runs."""

    def __init__(self, c: Connections, sandbox: Sandbox) -> None:
        self.c, self.sandbox = c, sandbox
        self.day = TODAY
        self._ticks = itertools.count()

    def now(self) -> dt.datetime:
        return moment_on(self.day, dt.time(9)) + next(self._ticks) * dt.timedelta(milliseconds=1)

    def midnight(self) -> None:
        """The next day begins; nobody comes or goes, and the quota is free again."""
        self.day += ONE_DAY
        self.sandbox.quotas._used.clear()

    def pull(self) -> Tally:
        """What one run on ``day`` does, in a process's own memory."""
        with connect() as c:
            (account,) = c.settings.accounts(["oa_main"])
            return asyncio.run(Pull(c, account, Window.of_day(self.day - ONE_DAY), ONLY).run())

    def outcome(self) -> Outcome:
        return outcomes.read(self.c.database, since=self.day - ONE_DAY, until=self.day)[-1]

    def calls(self, path: str) -> int:
        return sum(times for (_, called), times in self.sandbox.calls.items() if called == path)

    def members(self) -> list[dict]:
        return self.c.lake.rows("land_oa_follower")


@pytest.fixture
def brand(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Brand]:
    monkeypatch.setattr(official_account, "PAGE", 20)
    with running(world) as place:
        here = settings.load().model_copy(update={"data_dir": tmp_path})
        environment = simulate.sandbox_environment(here, int(place.base_url.rsplit(":", 1)[1]), 0, 300)
        for name, value in {**environment, "WECHAT_OPS_DATA_DIR": str(tmp_path)}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("WECHAT_OPS_RETRY_BASE", "0.001")
        with connect() as c:
            made = Brand(c, place.sandbox)
            monkeypatch.setattr(calendars, "now", made.now)
            yield made


def following(brand: Brand, world: World) -> int:
    moment = brand.sandbox.clock.epoch()
    return int(
        world.rows(
            f"select count(*) as n from oa_follow where followed_at <= {moment} "
            f"and coalesce(left_at, {2**62}) > {moment}"
        )[0]["n"]
    )


def pages(brand: Brand, world: World) -> int:
    return -(-following(brand, world) // 20)


def test_a_list_that_the_quota_breaks_off_is_read_on_the_next_day(brand: Brand, world: World) -> None:
    brand.sandbox.quotas._daily[LIST] = 4
    wanted = pages(brand, world)
    assert 5 <= wanted <= 8, "the case is about a list of two days"
    brand.pull()
    assert (brand.outcome().verdict, brand.outcome().code) == (Verdict.error, USED_UP)
    assert brand.calls(LIST) == 4
    assert brand.members() == [], "half a list is nobody's going"
    assert brand.pull().asked == 0, "only midnight helps"
    brand.midnight()
    brand.pull()
    assert brand.outcome().verdict is Verdict.ok
    assert brand.calls(LIST) == wanted, "the pages of the first day were not asked for again"
    assert len(brand.members()) == brand.outcome().rows == following(brand, world)
    assert {row["seen_date"] for row in brand.members()} == {TODAY}, "as seen when the list was whole"
    brand.midnight()
    brand.sandbox.quotas._daily[LIST] = 100
    brand.pull()
    assert brand.calls(LIST) == 2 * wanted, "a list that was landed is over: the next one is begun anew"


def test_a_killed_reading_is_read_on_by_the_next_run(
    brand: Brand, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    read = collect.Taken.take
    seen: list[RawResponse] = []

    async def take(self: collect.Taken, answer: RawResponse) -> None:
        await read(self, answer)
        seen.append(answer)
        if len(seen) == 3:
            raise Killed

    monkeypatch.setattr(pull, "MANY_LETTERS", 1)
    monkeypatch.setattr(collect.Taken, "take", take)
    with pytest.raises(Killed):
        brand.pull()
    assert brand.members() == []
    assert brand.calls(LIST) == 3
    brand.pull()
    assert brand.outcome().verdict is Verdict.ok
    assert brand.calls(LIST) == pages(brand, world)
    assert len(brand.members()) == following(brand, world)
    bodies = [raw for raw in brand.c.lake.raw(brand.c.cipher) if DETAILS not in raw.request]
    assert len(bodies) == pages(brand, world), "each page is kept once"


def test_a_list_that_was_whole_when_the_run_was_killed_costs_no_call_more(
    brand: Brand, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    land = Pull.land_rows

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Pull, "land_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        brand.pull()
    assert len(brand.c.lake.rows("map_person_id")) >= following(brand, world), "ids are kept before facts are"
    monkeypatch.setattr(Pull, "land_rows", land)
    asked = brand.calls(LIST)
    brand.pull()
    assert brand.calls(LIST) == asked == pages(brand, world)
    assert len(brand.members()) == following(brand, world)


def test_a_list_that_was_not_believed_is_begun_anew(brand: Brand, world: World) -> None:
    brand.sandbox.faults.add("short_page:/cgi-bin/user/get")
    brand.pull()
    assert brand.outcome().code == "ShortAnswer"
    asked = brand.calls(LIST)
    brand.sandbox.faults.clear()
    brand.pull()
    assert brand.outcome().verdict is Verdict.ok
    assert brand.calls(LIST) == asked + pages(brand, world)
    assert len(brand.members()) == following(brand, world)


def test_a_list_that_the_last_look_contradicts_is_begun_anew_until_somebody_believes_it(
    brand: Brand, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half as many again were there on the day before: two thirds are left."""
    there = following(brand, world)
    before = [f"k{n}" for n in range(there + there // 2)]
    brand.c.lake.snapshot("land_oa_follower", "oa_main", [], before, TODAY - 2 * ONE_DAY)
    for run in (1, 2):
        brand.pull()
        assert brand.outcome().code == "ShortAnswer"
        assert brand.calls(LIST) == run * pages(brand, world), "the disbelieved pages are not used again"
    assert brand.outcome().message.endswith("WECHAT_OPS_BELIEVE_SHORT=oa.followers")
    monkeypatch.setenv("WECHAT_OPS_BELIEVE_SHORT", "oa.followers")
    brand.pull()
    assert brand.outcome().verdict is Verdict.ok
    assert sum(row["gone_date"] is None for row in brand.members()) == there


def test_details_of_a_large_account_come_in_batches_and_nobody_is_asked_about_twice(
    brand: Brand, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "DETAILS_A_RUN", 50)
    everybody = following(brand, world)
    known = []
    for _ in range(-(-everybody // 50) + 1):
        brand.pull()
        assert brand.outcome().verdict is Verdict.ok
        assert len(brand.members()) == everybody
        known.append(sum(row["subscribed_at"] is not None for row in brand.members()))
        left = everybody - known[-1]
        told = f"{left} followers without details" if left else ""
        assert brand.outcome().message.partition(" (")[0] == told
        brand.midnight()
    assert known[:2] == [50, 100]
    assert known[-2:] == [everybody, everybody]
    assert brand.calls(DETAILS) == everybody // 50 + (everybody % 50 > 0)


def test_every_key_in_the_lake_can_be_opened(brand: Brand, world: World) -> None:
    brand.pull()
    rows = brand.members()
    keys = {row[name] for row in rows for name in ("member_key", "union_key") if row[name]}
    plain = brand.c.keyring.plain(keys)
    assert set(plain) == keys
    openids = {plain[row["member_key"]] for row in rows}
    assert len(openids) == len(rows)
    everybody = world.rows("select openid from oa_follow join person using (person_id)")
    assert openids <= {row["openid"] for row in everybody}
