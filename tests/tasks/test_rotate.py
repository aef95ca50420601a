"""A change of the secret key: nobody is lost, nobody is counted twice, and a killed change is finished by the next."""

import asyncio
import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tasks import settings, simulate
from tasks.bring import Bring, Source
from tasks.build import build_facts
from tasks.calendars import ONE_DAY, Window
from tasks.connections import Connections, connect
from tasks.errors import ConfigurationError
from tasks.lake.rotation import Rotation
from tasks.lake.store import Lake
from tasks.opsdb.schema import token
from tasks.progress import Progress
from tasks.pull import Pull, Wish
from tasks.records import Verdict
from tasks.rotate import rotate_key
from tasks.sandbox.serve import Place, running
from tasks.sandbox.world import World
from tasks.sources.files.scratch import Scratch

TODAY = dt.date(2026, 7, 21)
OLD, NEW = simulate.KEY, "the-key-to-change-to-in-tests"
SOURCES = ("oa.followers", "wecom.customers", "wecom.groups", "shop.orders")
ACCOUNTS = ("oa_main", "wecom_main", "shop_main")
SIX_WEEKS = Window.ending(TODAY - ONE_DAY, 42)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with running(World.build(persons=300, seed=7, today=TODAY)) as found:
        yield found


def settle_in(folder: Path, place: Place, patch: pytest.MonkeyPatch, key: str = OLD, new: str = "") -> None:
    here = settings.load().model_copy(update={"data_dir": folder})
    port = int(place.base_url.rsplit(":", 1)[1])
    for name, value in simulate.sandbox_environment(here, port, 0, 300).items():
        patch.setenv(name, value)
    patch.setenv("WECHAT_OPS_DATA_DIR", str(folder))
    patch.setenv("WECHAT_OPS_SECRET_KEY", key)
    patch.setenv("WECHAT_OPS_NEW_SECRET_KEY", new)


def pull(window: Window) -> None:
    for account_id in ACCOUNTS:
        with connect() as c:
            (account,) = c.settings.accounts([account_id])
            tally = asyncio.run(Pull(c, account, window, Wish(sources=SOURCES)).run())
            assert not tally.failures
            assert tally.verdicts[Verdict.ok] == tally.asked


