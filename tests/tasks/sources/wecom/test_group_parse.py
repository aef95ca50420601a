"""What a group chat's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.wecom import parse_groups

CHAT = "wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA"
CUSTOMER = "wmOgQhDgAAuXFJGwbve4g4iXknfOAAAA"
TAKEN = dt.date(2026, 7, 20)
JOINED = dt.datetime(2019, 10, 31, 7, 4, 51, tzinfo=dt.UTC)


def groups(answer, keyed, body, **options):
    return parse_groups.groups(answer("wecom.groups", body, **options), keyed)


def test_the_official_group_sample_is_read_without_names_of_persons(answer, keyed, sample):
    parsed = groups(answer, keyed, sample("wecom.externalcontact.groupchat.get"))
    assert parsed.rows["land_wecom_group"] == [
        {
            "account_id": "acct",
            "chat_id": CHAT,
            "name": "销售客服群",
            "owner_id": "ZhuShengBen",
            "created_at": dt.datetime(2019, 10, 31, 7, 4, 50, tzinfo=dt.UTC),
            "last_seen_date": TAKEN,
            "seen_date": TAKEN,
            "gone_date": None,
        }
    ]
    assert parsed.rows["land_wecom_group_member"] == [
        {
            "account_id": "acct",
            "chat_id": CHAT,
            "member_key": keyed("abel"),
            "stay": "1572505491",
            "type": 1,
            "staff_id": "abel",
            "union_key": None,
            "joined_at": JOINED,
            "join_scene": 1,
            "invitor_key": keyed("jack"),
            "state": "klsdup3kj3s1",
            "last_seen_date": TAKEN,
            "seen_date": TAKEN,
            "gone_date": None,
        },
        {
            "account_id": "acct",
            "chat_id": CHAT,
            "member_key": keyed(CUSTOMER),
            "stay": "1572505491",
            "type": 2,
            "staff_id": None,
            "union_key": keyed("ozynqsulJFCZ2z1aYeS8h-nuasdAAA"),
            "joined_at": JOINED,
            "join_scene": 1,
            "invitor_key": None,
            "state": None,
            "last_seen_date": TAKEN,
            "seen_date": TAKEN,
            "gone_date": None,
        },
    ]
    assert parsed.present == {
        "land_wecom_group": [CHAT],
        "land_wecom_group_member": [
            f"{CHAT}|{keyed('abel')}|1572505491",
            f"{CHAT}|{keyed(CUSTOMER)}|1572505491",
        ],
    }


def test_the_list_of_groups_only_leads_to_the_groups(answer, keyed, sample):
    body = sample("wecom.externalcontact.groupchat.list")
    parsed = groups(answer, keyed, body, path=parse_groups.LIST)
    assert (parsed.rows, parsed.present) == ({}, {})


def test_a_person_listed_twice_in_one_stay_is_there_once(answer, keyed):
    person = {"userid": "e", "type": 2, "join_time": 5}
    parsed = groups(answer, keyed, {"group_chat": {"chat_id": "c", "member_list": [person, person]}})
    assert len(parsed.rows["land_wecom_group_member"]) == 1


def test_who_leaves_and_returns_has_two_stays(answer, keyed):
    def stay(joined):
        person = {"userid": "e", "type": 2, "join_time": joined}
        return groups(answer, keyed, {"group_chat": {"chat_id": "c", "member_list": [person]}}).present

    assert stay(5)["land_wecom_group_member"] != stay(6)["land_wecom_group_member"]


def test_an_unnamed_group_without_members_is_a_group_all_the_same(answer, keyed):
    parsed = groups(answer, keyed, {"group_chat": {"chat_id": "c", "name": "", "owner": "a"}})
    assert [row["name"] for row in parsed.rows["land_wecom_group"]] == [None]
    assert parsed.present == {"land_wecom_group": ["c"], "land_wecom_group_member": []}


def test_an_answer_without_its_group_is_refused(answer, keyed):
    with pytest.raises(UnexpectedShape, match="chat_id"):
        groups(answer, keyed, {"errcode": 0})
