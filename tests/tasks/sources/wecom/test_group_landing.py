"""Member lists of three days, as the lake keeps them and the day's facts tell them."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.calendars import ONE_DAY, Window, moment_on
from tasks.connections import Connections, connect
from tasks.opsdb import outcomes
from tasks.pull import Pull
from tasks.records import Fetch, SourceKind, Verdict
from tasks.sources.jobs import JOBS

ENDPOINT = "wecom.groups"
FIRST = dt.date(2026, 7, 18)
Look = Callable[[dt.date, Any], Verdict]


@pytest.fixture
def c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connections]:
    monkeypatch.setenv("WECHAT_OPS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("WECHAT_OPS_SECRET_KEY", "a-key-for-tests-only")
    with connect() as connections:
        yield connections


@pytest.fixture
def look(c: Connections, acting: Any) -> Look:
    """``look(day, behave)``: what a run of the morning after ``day`` lands from a corp that behaves so."""

    def run(day: dt.date, behave: Any) -> Verdict:
        with connect() as now:
            (account,) = now.settings.accounts(["wecom_main"])
            endpoint, window = now.settings.endpoints()[ENDPOINT], Window.of_day(day)
            pull = Pull(now, account, window)
            pull.now = moment_on(day + ONE_DAY, dt.time(8, 10))
            known = pull.present_members(endpoint)
            platform = acting(behave)
            fetch = platform.ask(SourceKind.wecom, lambda client: JOBS[ENDPOINT].fetch(client, window, known))
            answers = [replace(raw, account_id="wecom_main", fetched_at=pull.now) for raw in fetch.answers]
            (outcome,) = pull.land(endpoint, window, Fetch(answers, fetch.troubles, fetch.notes), answers)
            return outcome.verdict

    return run


def corp(chats: dict[str, dict[str, int]], refused: int = 0) -> Any:
    """Chats as id → userid → moment of joining; an empty one refuses with the code."""
    created = int(moment_on(dt.date(2026, 7, 1), dt.time(9)).timestamp())

    def behave(request: Any, body: Any) -> Any:
        if request.url.path.endswith("list"):
            return {"errcode": 0, "group_chat_list": [{"chat_id": chat} for chat in chats]}
        chat = body["chat_id"]
        if not chats.get(chat):
            return {"errcode": refused, "errmsg": "no such chat"}
        people = [
            {"userid": name, "type": 1 if name == "ann" else 2, "join_time": joined}
            for name, joined in chats[chat].items()
        ]
        return {
            "errcode": 0,
            "group_chat": {"chat_id": chat, "owner": "ann", "create_time": created, "member_list": people},
        }

    return behave


def at(day: int, hour: int = 12) -> int:
    return int(moment_on(dt.date(2026, 7, day), dt.time(hour)).timestamp())


def test_who_is_missing_left_who_returns_stays_anew_and_a_refusal_is_nobodys_leaving(
    c: Connections, look: Look
) -> None:
    regulars = {"ann": at(1), "x": at(2)}
    assert look(FIRST, corp({"c1": {**regulars, "y": at(3)}, "c2": {"z": at(4)}})) is Verdict.ok
    assert look(FIRST + ONE_DAY, corp({"c1": regulars, "c2": {}}, refused=84061)) is Verdict.ok
    back = corp({"c1": {**regulars, "y": at(20)}, "c2": {"z": at(4)}})
    assert look(FIRST + 2 * ONE_DAY, back) is Verdict.ok

    stays = {
        (row["chat_id"], row["stay"]): (row["seen_date"].day, row["gone_date"] and row["gone_date"].day)
        for row in c.lake.rows("land_wecom_group_member")
    }
    assert stays == {
        ("c1", str(at(1))): (18, None),
        ("c1", str(at(2))): (18, None),
        ("c1", str(at(3))): (18, 19),
        ("c1", str(at(20))): (20, None),
        ("c2", str(at(4))): (18, None),
    }
    c.engine.build("staging/fct_wecom_group_chat_day", Window(FIRST, FIRST + 3 * ONE_DAY))
    told = [
        (r["chat_id"], r["business_date"].day, r["members"], r["joins"], r["leaves"], r["is_approx"])
        for r in c.lake.rows("fct_wecom_group_chat_day")
    ]
    assert sorted(told) == [
        ("c1", 18, 3, 0, None, True),
        ("c1", 19, 2, 0, 1, False),
        ("c1", 20, 3, 1, 0, False),
        ("c2", 18, 1, 0, None, True),
        ("c2", 19, 1, 0, 0, False),
        ("c2", 20, 1, 0, 0, False),
    ]


def test_while_a_chat_refuses_its_members_are_as_they_were_and_the_day_is_approximate(
    c: Connections, look: Look
) -> None:
    look(FIRST, corp({"c1": {"x": at(2)}, "c2": {"z": at(4)}}))
    look(FIRST + ONE_DAY, corp({"c1": {"x": at(2)}, "c2": {}}, refused=40050))
    c.engine.build("staging/fct_wecom_group_chat_day", Window(FIRST, FIRST + 2 * ONE_DAY))
    [row] = [
        row
        for row in c.lake.rows("fct_wecom_group_chat_day")
        if (row["chat_id"], row["business_date"].day) == ("c2", 19)
    ]
    assert (row["members"], row["leaves"], row["is_approx"]) == (1, None, True)


def test_a_dissolved_group_is_gone_and_nobody_left_it(c: Connections, look: Look) -> None:
    look(FIRST, corp({"c1": {"x": at(2)}, "c2": {"z": at(4)}}))
    look(FIRST + ONE_DAY, corp({"c1": {"x": at(2)}}, refused=40050))
    gone = {row["chat_id"]: row["gone_date"] for row in c.lake.rows("land_wecom_group")}
    assert gone == {"c1": None, "c2": FIRST + ONE_DAY}
    c.engine.build("staging/fct_wecom_group_chat_day", Window(FIRST, FIRST + 2 * ONE_DAY))
    left = [row["leaves"] for row in c.lake.rows("fct_wecom_group_chat_day") if row["leaves"]]
    assert left == []


def test_many_dissolved_chats_change_neither_chats_nor_members_until_somebody_believes_it(
    c: Connections, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """45 of 60 chats are left, with 225 of 240 members: the chats alone are fewer than four fifths."""
    large = {f"c{n}": {f"u{n}-{m}": at(2) for m in range(5)} for n in range(45)}
    small = {f"d{n}": {f"v{n}": at(2)} for n in range(15)}
    assert look(FIRST, corp(large | small)) is Verdict.ok

    def there() -> tuple[int, int]:
        chats, members = c.lake.rows("land_wecom_group"), c.lake.rows("land_wecom_group_member")
        found = [sum(row["gone_date"] is None for row in rows) for rows in (chats, members)]
        return found[0], found[1]

    for later in (1, 2):
        assert look(FIRST + later * ONE_DAY, corp(large, refused=40050)) is Verdict.error
        assert there() == (60, 240)
    (*_, told) = outcomes.read(c.database)
    assert (
        "land_wecom_group of wecom_main: 45 members in this answer, 60 at the last good look" in told.message
    )
    assert told.message.endswith("If the loss is real, run once with WECHAT_OPS_BELIEVE_SHORT=wecom.groups")
    monkeypatch.setenv("WECHAT_OPS_BELIEVE_SHORT", "wecom.groups")
    assert look(FIRST + 3 * ONE_DAY, corp(large, refused=40050)) is Verdict.ok
    assert there() == (45, 225)
    monkeypatch.delenv("WECHAT_OPS_BELIEVE_SHORT")
    assert look(FIRST + 4 * ONE_DAY, corp(large, refused=40050)) is Verdict.ok


def test_an_answer_that_never_came_leaves_everybody_in_their_groups(c: Connections, look: Look) -> None:
    look(FIRST, corp({"c1": {"x": at(2)}}))
    before = c.lake.rows("land_wecom_group_member")

    def busy(request: Any, body: Any) -> Any:
        return {"errcode": -1, "errmsg": "system busy"}

    assert look(FIRST + ONE_DAY, busy) is Verdict.error
    assert c.lake.rows("land_wecom_group_member") == before
