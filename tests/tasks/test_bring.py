"""Importing files: good rows once, bad rows aside, ids as keys, and the same after any accident."""

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tasks.bring import Bring, Brought, Source, inbox, sources_of
from tasks.connections import Connections, connect
from tasks.errors import ConfigurationError
from tasks.opsdb import imports, unbuilt
from tasks.progress import Progress
from tasks.recount import sentence
from tasks.sources.files.scratch import Scratch

ROOT = Path(__file__).parents[2]
HEADER = "事件ID,事件时间,事件名,用户ID,金额\n"
PLAIN = "oPlainIdOfSomebody"


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


@pytest.fixture
def bring(c: Connections, tmp_path: Path) -> Callable[..., Brought]:
    """Writes a file and imports it."""

    def bringing(content: str | bytes, name: str = "events.csv", **more: Any) -> Brought:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return brought(c, Source(name, str(path), **more))

    return bringing


def brought(c: Connections, source: Source) -> Brought:
    with Scratch(memory_limit="200MB") as scratch:
        return asyncio.run(Bring(c, scratch, source).run(Progress("import", "", 4)))


def event(number: int, day: str = "2026-07-24", amount: str = "12.50") -> str:
    return f"e{number},{day} 08:05:31,pay,{PLAIN}{number % 3},{amount}\n"


def events(c: Connections) -> dict[str, tuple[str, Decimal]]:
    return {r["event_id"]: (str(r["business_date"]), r["amount_cny"]) for r in c.lake.rows("land_event")}


def counts(done: Brought) -> tuple[int, int, int, int, int, int]:
    assert done.imported is not None, done.refused
    i = done.imported
    return i.rows, i.added, i.changed, i.unchanged, i.repeated, i.quarantined