@pytest.fixture(scope="module")
def lived_in(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with six weeks of persons under the old key, made once and copied."""
    folder = tmp_path_factory.mktemp("lived-in")
    with pytest.MonkeyPatch.context() as patch:
        settle_in(folder, place, patch)
        pull(SIX_WEEKS)
        build_facts.fn(SIX_WEEKS)
    return folder


@pytest.fixture
def home(lived_in: Path, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(lived_in, folder)
    settle_in(folder, place, monkeypatch, new=NEW)
    return folder


def without_keys(lake: Lake, name: str) -> Counter[tuple[Any, ...]]:
    """Rows of a dataset but for the keys of persons in them, each with how often it is there."""
    hidden = {*lake.dataset(name).keyed, "person_key", "response_id", "body", "request", "sealed", "id_key"}
    return Counter(tuple((k, v) for k, v in row.items() if k not in hidden) for row in lake.rows(name))


def everything(c: Connections) -> dict[str, Any]:
    told = {name: without_keys(c.lake, name) for name in c.lake.datasets}
    dates = {"start_date": SIX_WEEKS.start, "end_date": SIX_WEEKS.end}
    told["users"] = c.engine.query("metrics/growth", **dates).to_pylist()
    return told


def keys_in(lake: Lake) -> set[str]:
    return {
        row[column]
        for name, d in lake.datasets.items()
        for row in (lake.rows(name) if d.keyed else [])
        for column in d.keyed
        if row[column]
    }


def test_facts_and_metrics_are_the_same_under_the_new_key_and_no_old_key_is_left(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect() as c:
        before, old_keys, bodies = (
            everything(c),
            keys_in(c.lake),
            sorted(a.body for a in c.lake.raw(c.cipher)),
        )
        plains = set(c.keyring.plain(old_keys).values())
    said: list[str] = []
    done = rotate_key(said.append, force=True)
    assert len(old_keys) > 200
    assert all(one.unmapped == 0 for one in done), said
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", NEW)
    with connect() as c:
        assert everything(c) == before
        assert not keys_in(c.lake) & old_keys
        assert set(c.keyring.plain(keys_in(c.lake)).values()) == plains
        assert sorted(a.body for a in c.lake.raw(c.cipher)) == bodies
        with c.database.connect() as connection:
            tokens = [row.ciphertext for row in connection.execute(sa.select(token)) if row.ciphertext]
        assert tokens
        assert all(c.cipher.decrypt(text) for text in tokens)
        for name in ("map_person_id", "raw_api", "land_oa_follower"):
            on_disk = {str(path) for path in Path(c.lake.uri(name)).rglob("*.parquet")}
            assert on_disk == set(c.lake.files(name)), "older versions hold what the old key opens"
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", OLD)
    with connect() as c, pytest.raises(ConfigurationError, match="another WECHAT_OPS_SECRET_KEY"):
        next(iter(c.lake.raw(c.cipher, personal=True)))


def test_the_next_pull_under_the_new_key_finds_nobody_new_and_nobody_gone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate_key(lambda _: None, force=True)
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", NEW)
    lists = ("land_oa_follower", "land_wecom_customer", "land_wecom_group_member")
    with connect() as c:
        before = {name: c.lake.rows(name) for name in lists}
        buyers = {row["order_id"]: row["buyer_key"] for row in c.lake.rows("land_shop_order")}
    pull(Window.of_day(TODAY))  # a later day's cells: everybody is looked at once more
    with connect() as c:
        for name in lists:
            after = c.lake.rows(name)
            assert [row["member_key"] for row in after] == [row["member_key"] for row in before[name]]
            assert not [row for row in after if row["gone_date"] is not None]
        orders = {row["order_id"]: row["buyer_key"] for row in c.lake.rows("land_shop_order")}
        assert orders | buyers == orders


def test_the_old_key_adds_nobody_after_the_change(home: Path) -> None:
    rotate_key(lambda _: None, force=True)
    with connect() as c:
        c.keyring("somebody")
        with pytest.raises(ConfigurationError, match="sealed with another"):
            c.keyring.settle()


@pytest.mark.parametrize("step", ["translate", "recode_bodies", "finish", "tidy"])
def test_a_change_killed_half_way_is_finished_by_running_it_again(
    home: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect() as c:
        before = everything(c)
    room = Lake if step == "tidy" else Rotation
    real, calls = getattr(room, step), []

    def killed(self: Any, *args: Any, **more: Any) -> Any:
        calls.append(args)
        if len(calls) == (3 if step == "translate" else 1):
            raise KeyboardInterrupt
        return real(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(room, step, killed)
        with pytest.raises(KeyboardInterrupt):
            rotate_key(lambda _: None, force=True)
    if step != "tidy":
        for key in (OLD, NEW):
            monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", key)
            with connect() as c:
                c.keyring("somebody")
                with pytest.raises(ConfigurationError, match="not finished"):
                    c.keyring.settle()
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", OLD)
    rotate_key(lambda _: None, force=True)
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", NEW)
    with connect() as c:
        assert everything(c) == before
        keys = keys_in(c.lake)
        assert set(c.keyring.plain(keys)) == keys


def test_a_text_that_names_its_person_names_them_by_the_new_key(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "events.csv"
    file.write_text(
        "事件ID,事件时间,事件名,用户ID,页面路径,属性\n"
        'e1,2026-07-20 08:00:00,pay,oSomebodyAtTheTill,/me?id=oSomebodyAtTheTill,"{""who"": ""oSomebodyAtTheTill""}"\n',
        encoding="utf-8",
    )
    with connect() as c, Scratch() as scratch:
        asyncio.run(Bring(c, scratch, Source(file.name, str(file))).run(Progress("import", "", 4)))
    rotate_key(lambda _: None, force=True)
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", NEW)
    with connect() as c:
        key = c.keyring("oSomebodyAtTheTill")
        (row,) = c.lake.rows("land_event")
        assert (row["person_key"], row["page"]) == (key, f"/me?id={key}")
        assert row["properties"] == f'{{"who": "{key}"}}'


def test_a_key_that_nothing_explains_is_counted_and_stays(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = "f" * 32
    with connect() as c:
        row = c.lake.rows("land_wecom_customer")[0] | {"member_key": stranger}
        c.lake.merge("land_wecom_customer", [row])
    said: list[str] = []
    done = {one.name: one for one in rotate_key(said.append, force=True)}
    assert done["land_wecom_customer"].unmapped == 1
    assert any("1 keys without a known id stay" in line for line in said)
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", NEW)
    with connect() as c:
        assert sum(row["member_key"] == stranger for row in c.lake.rows("land_wecom_customer")) == 1


def test_a_lake_from_before_the_mapping_finds_its_ids_in_the_kept_answers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(home / "lake" / "map_person_id")
    done = rotate_key(lambda _: None, force=True)
    assert sum(one.unmapped for one in done) == 0
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", NEW)
    with connect() as c:
        keys = keys_in(c.lake)
        assert set(c.keyring.plain(keys)) == keys


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (OLD, OLD, "nothing to change"),
        (OLD, "short", "at least 16"),
        (NEW, "yet-another-key-entirely", "neither"),
    ],
)
def test_keys_that_cannot_be_right_change_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, what: str
) -> None:
    with connect() as c:
        before = c.lake.rows("land_oa_follower")
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", old)
    monkeypatch.setenv("WECHAT_OPS_NEW_SECRET_KEY", new)
    with pytest.raises(ConfigurationError, match=what):
        rotate_key(lambda _: None, force=True)
    with connect() as c:
        assert c.lake.rows("land_oa_follower") == before
