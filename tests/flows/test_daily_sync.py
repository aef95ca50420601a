"""The daily story, told on the sandbox: run twice it says the same, and what goes wrong is seen."""

import asyncio
import datetime as dt
import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.backfill import backfill
from flows.daily_sync import daily_sync
from tasks.calendars import Window
from tasks.connections import connect
from tasks.opsdb import alerts, metrics, outcomes
from tasks.records import Level, Verdict

YESTERDAY = dt.date(2026, 7, 20)
HISTORY = "2026-06-05"


def sync(**given: Any) -> Any:
    async def run() -> Any:
        return await daily_sync(**({"date": str(YESTERDAY)} | given), return_state=True)

    return asyncio.run(run())


def fill(**given: Any) -> Any:
    async def run() -> Any:
        return await backfill(**({"start": HISTORY, "end": "2026-07-19"} | given), return_state=True)

    return asyncio.run(run())


def value(metric_id: str, day: dt.date = YESTERDAY) -> Any:
    with connect() as c:
        found = metrics.read(c.database, Window.of_day(day), metric_ids=[metric_id], account_id="*")
    return next(v for v in found if not v.dimension)


def outbox(home: Any) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{home.url}/sandbox/outbox") as answer:
        body = json.load(answer)
    return body["messages"] if isinstance(body, dict) else body


def test_a_run_told_twice_says_the_same(lived_in: Any, left_by: Callable[[Any], dict]) -> None:
    home = lived_in
    first = sync()
    assert first.is_completed(), first.message
    once = left_by(home)
    assert once["metric_value"]
    assert once["alert"]
    assert once["fct_order"]
    assert once["alert_message"], "the brand is behind somewhere, and its people are told"
    calls = sum(home.sandbox.calls.values())
    told = len(home.mail.messages()), len(outbox(home))
    again = sync()
    assert again.is_completed(), again.message
    assert left_by(home) == once
    assert len(home.digests()) == 1
    assert (len(home.mail.messages()), len(outbox(home))) == told
    data_calls = sum(home.sandbox.calls.values()) - calls
    assert data_calls <= 8, "a second run of the day asks again for what it has"


ABOUT_EARLIER_RUNS = {"data_completeness_30d", "alert_precision", "mp_month_return_rate"}
"""What was asked for and judged before this run began: the second piece has a past where one go has none.

The month before the history is asked for again a month later, which only a piece that begins then does.
"""


def test_a_backfill_in_pieces_ends_with_the_facts_of_one_go(
    home: Any, history: Path, left_by: Callable[[Any], dict]
) -> None:
    assert fill(start="2026-06-05", end="2026-06-30").is_completed()
    assert fill(start="2026-07-01", end="2026-07-19").is_completed()
    pieces = left_by(home)
    shutil.rmtree(home.folder / "data")
    shutil.copytree(history, home.folder / "data")
    whole = left_by(home)
    facts = [name for name in whole if name.startswith(("fct_", "land_oa_a", "land_mp", "land_wecom_g"))]
    # The first piece also re-reads restated days before its window, so it may know a little more.
    missing = {name: set(whole[name]) - set(pieces[name]) for name in facts}
    assert not {name: rows for name, rows in missing.items() if rows}
    last_day = {
        row
        for row in whole["metric_value"]
        if dt.date(2026, 7, 19) in row and row[0] not in ABOUT_EARLIER_RUNS
    }
    assert last_day
    assert last_day <= set(pieces["metric_value"])