def test_the_same_file_twice_changes_nothing_under_whatever_name(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    assert counts(bring(HEADER + event(1) + event(2))) == (2, 2, 0, 0, 0, 0)
    files = c.lake.files("land_event")
    second = bring(HEADER + event(1) + event(2), "renamed.csv")

    assert second.is_known
    assert second.is_well
    assert c.lake.files("land_event") == files
    assert "已导入过，没有变化" in sentence(second, "zh-CN")


def test_a_person_may_ask_for_the_same_file_again(c: Connections, bring: Callable[..., Brought]) -> None:
    bring(HEADER + event(1))
    assert counts(bring(HEADER + event(1), again=True)) == (1, 0, 0, 1, 0, 0)


def test_files_that_overlap_count_nothing_twice_and_a_corrected_one_corrects(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    bring(HEADER + event(1) + event(2))
    assert counts(bring(HEADER + event(2) + event(3))) == (2, 1, 0, 1, 0, 0)
    assert counts(bring(HEADER + event(1, "2026-07-20") + event(3, amount="¥99"))) == (2, 0, 2, 0, 0, 0)
    assert events(c) == {
        "e1": ("2026-07-20", Decimal("12.50")),
        "e2": ("2026-07-24", Decimal("12.50")),
        "e3": ("2026-07-24", Decimal("99.00")),
    }


def test_good_rows_land_while_bad_ones_wait_where_the_summary_says(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    done = bring(HEADER + event(1) + event(2, "昨天") + event(3))

    assert counts(done) == (3, 2, 0, 0, 0, 1)
    assert set(events(c)) == {"e1", "e3"}
    assert not done.is_well
    assert done.imported is not None
    where = Path(done.imported.quarantine)
    assert where.parent == c.settings.data_dir / "quarantine"
    assert where.name == f"events.csv-{done.imported.digest[:12]}.csv"
    assert "昨天 08:05:31" in where.read_text(encoding="utf-8-sig")
    said = sentence(done, "zh-CN")
    assert "读取 3 行，新增 2，更新 0，未变 0，重复 0，隔离 1" in said
    assert str(where) in said
    assert "事件时间：不是时间" in said
    assert "1 quarantined" in sentence(done, "en")


def test_a_file_that_does_not_fit_is_refused_whole(c: Connections, bring: Callable[..., Brought]) -> None:
    done = bring("事件ID,事件名,用户ID\ne1,pay,o1\n")

    assert done.imported is None
    assert "缺少“行为事件”（events）的必填列 事件时间" in done.refused
    assert not c.lake.exists("land_event")
    assert "未导入任何数据" in sentence(done, "zh-CN")


def test_no_plain_id_reaches_the_disk_of_the_lake_and_every_key_has_its_mapping(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    bring(HEADER + event(1) + event(2))

    for file in (c.settings.data_dir / "lake").rglob("*"):
        assert not file.is_file() or PLAIN.encode() not in file.read_bytes(), file
    keys = {row["person_key"] for row in c.lake.rows("land_event")}
    assert set(c.keyring.plain(keys).values()) == {PLAIN + "1", PLAIN + "2"}


def test_blanks_and_damage_are_found_wherever_in_the_file_they_first_stand(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    # Longer than the block in which a file is read, so that what comes last is not in the first one.
    plain = "".join(event(n) for n in range(30_000))
    odd = ["\u00a0late-1\u3000,2026-07-24 08:05:31,pay,oId1,1", "1.2E+15,2026-07-24 08:05:31,pay,oId1,1",
           "late-2\t,2026-07-24T08:05:31,pay,oId1,1", "late-3,2026-07-24 08:05:31,pay,138****0001,1"]  # fmt: skip

    assert counts(bring(HEADER + plain + "\n".join(odd) + "\n")) == (30_004, 30_002, 0, 0, 0, 2)
    assert {"late-1", "late-2"} <= set(events(c))


def test_what_landed_waits_for_the_next_build_from_its_earliest_day(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    bring(HEADER + event(1, "2026-07-20") + event(2, "2026-07-22"))
    waiting = unbuilt.read(c.database)
    assert waiting is not None
    assert waiting[0] == dt.date(2026, 7, 20)
    unbuilt.clear(c.database, waiting[1])
    bring(HEADER + event(1, "2026-07-20"), again=True)
    assert unbuilt.read(c.database) is None, "nothing changed, nothing to build"


def test_running_totals_are_kept_by_the_day_they_were_taken(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    for day, plays in (("20260720", 100), ("20260721", 180)):
        assert counts(bring(f"视频ID,播放量\nv1,{plays}\n", f"单篇视频_{day}.csv"))[1] == 1
    bring("视频ID,播放量\nv1,250\n", "导出.csv", taken=dt.date(2026, 7, 22))
    found = [(str(row["business_date"]), row["plays"]) for row in c.lake.rows("land_channels_video")]
    assert found == [("2026-07-20", 100), ("2026-07-21", 180), ("2026-07-22", 250)]


def test_a_console_s_export_belongs_to_the_account_of_its_kind(
    c: Connections, bring: Callable[..., Brought]
) -> None:
    bring("时间,新关注人数,取消关注人数,累积关注人数\n2026-07-24,120,18,58012\n")
    assert [row["account_id"] for row in c.lake.rows("land_oa_user_export")] == ["oa_main"]


def test_of_two_accounts_of_a_kind_one_must_be_named(
    c: Connections, bring: Callable[..., Brought], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(c.settings.accounts_file).read_text(encoding="utf-8")
    more = (
        text
        + '\n[oa_two]\nkind = "official_account"\nname = "二号"\napp_id = "wx2"\nsecret = "S"\nbase_url = "http://x"\n'
    )
    (tmp_path / "accounts.toml").write_text(more, encoding="utf-8")
    monkeypatch.setenv("WECHAT_OPS_ACCOUNTS_FILE", str(tmp_path / "accounts.toml"))
    rows = "时间,新关注人数,取消关注人数,累积关注人数\n2026-07-24,120,18,58012\n"
    with connect() as several:
        path = tmp_path / "u.csv"
        path.write_text(rows, encoding="utf-8")
        refused = brought(several, Source("u.csv", str(path)))
        assert "请用 --account 指明：oa_main、oa_two" in refused.refused
        assert counts(brought(several, Source("u.csv", str(path), account="oa_two")))[1] == 1


@pytest.mark.parametrize("account", ["2026-11", "mp_main"])
def test_a_folder_that_is_no_fitting_account_is_refused_instead_of_doubling_the_rows(
    bring: Callable[..., Brought], account: str
) -> None:
    rows = "时间,新关注人数,取消关注人数,累积关注人数\n2026-07-24,120,18,58012\n"
    refused = bring(rows, account=account).refused
    assert f"没有可用于此模板的账号 {account}；可用：oa_main" in refused


def test_a_file_that_vanished_is_told_of_and_stops_no_other(c: Connections, tmp_path: Path) -> None:
    gone = brought(c, Source("gone.csv", str(tmp_path / "gone.csv")))
    assert gone.refused.startswith("gone.csv：文件无法读取（No such file or directory）")


def test_a_line_too_long_is_refused_without_quoting_it(bring: Callable[..., Brought]) -> None:
    refused = bring(
        f'{{"事件ID": "e1", "用户ID": "{PLAIN}", "属性": "{"x" * 1_100_000}"}}\n', "e.jsonl"
    ).refused
    assert "每行应是一个 JSON 对象" in refused
    assert PLAIN not in refused


def test_a_file_that_is_written_while_it_is_read_is_refused(c: Connections, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(HEADER + event(1), encoding="utf-8")
    with Scratch(memory_limit="200MB") as scratch:
        work = Bring(c, scratch, Source("events.csv", str(path)))
        assert work.tell_apart() is None
        with path.open("a", encoding="utf-8") as file:
            file.write(event(2))
        with pytest.raises(Exception, match="文件在读取时被改动"):
            work.read()
    assert not c.lake.exists("land_event")


DYING = """
import asyncio, os, signal, sys, threading
from tasks.bring import Bring, Source
from tasks.connections import connect
from tasks.opsdb import unbuilt
from tasks.sources.files import staging
from tasks.sources.files.scratch import Scratch

path, when = sys.argv[1:]
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
mark = unbuilt.mark
def marking(*args):
    mark(*args)
    if when == "marked":
        die()
    if when.startswith("writing"):
        threading.Timer(float(when.split("-")[1]), die).start()
unbuilt.mark = marking
with connect() as c, Scratch() as scratch:
    work = Bring(c, scratch, Source("events.csv", path))
    work.tell_apart()
    staged = work.read()
    if when == "read":
        die()
    work.land(staged)
    die()
"""


@pytest.mark.parametrize("when", ["read", "marked", "writing-0.01", "writing-0.08", "landed"])
def test_a_killed_import_is_finished_by_the_next_one_as_if_nothing_had_happened(
    c: Connections, tmp_path: Path, when: str
) -> None:
    path = tmp_path / "events.csv"
    days = [f"2026-07-{n:02}" for n in range(1, 21)]
    path.write_text(
        HEADER + "".join(event(n, days[n % 20]) for n in range(20_000)) + event(1, "x"), encoding="utf-8"
    )
    code = subprocess.run(
        [sys.executable, "-c", DYING, str(path), when], cwd=ROOT, env=os.environ, check=False
    )
    assert code.returncode == -signal.SIGKILL

    rows = len(c.lake.rows("land_event")) if c.lake.exists("land_event") else 0
    assert rows in ((20_000,) if when == "landed" else (0, 20_000)), "a file is never half there"
    done = brought(c, Source("events.csv", str(path)))

    assert counts(done) == (20_001, 20_000 - rows, 0, rows, 0, 1)
    found = c.lake.rows("land_event")
    assert len(found) == len({row["event_id"] for row in found}) == 20_000
    assert {row["import_id"] for row in found} == {done.imported.import_id}  # type: ignore[union-attr]
    waiting = unbuilt.read(c.database)
    assert waiting is not None
    assert waiting[0] == dt.date(2026, 7, 1)
    assert brought(c, Source("events.csv", str(path))).is_known


def test_the_landing_folder_says_template_and_account_by_its_folders(c: Connections) -> None:
    place = inbox(c.settings)
    for name in (
        "a.csv",
        "orders/b.csv",
        "oa_user_analysis/oa_main/c.xls",
        ".hidden",
        "~$open.xlsx",
        "half.part",
    ):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text("x", encoding="utf-8")

    found = [(s.name, s.template, s.account) for s in sources_of()]
    assert found == [("a.csv", "", ""), ("c.xls", "oa_user_analysis", "oa_main"), ("b.csv", "orders", "")]


def test_a_query_of_a_warehouse_lands_like_a_file_and_again_changes_nothing(
    c: Connections, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = sa.create_engine(database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table sold (tid varchar(40), created timestamp, payment numeric(12, 2))"
        )
        connection.exec_driver_sql("insert into sold values ('E1', '2026-07-24 10:15:00', 258.00)")
    query = "select tid, created, payment from sold"
    (source,) = sources_of(url=database_url, query=query, template="orders")

    assert counts(brought(c, source)) == (1, 1, 0, 0, 0, 0)
    assert counts(brought(c, source)) == (1, 0, 0, 1, 0, 0)
    assert [row["paid_cny"] for row in c.lake.rows("land_external_order")] == [Decimal("258.00")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"template": "evnets"}, "没有模板 evnets"),
        ({"files": ["/nowhere/x.csv"]}, "没有这个文件"),
        ({"account": "oa_tow"}, "no account named oa_tow"),
        ({"url": "sqlite:///x", "query": "select 1"}, "要同时给出地址、查询与模板"),
        ({"taken": "gestern"}, "'gestern' is not a date"),
    ],
)
def test_wrong_usage_is_named_before_anything_is_read(
    c: Connections, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        sources_of(**given)


def test_every_import_leaves_its_entry(c: Connections, bring: Callable[..., Brought]) -> None:
    done = bring(HEADER + event(1))
    assert done.imported is not None
    assert imports.find(c.database, done.imported.digest, "events", "files") == done.imported
