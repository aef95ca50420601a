import datetime as dt

import pytest

from tasks.records import SourceKind

WECOM = SourceKind.wecom
PLACE = "/cgi-bin/externalcontact/"
BEHAVIOUR = PLACE + "get_user_behavior_data"
PERIOD, BY_DAY = PLACE + "groupchat/statistic", PLACE + "groupchat/statistic_group_by_day"
CORP, SERVICER = "/cgi-bin/kf/get_corp_statistic", "/cgi-bin/kf/get_servicer_statistic"
DESKS, SERVICERS = "/cgi-bin/kf/account/list", "/cgi-bin/kf/servicer/list"
YESTERDAY, DAY_BEFORE = dt.date(2026, 7, 20), dt.date(2026, 7, 19)
COUNTS = ("chat_cnt", "message_cnt", "negative_feedback_cnt", "new_apply_cnt", "new_contact_cnt")


@pytest.fixture
def staff(caller) -> list[str]:
    return caller.look(WECOM, PLACE + "get_follow_user_list")["follow_user"]


@pytest.fixture
def days(at):
    """``days(first, last)`` as the statistics want them."""
    return lambda first, last=None: {"start_time": at(first), "end_time": at(last or first)}


def test_several_members_are_added_up(caller, staff, days):
    window = days(YESTERDAY - dt.timedelta(days=29), YESTERDAY)
    alone = [caller.ask(WECOM, BEHAVIOUR, {"userid": [u], **window})["behavior_data"] for u in staff]
    together = caller.ask(WECOM, BEHAVIOUR, {"userid": staff, **window})["behavior_data"]
    assert len(together) == 30
    for number, row in enumerate(together):
        for name in COUNTS:
            assert row[name] == sum(rows[number][name] for rows in alone)
    assert sum(row["chat_cnt"] for row in together) > 0
    assert caller.ask(WECOM, BEHAVIOUR, {"partyid": [1], **window})["behavior_data"] == together


def test_behaviour_is_what_the_world_knows(caller, world, days):
    said = caller.ask(WECOM, BEHAVIOUR, {"userid": ["staff_0001"], **days(YESTERDAY)})["behavior_data"]
    known = world.rows(
        "select count(*) as chats, sum(messages)::int as messages, 100 * avg(replied::int) as percent, "
        "avg(reply_minutes) as minutes from wecom_chat where userid = 'staff_0001' and chat_date = $1",
        YESTERDAY,
    )[0]
    (row,) = said
    assert row["chat_cnt"] == known["chats"]
    assert row["message_cnt"] == known["messages"]
    assert row["reply_percentage"] == pytest.approx(known["percent"], abs=0.01)
    assert row["avg_reply_time"] == pytest.approx(known["minutes"], abs=0.51)


def test_moments_are_floored_to_midnight_in_shanghai(caller, at):
    body = {"userid": ["staff_0001"], "start_time": at(YESTERDAY, 15), "end_time": at(YESTERDAY, 23)}
    (row,) = caller.ask(WECOM, BEHAVIOUR, body)["behavior_data"]
    assert row["stat_time"] == at(YESTERDAY)


def test_before_six_in_the_morning_yesterday_looks_like_zero(caller, staff, at, days):
    caller.sandbox.clock.set(dt.datetime.fromisoformat("2026-07-21T05:59:59+08:00"))
    body = {"userid": staff, **days(DAY_BEFORE, YESTERDAY)}
    said = caller.ask(WECOM, BEHAVIOUR, body)
    assert said["errcode"] == 0
    before, last = said["behavior_data"]
    assert before["chat_cnt"] > 0
    assert {name: value for name, value in last.items() if name != "stat_time"} == dict.fromkeys(
        (*COUNTS, "reply_percentage", "avg_reply_time"), 0
    )
    caller.sandbox.clock.advance(dt.timedelta(seconds=1))
    assert caller.ask(WECOM, BEHAVIOUR, body)["behavior_data"][1]["chat_cnt"] > 0


def test_the_desk_has_no_statistic_before_six(caller, at, days):
    caller.sandbox.clock.set(dt.datetime.fromisoformat("2026-07-21T05:59:59+08:00"))
    assert caller.ask(WECOM, CORP, days(YESTERDAY))["statistic_list"] == [{"stat_time": at(YESTERDAY)}]


