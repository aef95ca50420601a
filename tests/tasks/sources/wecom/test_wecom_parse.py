"""What a WeCom corp's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.wecom import parse

OWNER = {"owner_filter": {"userid_list": ["zhangsan"]}}


def test_the_official_behaviour_sample_is_read_with_percent_as_share(answer, keyed, sample):
    body = sample("wecom.externalcontact.get_user_behavior_data")
    rows = parse.behaviour(answer("wecom.behaviour", body, asked={"userid": ["zhangsan"]}), keyed).rows
    assert rows["land_wecom_behaviour"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2018, 9, 10),
            "staff_id": "zhangsan",
            "chats": 100,
            "messages": 80,
            "reply_share": 0.6025,
            "reply_minutes": 1.0,
            "negative_feedback": 0,
            "new_applies": 6,
            "new_contacts": 5,
        },
        {
            "account_id": "acct",
            "business_date": dt.date(2018, 9, 11),
            "staff_id": "zhangsan",
            "chats": 20,
            "messages": 40,
            "reply_share": 1.0,
            "reply_minutes": 1.0,
            "negative_feedback": 0,
            "new_applies": 6,
            "new_contacts": 5,
        },
    ]


def test_without_a_chat_there_is_no_reply_to_measure(answer, keyed):
    body = {
        "behavior_data": [{"stat_time": 1536508800, "chat_cnt": 0, "message_cnt": 0, "reply_percentage": 0}]
    }
    [row] = parse.behaviour(answer("wecom.behaviour", body, asked={"userid": ["a"]}), keyed).rows[
        "land_wecom_behaviour"
    ]
    assert (row["reply_share"], row["reply_minutes"]) == (None, None)


def test_a_percentage_above_100_is_refused(answer, keyed):
    row = {"stat_time": 1536508800, "chat_cnt": 1, "message_cnt": 1, "reply_percentage": 6025}
    with pytest.raises(UnexpectedShape, match="reply_percentage"):
        parse.behaviour(answer("wecom.behaviour", {"behavior_data": [row]}, asked={"userid": ["a"]}), keyed)


def test_a_sum_over_several_members_is_refused(answer, keyed):
    with pytest.raises(UnexpectedShape, match="2 members"):
        parse.behaviour(answer("wecom.behaviour", {"behavior_data": []}, asked={"userid": ["a", "b"]}), keyed)


def test_the_official_group_day_sample_gets_its_owner_from_the_request(answer, keyed, sample):
    body = sample("wecom.externalcontact.groupchat.statistic_group_by_day")
    rows = parse.group_day(answer("wecom.group_day", body, asked=OWNER), keyed).rows["land_wecom_group_day"]
    assert [row["business_date"] for row in rows] == [dt.date(2020, 9, 17), dt.date(2020, 9, 18)]
    assert rows[0] == {
        "account_id": "acct",
        "business_date": dt.date(2020, 9, 17),
        "owner_id": "zhangsan",
        "groups_new": 2,
        "groups_total": 2,
        "groups_active": 0,
        "members_new": 0,
        "members_total": 6,
        "members_active": 0,
        "messages": 0,
    }


def test_the_official_group_week_sample_is_read_for_its_last_day(answer, keyed, sample):
    raw = answer(
        "wecom.group_week", sample("wecom.externalcontact.groupchat.statistic"), day=dt.date(2020, 9, 19)
    )
    rows = parse.group_week(raw, keyed).rows["land_wecom_group_week"]
    assert [(r["business_date"], r["owner_id"], r["groups_total"], r["groups_active"]) for r in rows] == [
        (dt.date(2020, 9, 19), "zhangsan", 2, 0),
        (dt.date(2020, 9, 19), "lisi", 3, 2),
    ]


def test_the_official_customer_sample_is_hashed(answer, keyed, sample):
    parsed = parse.customers(
        answer("wecom.customers", sample("wecom.externalcontact.batch.get_by_user")), keyed
    )
    first, second = keyed("woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA"), keyed("woAJ2GCAAAXtWyujaWJHDDGi0mACHBBB")
    assert parsed.present == {"land_wecom_customer": [f"{first}|rocky", f"{second}|lisi"]}
    assert parsed.rows["land_wecom_customer"] == [
        {
            "account_id": "acct",
            "member_key": first,
            "staff_id": "rocky",
            "union_key": keyed("ozynqsulJFCZ2z1aYeS8h-nuasdAAA"),
            "added_at": dt.datetime(2018, 5, 8, 11, 43, 32, tzinfo=dt.UTC),
            "add_way": 10,
            "state": None,
            "tag_ids": "etAJ2GCAAAXtWyujaWJHDDGi0mACHAAA",
            "seen_date": dt.date(2026, 7, 20),
            "gone_date": None,
        },
        {
            "account_id": "acct",
            "member_key": second,
            "staff_id": "lisi",
            "union_key": keyed("ozynqsulJFCZ2asdaf8h-nuasdAAA"),
            "added_at": dt.datetime(2018, 5, 9, 16, 0, 37, tzinfo=dt.UTC),
            "add_way": 3,
            "state": "外联二维码1",
            "tag_ids": "etAJ2GCAAAXtWyujaWJHDDGi0mACHAAA,stJHDDGi0mAGi0mACHBBByujaW",
            "seen_date": dt.date(2026, 7, 20),
            "gone_date": None,
        },
    ]


@pytest.mark.parametrize("name", ["error.wecom.84061.list", "error.wecom.84061.get"])
def test_a_member_without_customers_is_empty_and_not_wrong(answer, keyed, sample, name):
    assert parse.customers(answer("wecom.customers", sample(name), errcode="84061"), keyed).rows == {}


def test_the_staff_list_only_leads_to_the_other_questions(answer, keyed, sample):
    raw = answer("wecom.behaviour", sample("wecom.externalcontact.get_follow_user_list"), path=parse.STAFF)
    assert parse.behaviour(raw, keyed).rows == {}


def test_the_tags_of_a_customer_are_one_text_in_one_order_whatever_the_platform_sends(answer, keyed):
    def told(tags):
        follow = {"userid": "a", "tag_id": tags}
        body = {
            "external_contact_list": [{"external_contact": {"external_userid": "e"}, "follow_info": follow}]
        }
        [row] = parse.customers(answer("wecom.customers", body), keyed).rows["land_wecom_customer"]
        return row["tag_ids"]

    assert told(["t2", "t1", "t2"]) == told(["t1", "t2"]) == "t1,t2"
    assert told([]) is told(None) is None


def test_the_official_staff_list_is_the_roster_of_the_day_before_it_was_taken(answer, keyed, sample):
    raw = answer("wecom.members", sample("wecom.externalcontact.get_follow_user_list"), path=parse.STAFF)
    assert parse.members(raw, keyed).rows == {
        "land_wecom_member": [
            {"account_id": "acct", "business_date": dt.date(2026, 7, 20), "staff_id": "zhangsan"},
            {"account_id": "acct", "business_date": dt.date(2026, 7, 20), "staff_id": "lissi"},
        ]
    }


def test_the_official_tag_sample_is_read_with_its_group_and_what_was_deleted(answer, keyed, sample):
    raw = answer("wecom.tags", sample("wecom.externalcontact.get_corp_tag_list"))
    assert parse.tags(raw, keyed).rows == {
        "land_wecom_tag": [
            {
                "account_id": "acct",
                "tag_id": "TAG_ID1",
                "name": "NAME1",
                "group_id": "TAG_GROUPID1",
                "group_name": "GOURP_NAME",
                "is_deleted": False,
            },
            {
                "account_id": "acct",
                "tag_id": "TAG_ID2",
                "name": "NAME2",
                "group_id": "TAG_GROUPID1",
                "group_name": "GOURP_NAME",
                "is_deleted": True,
            },
        ]
    }


def test_a_tag_of_a_deleted_group_is_deleted_too(answer, keyed):
    group = {"group_id": "g", "deleted": True, "tag": [{"id": "t", "deleted": False}]}
    [row] = parse.tags(answer("wecom.tags", {"tag_group": [group]}), keyed).rows["land_wecom_tag"]
    assert row["is_deleted"] is True
