"""A Feishu table in the lake: the table as it stands, beside what files said, and never wiped by a bad answer."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.calendars import Window
from tasks.connections import Connections, connect
from tasks.opsdb import outcomes
from tasks.pull import Pull, Wish
from tasks.records import Verdict
from tasks.sandbox.feishu_base import BUDGET, REGISTER
from tasks.sandbox.serve import Place, running
from tasks.sandbox.world import World
from tasks.simulate import sandbox_environment

TODAY = dt.date(2026, 7, 21)
NAME = "feishu.budget"


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(persons=300, seed=7, today=TODAY)


@pytest.fixture
def place(world: World) -> Iterator[Place]:
    with running(world) as found:
        yield found


@pytest.fixture
def c(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    with connect() as here:
        port = int(place.base_url.rsplit(":", 1)[1])
        for name, value in sandbox_environment(here.settings, port, 1, 300).items():
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("WECHAT_OPS_RETRY_BASE", "0")
    with connect() as connections:
        yield connections


def pull(c: Connections, day: dt.date, name: str = NAME) -> tuple[Verdict, str]:
    """Read one table on behalf of a day; the cell's verdict and message."""
    (account,) = c.settings.accounts(["feishu_base"])
    window = Window.of_day(day)

    asyncio.run(Pull(c, account, window, Wish(sources=(name,))).run())
    [cell] = [o for o in outcomes.read(c.database) if o.cell.endpoint == name and o.cell.business_date == day]
    return cell.verdict, cell.message


def lines(c: Connections, account_id: str = "feishu_base") -> list[str]:
    return [
        f"{row['line_id']} {row['period']}"
        for row in c.lake.rows("land_budget_line")
        if row["account_id"] == account_id
    ]


def day(number: int) -> dt.date:
    return dt.date(2026, 7, 10 + number)


def test_a_deleted_record_disappears_and_rows_of_files_stay(c: Connections, place: Place) -> None:
    assert pull(c, day(0)) == (Verdict.ok, "")
    assert len(lines(c)) == 28
    row = {**c.lake.rows("land_budget_line")[0], "account_id": "files", "import_id": "a file"}
    c.lake.merge("land_budget_line", [row])
    store = place.sandbox.feishu
    store.remove(store.table(BUDGET).records[0].record_id)
    assert pull(c, day(1))[0] is Verdict.ok
    assert len(lines(c)) == 27
    assert len(lines(c, "files")) == 1


def test_an_implausibly_short_table_changes_nothing_until_somebody_believes_it(
    c: Connections, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(c, day(0))
    before = lines(c)
    store = place.sandbox.feishu
    for record in store.table(BUDGET).records[:20]:
        store.remove(record.record_id)
    verdict, message = pull(c, day(1))
    assert verdict is Verdict.error
    assert "8 rows in this answer, 28 in the last good one" in message
    assert lines(c) == before
    store.hidden = True
    assert pull(c, day(2))[0] is Verdict.empty
    assert lines(c) == before, "nor does an empty answer"
    store.hidden = False
    monkeypatch.setenv("WECHAT_OPS_BELIEVE_SHORT", NAME)
    with connect() as believing:
        assert pull(believing, day(1))[0] is Verdict.ok
    assert len(lines(c)) == 8


def test_a_renamed_column_does_not_empty_the_labels(c: Connections, place: Place) -> None:
    name = "feishu.content_register"
    assert pull(c, day(0), name)[0] is Verdict.ok
    labelled = sum(row["pyramid_layer"] is not None for row in c.lake.rows("land_content"))
    assert labelled > 100
    place.sandbox.feishu.rename(REGISTER, "金字塔层级", "层")
    verdict, message = pull(c, day(1), name)
    assert verdict is Verdict.error
    assert "pyramid_layer" in message
    assert sum(row["pyramid_layer"] is not None for row in c.lake.rows("land_content")) == labelled


def test_records_left_out_are_told_beside_a_good_cell(c: Connections, place: Place) -> None:
    record = place.sandbox.feishu.table(BUDGET).records[3]
    place.sandbox.feishu.edit(record.record_id, {"周期": [{"text": "明年", "type": "text"}]})
    verdict, message = pull(c, day(0))
    assert verdict is Verdict.ok
    assert message.startswith(f"1 of 28 records left out ({record.record_id} 周期“明年”：格式不对")
    assert len(lines(c)) == 27