def test_late_and_zeros_can_be_switched_on(caller, staff, days):
    body = {"userid": staff, **days(DAY_BEFORE, YESTERDAY)}
    right = caller.ask(WECOM, BEHAVIOUR, body)["behavior_data"]
    for fault in ("late", "zeros"):
        caller.sandbox.faults.clear()
        caller.sandbox.faults.add(f"{fault}:{BEHAVIOUR}:2026-07-20")
        wrong = caller.ask(WECOM, BEHAVIOUR, body)["behavior_data"]
        assert wrong[0] == right[0]
        assert wrong[1]["message_cnt"] == 0 < right[1]["message_cnt"]


@pytest.mark.parametrize(
    ("first", "last", "path"),
    [
        (dt.date(2026, 6, 20), dt.date(2026, 7, 20), BEHAVIOUR),
        (dt.date(2026, 6, 19), dt.date(2026, 7, 20), CORP),
        (dt.date(2026, 7, 20), dt.date(2026, 7, 19), BEHAVIOUR),
        (dt.date(2026, 7, 22), dt.date(2026, 7, 22), BEHAVIOUR),
        (dt.date(2026, 1, 10), dt.date(2026, 1, 11), BEHAVIOUR),
    ],
)
def test_an_impossible_window_is_refused(caller, days, first, last, path):
    assert caller.ask(WECOM, path, {"userid": ["staff_0001"], **days(first, last)})["errcode"] == 40058


def test_the_desk_may_be_asked_for_31_days(caller, days):
    said = caller.ask(WECOM, CORP, days(dt.date(2026, 6, 20), YESTERDAY))
    assert len(said["statistic_list"]) == 31


@pytest.mark.parametrize(
    ("body", "errcode"),
    [({}, 40063), ({"userid": ["nobody"]}, 40003), ({"userid": ["staff_0001"] * 101}, 40058)],
)
def test_behaviour_wants_known_members(caller, days, body, errcode):
    assert caller.ask(WECOM, BEHAVIOUR, {**body, **days(YESTERDAY)})["errcode"] == errcode


def test_the_desk_tells_rates_as_fractions(caller, world, days):
    day = world.rows(
        "select session_date from kf_session where session_date < '2026-07-20' order by 1 desc limit 1"
    )
    body = days(day[0]["session_date"])
    corp = caller.ask(WECOM, CORP, body)["statistic_list"][0]["statistic"]
    desk = caller.ask(WECOM, SERVICER, body)["statistic_list"][0]["statistic"]
    assert corp["session_cnt"] == desk["session_cnt"] > 0
    for name in ("reply_rate", "satisfaction_participation_rate", "satisfied_rate"):
        assert 0 <= desk[name] <= 1
    nobody = caller.ask(WECOM, SERVICER, {"servicer_userid": "nobody", **body})
    assert "statistic" not in nobody["statistic_list"][0]


def test_desks_are_listed_in_pages_with_who_serves_at_them(caller, staff, days):
    [desk] = caller.ask(WECOM, DESKS, {"offset": 0, "limit": 100})["account_list"]
    assert caller.ask(WECOM, DESKS, {"offset": 1, "limit": 100})["account_list"] == []
    serving = caller.look(WECOM, SERVICERS, open_kfid=desk["open_kfid"])["servicer_list"]
    assert [person["userid"] for person in serving] == staff
    window = days(YESTERDAY - dt.timedelta(days=29), YESTERDAY)
    alone = caller.ask(WECOM, CORP, {"open_kfid": desk["open_kfid"], **window})
    assert alone["statistic_list"] == caller.ask(WECOM, CORP, window)["statistic_list"]


def test_a_rate_that_nothing_stands_behind_is_left_out(caller, world, days):
    window = days(YESTERDAY - dt.timedelta(days=30), YESTERDAY)
    told = [row for row in caller.ask(WECOM, SERVICER, window)["statistic_list"] if "statistic" in row]
    rated = world.rows(
        "select distinct session_date as day from kf_session where satisfied is not null "
        "and session_date >= $1 and session_date <= $2",
        YESTERDAY - dt.timedelta(days=30),
        YESTERDAY,
    )
    assert 0 < len(rated) < len(told)
    assert sum("satisfied_rate" in row["statistic"] for row in told) == len(rated)


@pytest.mark.parametrize(
    ("path", "body", "errcode"),
    [
        (DESKS, {"limit": 101}, 40058),
        (DESKS, {"offset": -1}, 40058),
        (CORP, {"open_kfid": "wkNothing", "start_time": 1784476800, "end_time": 1784476800}, 95000),
        (CORP, {"start_time": 1784563200, "end_time": 1784563200}, 40058),
    ],
)
def test_the_desk_refuses_what_it_cannot_tell(caller, path, body, errcode):
    assert caller.ask(WECOM, path, body)["errcode"] == errcode


def period(at, first, last, **more):
    return {"day_begin_time": at(first), "day_end_time": at(last), **more}


