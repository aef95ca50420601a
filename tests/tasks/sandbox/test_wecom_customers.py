import datetime as dt

import pytest

from tasks.records import SourceKind
from tasks.sandbox.wecom import TAGS

WECOM = SourceKind.wecom
PLACE = "/cgi-bin/externalcontact/"
TAG, OTHER = list(TAGS)[:2]


@pytest.fixture
def staff(caller) -> list[str]:
    return caller.look(WECOM, PLACE + "get_follow_user_list")["follow_user"]


def everybody(caller, staff, limit: int = 100):
    found, cursor = [], ""
    while True:
        page = caller.ask(
            WECOM, PLACE + "batch/get_by_user", {"userid_list": staff, "limit": limit, "cursor": cursor}
        )
        assert page["errcode"] == 0
        found += page["external_contact_list"]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def test_lists_and_batches_tell_of_the_same_customers(caller, staff):
    listed = {
        (userid, customer)
        for userid in staff
        for customer in caller.look(WECOM, PLACE + "list", userid=userid)["external_userid"]
    }
    batch = everybody(caller, staff, limit=17)
    pairs = [(row["follow_info"]["userid"], row["external_contact"]["external_userid"]) for row in batch]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == listed


def test_a_customer_of_two_members_comes_once_for_each(caller, staff):
    customers = [row["external_contact"]["external_userid"] for row in everybody(caller, staff)]
    assert len(set(customers)) < len(customers)
    twice = next(c for c in customers if customers.count(c) == 2)
    said = caller.look(WECOM, PLACE + "get", external_userid=twice)
    assert len(said["follow_user"]) == 2


def test_a_member_without_customers_is_84061_with_an_empty_list(caller):
    said = caller.look(WECOM, PLACE + "list", userid="nobody")
    assert said["errcode"] == 84061
    assert said["external_userid"] == []
    assert "hint: [" in said["errmsg"]
    said = caller.look(WECOM, PLACE + "get", external_userid="wmNobody")
    assert (said["errcode"], said["follow_user"]) == (84061, [])


def test_customers_change_with_the_clock(caller, staff):
    before = len(everybody(caller, staff))
    caller.sandbox.clock.advance(dt.timedelta(days=50))
    caller._tokens.clear()
    assert len(everybody(caller, staff)) > before


def test_a_customer_has_the_documented_shape(caller, staff):
    row = everybody(caller, staff)[0]
    assert {"external_userid", "name", "type", "gender"} <= row["external_contact"].keys()
    assert {"userid", "remark", "createtime", "tag_id", "add_way"} <= row["follow_info"].keys()
    rows = everybody(caller, staff)
    assert 0 < sum("unionid" in r["external_contact"] for r in rows) < len(rows)


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"userid_list": []}, 40058),
        ({"userid_list": [f"u{n}" for n in range(101)]}, 40058),
        ({"userid_list": ["nobody"]}, 60111),
        ({"userid_list": ["staff_0001"], "limit": 101}, 40058),
        ({"userid_list": ["staff_0001"], "cursor": "made up"}, 40058),
    ],
)
def test_an_impossible_batch_is_refused(caller, body, errcode):
    assert caller.ask(WECOM, PLACE + "batch/get_by_user", body)["errcode"] == errcode


def untagged(rows):
    return next(row for row in rows if not row["follow_info"]["tag_id"])


def test_a_tag_is_put_on_and_taken_off(caller, staff):
    row = untagged(everybody(caller, staff))
    who = {
        "userid": row["follow_info"]["userid"],
        "external_userid": row["external_contact"]["external_userid"],
    }
    assert caller.ask(WECOM, PLACE + "mark_tag", {**who, "add_tag": [TAG, OTHER]})["errcode"] == 0
    assert (
        caller.ask(WECOM, PLACE + "mark_tag", {**who, "add_tag": [TAG], "remove_tag": [OTHER]})["errcode"]
        == 0
    )
    said = caller.look(WECOM, PLACE + "get", external_userid=who["external_userid"])
    mine = next(follow for follow in said["follow_user"] if follow["userid"] == who["userid"])
    assert [(tag["tag_id"], tag["tag_name"], tag["type"]) for tag in mine["tags"]] == [(TAG, "新客", 1)]
    [again] = [
        row
        for row in everybody(caller, staff)
        if row["external_contact"]["external_userid"] == who["external_userid"]
        and row["follow_info"]["userid"] == who["userid"]
    ]
    assert again["follow_info"]["tag_id"] == [TAG]


def test_some_customers_were_tagged_by_the_staff_with_at_most_one_tag_of_a_group(caller, staff):
    rows = everybody(caller, staff)
    put = [row["follow_info"]["tag_id"] for row in rows]
    assert 0.6 < sum(map(bool, put)) / len(put) < 1
    for tags in put:
        groups = [TAGS[tag][0] for tag in tags]
        assert len(groups) == len(set(groups))
    tagged = next(row for row in rows if row["follow_info"]["tag_id"])
    said = caller.look(WECOM, PLACE + "get", external_userid=tagged["external_contact"]["external_userid"])
    mine = next(f for f in said["follow_user"] if f["userid"] == tagged["follow_info"]["userid"])
    assert [tag["tag_id"] for tag in mine["tags"]] == tagged["follow_info"]["tag_id"]


def test_a_tag_needs_a_known_customer_and_a_known_tag(caller, staff):
    row = everybody(caller, staff)[0]
    who = {
        "userid": row["follow_info"]["userid"],
        "external_userid": row["external_contact"]["external_userid"],
    }
    mark = PLACE + "mark_tag"
    assert caller.ask(WECOM, mark, {**who, "add_tag": ["etNothing"]})["errcode"] == 40068
    assert caller.ask(WECOM, mark, {**who, "external_userid": "wmX", "add_tag": [TAG]})["errcode"] == 84061
    assert caller.ask(WECOM, mark, who)["errcode"] == 40063


def test_tags_are_listed_whole_or_in_part(caller):
    path = PLACE + "get_corp_tag_list"
    groups = caller.ask(WECOM, path)["tag_group"]
    assert {tag["id"] for group in groups for tag in group["tag"]} == TAGS.keys()
    one = caller.ask(WECOM, path, {"tag_id": [TAG]})["tag_group"]
    assert [tag["id"] for group in one for tag in group["tag"]] == [TAG]
    whole = caller.ask(WECOM, path, {"group_id": [groups[1]["group_id"]]})["tag_group"]
    assert whole == [groups[1]]


def test_staff_can_be_listed_without_customers(caller, staff):
    said = caller.look(WECOM, "/cgi-bin/user/simplelist", department_id=1)
    assert [person["userid"] for person in said["userlist"]] == staff
    said = caller.ask(WECOM, "/cgi-bin/user/list_id", {"limit": 10_000})
    assert [person["userid"] for person in said["dept_user"]] == staff


def test_everybody_served_is_listed_in_pages(caller, staff):
    first = caller.ask(WECOM, PLACE + "contact_list", {"limit": 30})
    rest = caller.ask(WECOM, PLACE + "contact_list", {"limit": 1000, "cursor": first["next_cursor"]})
    assert len(first["info_list"]) == 30
    assert rest["next_cursor"] == ""
    assert len(first["info_list"]) + len(rest["info_list"]) == len(everybody(caller, staff))