def test_late_figures_turn_metrics_grey_and_a_later_run_heals_them(lived_in: Any) -> None:
    home = lived_in
    home.sandbox.faults.add("late:/datacube/getusersummary:2026-07-20")
    home.sandbox.faults.add("late:/datacube/getweanalysisappid:2026-07-20")
    state = sync(send="when_complete")
    assert state.is_completed(), state.message
    with connect() as c:
        seen = {o.cell.endpoint: o.verdict for o in outcomes.read(c.database, since=YESTERDAY)}
    assert seen["oa.user_summary"] in {Verdict.late, Verdict.empty}
    assert seen["mp.visit_trend"] in {Verdict.late, Verdict.empty}
    assert value("mp_visitors").status == "grey"
    assert value("mp_visitors").value is None
    assert not home.mail.messages(), "an incomplete digest waits for a later run"
    home.sandbox.faults.clear()
    assert sync(send="when_complete").is_completed()
    assert value("mp_visitors").status == "ok"
    assert len(home.digests()) == 1


def test_zeros_after_a_busy_week_are_not_believed(lived_in: Any) -> None:
    home = lived_in
    home.sandbox.faults.add("zeros:/cgi-bin/externalcontact/get_user_behavior_data:2026-07-20")
    sync(send="always")
    with connect() as c:
        seen = {o.cell.endpoint: o.verdict for o in outcomes.read(c.database, since=YESTERDAY)}
    assert seen["wecom.behaviour"] is Verdict.suspect_zero
    assert value("wecom_new_contacts").value is None
    (mail,) = home.digests()
    assert "成员联系客户统计" in mail.text("plain")


def test_an_address_that_is_not_allowed_names_itself_and_fails_the_run(lived_in: Any) -> None:
    home = lived_in
    home.sandbox.faults.add("ip:/cgi-bin/stable_token")
    with sa.create_engine(f"sqlite:///{home.folder / 'data' / 'ops.db'}").begin() as connection:
        connection.execute(sa.text("delete from token"))
    state = sync(send="always")
    assert state.is_failed()
    assert "40164" in state.message
    assert "127.0.0.1" in state.message
    assert len(home.digests()) == 1, "the digest goes out all the same"


def test_a_past_date_is_told_as_it_stands_for_that_date(lived_in: Any) -> None:
    home = lived_in
    before = value("oa_readers", dt.date(2026, 7, 10))
    sync()
    assert sync(date="2026-07-10", send="never").is_completed()
    assert value("oa_readers", dt.date(2026, 7, 10)) == before
    assert not [m for m in home.mail.messages() if "07-10" in m.subject]


def test_one_broken_channel_does_not_stop_the_others_and_is_told(
    lived_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = lived_in
    monkeypatch.setenv("WECOM_BOT_OPS", f"{home.url}/cgi-bin/webhook/send?key=removed-robot")
    state = sync()
    assert state.is_failed()
    assert "WECOM_BOT_OPS" in state.message
    subjects = [m.subject for m in home.mail.messages()]
    assert len(home.digests()) == 1
    assert subjects.count("日报投递异常") == 1, "the notice that the robot did not take it"
    with connect() as c:
        loud = {row.level for row in alerts.of(c.database, YESTERDAY)} & {Level.red, Level.orange}
    assert subjects.count("预警投递异常") == bool(loud), "and one for all alerts that it did not take"


def test_every_watched_kpi_is_judged_with_owner_and_reason(lived_in: Any) -> None:
    sync()
    with connect() as c:
        rows = alerts.of(c.database, YESTERDAY)
    assert {r.metric_id for r in rows} >= {"oa_open_rate", "browse_to_order", "data_completeness"}
    assert all(r.owner and r.reason is not None for r in rows)


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        ({"date": "2026-13-40"}, "write yesterday, today or a day such as"),
        ({"date": "2099-01-01"}, "the newest possible date is"),
        (
            {"accounts": ["nobody"]},
            "known: channels_main, feishu_base, mp_mall, oa_main, shop_main, wecom_main",
        ),
    ],
)
def test_wrong_parameters_fail_with_what_to_do(home: Any, wrong: dict[str, Any], remedy: str) -> None:
    state = sync(**wrong)
    assert state.is_failed()
    assert remedy in state.message
    assert not home.mail.messages()
    assert not sum(home.sandbox.calls.values())