def test_a_period_counts_each_person_once(caller, at):
    first = YESTERDAY - dt.timedelta(days=29)
    week = caller.ask(WECOM, PERIOD, period(at, first, YESTERDAY))
    days = caller.ask(WECOM, BY_DAY, period(at, first, YESTERDAY))["items"]
    assert [item["stat_time"] for item in days] == [at(first + dt.timedelta(days=n)) for n in range(30)]
    data = [item["data"] for item in week["items"]]
    daily = [item["data"] for item in days]
    assert sum(d["msg_total"] for d in data) == sum(d["msg_total"] for d in daily) > 0
    assert 0 < sum(d["member_has_msg"] for d in data) < sum(d["member_has_msg"] for d in daily)
    assert sum(d["member_total"] for d in data) == daily[-1]["member_total"]
    assert sum(d["chat_total"] for d in data) == daily[-1]["chat_total"]


def test_owners_are_told_apart_and_paged(caller, at):
    body = period(at, YESTERDAY, YESTERDAY, order_by=4, order_asc=0)
    whole = caller.ask(WECOM, PERIOD, body)
    assert whole["total"] == len(whole["items"]) >= 2
    sizes = [item["data"]["member_total"] for item in whole["items"]]
    assert sizes == sorted(sizes, reverse=True)
    first = caller.ask(WECOM, PERIOD, {**body, "limit": 1})
    second = caller.ask(WECOM, PERIOD, {**body, "limit": 1, "offset": first["next_offset"]})
    assert first["items"] + second["items"] == whole["items"][:2]
    owner = whole["items"][0]["owner"]
    alone = caller.ask(WECOM, PERIOD, {**body, "owner_filter": {"userid_list": [owner]}})
    assert alone["items"] == whole["items"][:1]


def test_one_day_is_the_default_and_today_is_refused(caller, at):
    said = caller.ask(WECOM, BY_DAY, {"day_begin_time": at(YESTERDAY)})
    assert len(said["items"]) == 1
    assert caller.ask(WECOM, BY_DAY, {"day_begin_time": at(dt.date(2026, 7, 21))})["errcode"] == 40058


def test_groups_are_paged_with_a_required_limit(caller):
    path = PLACE + "groupchat/list"
    assert caller.ask(WECOM, path)["errcode"] == 40058
    whole = caller.ask(WECOM, path, {"limit": 1000})
    assert "next_cursor" not in whole
    first = caller.ask(WECOM, path, {"limit": 1})
    rest = caller.ask(WECOM, path, {"limit": 1000, "cursor": first["next_cursor"]})
    assert first["group_chat_list"] + rest["group_chat_list"] == whole["group_chat_list"]
    assert caller.ask(WECOM, path, {"limit": 10, "status_filter": 1})["group_chat_list"] == []


def test_without_a_filter_more_than_a_thousand_owners_are_too_many(caller, world, at):
    world.rows("insert into wecom_staff select 100 + i, 'extra_' || i, '' from range(1001) t(i)")
    try:
        assert caller.ask(WECOM, PLACE + "groupchat/list", {"limit": 10})["errcode"] == 81017
        assert caller.ask(WECOM, BY_DAY, {"day_begin_time": at(YESTERDAY)})["errcode"] == 81017
        some = {"limit": 10, "owner_filter": {"userid_list": ["staff_0001"]}}
        assert caller.ask(WECOM, PLACE + "groupchat/list", some)["errcode"] == 0
    finally:
        world.rows("delete from wecom_staff where staff >= 100")


def test_a_group_lists_who_is_in_it_now(caller, at):
    groups = caller.ask(WECOM, PLACE + "groupchat/list", {"limit": 1000})["group_chat_list"]
    members = 0
    for group in groups:
        said = caller.ask(WECOM, PLACE + "groupchat/get", {"chat_id": group["chat_id"], "need_name": 1})[
            "group_chat"
        ]
        assert said["member_list"][0]["userid"] == said["owner"]
        members += sum(member["type"] == 2 for member in said["member_list"])
        assert all("name" in member for member in said["member_list"])
    caller.sandbox.clock.set(dt.datetime.fromisoformat("2026-07-22T08:00:00+08:00"))
    caller._tokens.clear()
    today = caller.ask(WECOM, BY_DAY, {"day_begin_time": at(dt.date(2026, 7, 21))})["items"][0]["data"]
    assert abs(today["member_total"] - members) <= 15, "within a day's coming and going"
    assert caller.ask(WECOM, PLACE + "groupchat/get", {"chat_id": "wrNothing"})["errcode"] == 40050
