"""What the simulated Official Account tells of messages and callbacks agrees with who wrote."""

import datetime as dt
from typing import Any

import pytest

from tasks.calendars import moment_on
from tasks.records import SourceKind
from tasks.sandbox import oa_messages, oa_publications
from tasks.sandbox.routing import ApiError, Call
from tasks.sandbox.world import World

TODAY = dt.date(2026, 7, 21)
YESTERDAY = TODAY - dt.timedelta(days=1)
NOON, EARLY = moment_on(TODAY, dt.time(12)), moment_on(TODAY, dt.time(7, 59))
MESSAGES, DIST, INTERFACE = (
    "/datacube/getupstreammsg",
    "/datacube/getupstreammsgdist",
    "/datacube/getinterfacesummary",
)
MONDAY, JUNE = dt.date(2026, 7, 13), dt.date(2026, 6, 1)


def ask(world: World, path: str, first: dt.date, last: dt.date | None = None, **how: Any) -> Any:
    body = {"begin_date": str(first), "end_date": str(last or first)}
    call = Call(
        app_id="wx", method="POST", path=path, query={}, body=body, world=world, **{"now": NOON, **how}
    )
    return oa_messages.ROUTES[path](call)


def wrote(world: World, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    return world.rows(
        """select msg_type, count(distinct person_id) as msg_user, sum(messages)::bigint as msg_count from oa_message
        where message_date between ? and ? group by all order by all""",
        first,
        last,
    )


def kinds(answer: Any) -> list[dict[str, Any]]:
    return [{name: row[name] for name in ("msg_type", "msg_user", "msg_count")} for row in answer["list"]]


def test_messages_of_a_day_are_those_that_were_written(world: World) -> None:
    truth = wrote(world, YESTERDAY, YESTERDAY)
    assert truth
    assert kinds(ask(world, MESSAGES, YESTERDAY)) == truth


def test_only_followers_write(world: World) -> None:
    strangers = world.rows(
        """select count(*) as n from oa_message m where not exists (select 1 from oa_follow f
            where f.person_id = m.person_id and f.followed_at < epoch(m.message_date + 1) - 28800
            and (f.left_at is null or f.left_at >= epoch(m.message_date) - 28800))"""
    )
    written, share = world.rows(
        """select count(*) as n, (select avg(followers) from oa_cumulate_day) * (select count(*) from oa_cumulate_day)
            as chances from oa_message"""
    )[0].values()
    assert strangers[0]["n"] == 0
    assert 0.04 < written / share < 0.07


def test_hours_add_up_to_their_day(world: World) -> None:
    for path, count in ((MESSAGES, "msg_count"), (INTERFACE, "callback_count")):
        hours = ask(world, path + "hour", YESTERDAY)["list"]
        assert {row["ref_hour"] % 100 for row in hours} == {0}
        assert sum(row[count] for row in hours) == sum(
            row[count] for row in ask(world, path, YESTERDAY)["list"]
        )


@pytest.mark.parametrize(
    ("suffix", "first", "last", "not_over"),
    [
        ("week", MONDAY, dt.date(2026, 7, 19), dt.date(2026, 7, 20)),
        ("month", JUNE, dt.date(2026, 6, 30), dt.date(2026, 7, 1)),
    ],
)
def test_persons_of_a_week_or_month_count_once(
    world: World, suffix: str, first: dt.date, last: dt.date, not_over: dt.date
) -> None:
    answer = ask(world, MESSAGES + suffix, first)
    assert {row["ref_date"] for row in answer["list"]} == {str(first)}
    assert kinds(answer) == wrote(world, first, last)
    persons = world.rows(
        "select count(distinct person_id) as n from oa_message where message_date between ? and ?",
        first,
        last,
    )
    spread = ask(world, DIST + suffix, first)["list"]
    assert sum(row["msg_user"] for row in spread) == persons[0]["n"]
    for wrong in (first + dt.timedelta(days=1), not_over):
        with pytest.raises(ApiError, match="61501"):
            ask(world, MESSAGES + suffix, wrong)


def test_everybody_who_wrote_is_in_one_interval(world: World) -> None:
    days = ask(world, DIST, YESTERDAY - dt.timedelta(days=14), YESTERDAY)["list"]
    truth = world.rows(
        """select count(*) as n from (select distinct person_id, message_date from oa_message
            where message_date between ? and ?)""",
        YESTERDAY - dt.timedelta(days=14),
        YESTERDAY,
    )
    assert sum(row["msg_user"] for row in days) == truth[0]["n"]
    assert {row["count_interval"] for row in days} <= {1, 2, 3}


def test_callbacks_are_at_least_the_messages_follows_and_unfollows(world: World) -> None:
    first = YESTERDAY - dt.timedelta(days=29)
    told = {row["ref_date"]: row for row in ask(world, INTERFACE, first, YESTERDAY)["list"]}
    assert len(told) == 30
    for day in (YESTERDAY, first):
        messages = sum(row["msg_count"] for row in wrote(world, day, day))
        moves = world.rows(
            "select sum(new_user + cancel_user) as n from oa_user_day where business_date = ?", day
        )
        assert told[str(day)]["callback_count"] >= messages + int(moves[0]["n"] or 0) * 0.5
    for row in told.values():
        assert row["max_time_cost"] <= row["total_time_cost"]
        assert 100 < row["total_time_cost"] / row["callback_count"] < 3000
        assert (row["max_time_cost"] > 5000) == (row["fail_count"] > 0)


@pytest.mark.parametrize(("path", "most"), [(MESSAGES, 7), (DIST, 15), (INTERFACE, 30)])
def test_spans_and_readiness_are_the_pages(world: World, path: str, most: int) -> None:
    ask(world, path, YESTERDAY - dt.timedelta(days=most - 1), YESTERDAY)
    with pytest.raises(ApiError, match="61501"):
        ask(world, path, YESTERDAY - dt.timedelta(days=most), YESTERDAY)
    assert ask(world, path, YESTERDAY, now=EARLY)["list"] == []
    with pytest.raises(ApiError, match="61503"):
        ask(world, path, YESTERDAY, now=EARLY, late="61503")


def test_zeros_leave_kinds_and_hours_as_they_are(world: World) -> None:
    rows = ask(world, MESSAGES, YESTERDAY, zeros=True)["list"]
    assert [(row["msg_user"], row["msg_count"]) for row in rows] == [(0, 0)] * len(rows)
    assert {row["msg_type"] for row in rows} == {
        row["msg_type"] for row in wrote(world, YESTERDAY, YESTERDAY)
    }


def test_some_comments_carry_a_raw_control_character(caller: Any, world: World) -> None:
    row = world.rows(
        "select msg_data_id, idx, comment_id from oa_comment join oa_article using (article_no) "
        "where comment_id % 11 = 0 and created_at < ? limit 1",
        int(NOON.timestamp()),
    )[0]
    body = {"msg_data_id": row["msg_data_id"], "index": row["idx"] - 1, "begin": 0, "count": 49, "type": 0}
    token = caller.token(SourceKind.official_account)
    raw = caller.raw("POST", "/cgi-bin/comment/list", json=body, params={"access_token": token}).content
    assert b"\x08" in raw
    assert b"\\b" not in raw


def test_a_short_page_of_comments_loses_half(world: World) -> None:
    row = world.rows(
        """select msg_data_id, idx, count(*) as comments from oa_comment join oa_article using (article_no)
        where created_at < ? group by all order by comments desc, msg_data_id, idx limit 1""",
        int(NOON.timestamp()),
    )[0]
    body = {"msg_data_id": row["msg_data_id"], "index": row["idx"] - 1, "begin": 0, "count": 49, "type": 0}
    path = "/cgi-bin/comment/list"
    call = Call(app_id="wx", method="POST", path=path, query={}, body=body, world=world, now=NOON, short=True)
    answer = oa_publications.ROUTES[path](call)
    assert isinstance(answer, dict)
    assert answer["total"] == row["comments"]
    assert len(answer["comment"]) == min(row["comments"], 49) // 2
