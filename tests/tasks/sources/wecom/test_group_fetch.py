"""Who is in which group chat: read whole or not at all, and nobody leaves because of a bad answer."""

import datetime as dt
import json

import pytest

from tasks.calendars import Window
from tasks.errors import Busy, ShortAnswer
from tasks.metrics import remedies
from tasks.records import SourceKind
from tasks.sources.jobs import JOBS

WECOM = SourceKind.wecom
LAST = dt.date(2026, 7, 20)
TODAY = Window.of_day(LAST)
MEMBERS, CHATS = "land_wecom_group_member", "land_wecom_group"
LIST, GET = "/cgi-bin/externalcontact/groupchat/list", "/cgi-bin/externalcontact/groupchat/get"


def read(platform, known=frozenset(), **options):
    return platform.ask(WECOM, lambda client: JOBS["wecom.groups"].fetch(client, TODAY, known), **options)


def present(fetch, keyed, dataset=MEMBERS):
    parsed = [JOBS["wecom.groups"].parse(raw, keyed) for raw in fetch.answers]
    return [name for one in parsed for name in one.present.get(dataset, [])]


def asked(platform, path):
    requests = [json.loads(raw.request) for raw in platform.kept]
    return [request["body"] for request in requests if request["path"] == path]


def corp(chats, *, listed=None, refused=()):
    """A corp with these chats (id → userids); ``refused``: chat id → error code."""

    def behave(request, body):
        if request.url.path == LIST:
            ids = sorted(chats) if listed is None else listed
            return {"errcode": 0, "group_chat_list": [{"chat_id": chat, "status": 0} for chat in ids]}
        chat_id = body["chat_id"]
        if chat_id in refused:
            return {"errcode": refused[chat_id], "errmsg": "no such chat"}
        people = [{"userid": name, "type": 2, "join_time": 7} for name in chats[chat_id]]
        return {"errcode": 0, "group_chat": {"chat_id": chat_id, "owner": "a", "member_list": people}}

    return behave


def test_every_group_of_the_sandbox_is_read_with_who_is_in_it_and_no_names(platform, keyed, world):
    fetch = read(platform)
    assert fetch.troubles == {}
    assert fetch.notes == []
    inside = world.rows(
        "select chat_id, wecom_external(person_id) as userid, joined_at from wecom_group_member "
        "where joined_at <= $1 and (left_at is null or left_at > $1)",
        platform.sandbox.clock.epoch(),
    )
    owners = world.rows(
        "select chat_id, owner as userid, created_at as joined_at from wecom_group where created_at <= $1",
        platform.sandbox.clock.epoch(),
    )
    expected = {f"{row['chat_id']}|{keyed(row['userid'])}|{row['joined_at']}" for row in [*inside, *owners]}
    assert len(inside) > 20
    assert set(present(fetch, keyed)) == expected
    assert set(present(fetch, keyed, CHATS)) == {row["chat_id"] for row in owners}
    assert {body["need_name"] for body in asked(platform, GET)} == {0}
    assert all(raw.personal for raw in platform.kept)


def test_who_left_the_sandbox_is_only_missing_the_next_day(platform, keyed, world):
    before = present(read(platform), keyed)
    platform.sandbox.clock.advance(dt.timedelta(days=3))
    after = read(platform, frozenset(before))
    left = world.rows(
        "select chat_id, wecom_external(person_id) as userid, joined_at from wecom_group_member "
        "where left_at > $1 and left_at <= $2 and joined_at <= $1",
        platform.sandbox.clock.epoch() - 3 * 86_400,
        platform.sandbox.clock.epoch(),
    )
    gone = {f"{row['chat_id']}|{keyed(row['userid'])}|{row['joined_at']}" for row in left}
    assert gone
    assert set(before) - set(present(after, keyed)) == gone


def test_a_chat_that_refuses_keeps_its_known_members_and_says_so(acting, keyed):
    known = frozenset({"c1|k1|7", "c1|k2|7", "c2|k3|7"})
    chats = {"c1": [], "c2": ["x"], "c3": []}
    fetch = read(acting(corp(chats, refused={"c1": 84061, "c3": 40050})), known)
    assert fetch.troubles == {}
    assert sorted(present(fetch, keyed)) == ["c1|k1|7", "c1|k2|7", f"c2|{keyed('x')}|7"]
    assert sorted(present(fetch, keyed, CHATS)) == ["c1", "c2", "c3"]
    [note] = fetch.notes
    assert note.startswith("2 group chats without an answer (40050: 1, 84061: 1): ")
    assert remedies.note(note, WECOM).startswith("2 个客户群未取到成员（40050: 1, 84061: 1）：")


@pytest.mark.parametrize(("chats", "refusing"), [(1, 1), (9, 3), (20, 5)])
def test_chats_that_refuse_by_the_dozen_are_a_failure_and_not_a_note(acting, chats, refusing):
    names = [f"c{n}" for n in range(chats)]
    refused = dict.fromkeys(names[:refusing], 60011)
    fetch = read(acting(corp(dict.fromkeys(names, ["x"]), refused=refused)), frozenset({"c0|k1|7"}))
    assert fetch.answers == []
    assert isinstance(fetch.troubles[LAST], ShortAnswer)
    assert fetch.troubles[LAST].code == "60011"


def test_a_chat_that_is_gone_from_the_list_and_refuses_is_gone_without_a_word(acting, keyed):
    fetch = read(
        acting(corp({"c1": ["x"]}, refused={"c9": 40050})), frozenset({"c9|k1|7", f"c1|{keyed('x')}|7"})
    )
    assert present(fetch, keyed, CHATS) == ["c1"]
    assert present(fetch, keyed) == [f"c1|{keyed('x')}|7"]
    assert fetch.notes == []


def test_a_chat_that_half_a_list_leaves_out_is_asked_all_the_same(acting, keyed):
    chats = {"c1": ["x"], "c2": ["y"]}
    known = frozenset({f"c1|{keyed('x')}|7", f"c2|{keyed('y')}|7"})
    fetch = read(acting(corp(chats, listed=["c1"])), known)
    assert set(present(fetch, keyed)) == known
    [note] = fetch.notes
    assert note == "1 group chats answered though the list left them out: they count."
    assert remedies.note(note, WECOM) == "1 个客户群不在列表中，但仍取到成员，已计入"


def test_half_a_reading_is_no_answer_at_all(platform):
    platform.sandbox.faults.add(f"html:{GET}")
    fetch = read(platform)
    assert isinstance(fetch.troubles[LAST], Busy)
    assert fetch.answers == []


def test_a_corp_without_groups_has_none_and_that_is_no_failure(acting, keyed):
    fetch = read(acting(corp({})))
    assert fetch.troubles == {}
    assert present(fetch, keyed) == present(fetch, keyed, CHATS) == []


def test_the_list_is_read_to_its_last_page(acting, keyed):
    pages = {"": (["c1", "c2"], "p2"), "p2": (["c3"], "")}

    def behave(request, body):
        if request.url.path == LIST:
            ids, after = pages[body["cursor"]]
            chats = [{"chat_id": chat, "status": 0} for chat in ids]
            return {"errcode": 0, "group_chat_list": chats, "next_cursor": after}
        return {"errcode": 0, "group_chat": {"chat_id": body["chat_id"]}}

    platform = acting(behave)
    assert present(read(platform), keyed, CHATS) == ["c1", "c2", "c3"]
    assert {body["limit"] for body in asked(platform, LIST)} == {1000}


def test_over_a_thousand_owners_are_named_by_the_hundred(acting, keyed):
    staff = [f"u{n}" for n in range(150)]

    def behave(request, body):
        if request.url.path.endswith("get_follow_user_list"):
            return {"errcode": 0, "follow_user": staff}
        if request.url.path == LIST:
            owners = body.get("owner_filter", {}).get("userid_list")
            if owners is None:
                return {"errcode": 81017, "errmsg": "too many owners"}
            return {"errcode": 0, "group_chat_list": [{"chat_id": f"of-{owners[0]}", "status": 0}]}
        return {"errcode": 0, "group_chat": {"chat_id": body["chat_id"]}}

    platform = acting(behave)
    assert present(read(platform), keyed, CHATS) == ["of-u0", "of-u100"]
    named = [body["owner_filter"]["userid_list"] for body in asked(platform, LIST) if "owner_filter" in body]
    assert [len(owners) for owners in named] == [100, 50]


@pytest.mark.parametrize("code", [48002, 60020])
def test_what_holds_for_every_chat_is_an_error_and_not_a_note(acting, code):
    fetch = read(acting(corp({"c1": [], "c2": []}, refused={"c1": code, "c2": code})))
    assert fetch.troubles[LAST].code == str(code)
    assert fetch.notes == []
