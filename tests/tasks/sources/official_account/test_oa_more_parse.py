"""Messages, callbacks, comments and tags of an Official Account as they are read; typed from the bodies by hand."""

import datetime as dt

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.official_account import parse, parse_messages, parse_persons

COMMENTS, MEMBERS = "/cgi-bin/comment/list", "/cgi-bin/user/tag/get"
TAKEN_ON = dt.date(2026, 7, 20)
"""The answers of these tests were fetched on the morning after."""


def test_the_official_message_samples_are_read(answer, keyed, sample):
    day = dt.date(2014, 12, 7)
    kinds = parse_messages.messages(answer("oa.messages", sample("datacube.getupstreammsg")), keyed)
    assert kinds.rows["land_oa_message_day"] == [
        {"account_id": "acct", "business_date": day, "msg_type": 1, "users": 282, "messages": 817}
    ]
    dist = parse_messages.message_dist(
        answer("oa.message_dist", sample("datacube.getupstreammsgdist")), keyed
    )
    assert dist.rows["land_oa_message_dist"] == [
        {"account_id": "acct", "business_date": day, "count_interval": 1, "users": 246}
    ]


def test_the_official_callback_sample_is_read(answer, keyed, sample):
    parsed = parse_messages.interface(answer("oa.interface", sample("datacube.getinterfacesummary")), keyed)
    assert parsed.rows["land_oa_interface_day"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2014, 12, 1),
            "callbacks": 36974,
            "failures": 67,
            "total_ms": 14994291,
            "max_ms": 5044,
        }
    ]


def test_the_official_comment_sample_is_read(answer, keyed, sample):
    asked = sample("oa.comment.list.request")
    raw = answer("oa.comments", sample("oa.comment.list"), path=COMMENTS, asked=asked, errcode="0")
    moment = dt.datetime(1970, 1, 1, 3, 25, 45, tzinfo=dt.UTC)
    assert parse_persons.comments(raw, keyed).rows["land_oa_comment"] == [
        {
            "account_id": "acct",
            "publish_date": dt.date(2026, 7, 20),
            "article_id": "0_1",
            "comment_id": "0",
            "member_key": keyed("OPENID"),
            "created_at": moment,
            "content": "CONTENT",
            "is_featured": True,
            "reply": "CONTENT",
            "replied_at": moment,
        }
    ]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"content": "谢谢", "create_time": 1784505600}, "谢谢"),
        ([{"content": "谢谢"}, {"content": "不客气"}], "谢谢"),
        ([], None),
        (None, None),
    ],
)
def test_a_reply_is_read_whether_it_is_an_object_a_list_or_nothing(answer, keyed, reply, said):
    body = {"total": 1, "comment": [{"user_comment_id": 7, "content": "好\b", "reply": reply}]}
    asked = {"msg_data_id": 2247480001, "index": 2}
    (row,) = parse_persons.comments(answer("oa.comments", body, asked=asked), keyed).rows["land_oa_comment"]
    assert row["reply"] == said
    assert row["article_id"] == "2247480001_3", "comments count articles from 0, statistics from 1"
    assert (row["member_key"], row["is_featured"]) == (None, None)


def test_a_comment_with_raw_control_characters_is_read(answer, keyed):
    body = '{"total": 1, "comment": [{"user_comment_id": 1, "content": "第一行\n第二行\x08", "comment_type": 0}]}'
    asked = {"msg_data_id": 1, "index": 0}
    (row,) = parse_persons.comments(answer("oa.comments", body, asked=asked), keyed).rows["land_oa_comment"]
    assert row["content"].startswith("第一行\n第二行")
    assert row["is_featured"] is False


def test_the_official_tag_samples_are_read(answer, keyed, sample):
    tags = parse_persons.tags(answer("oa.tags", sample("oa.tags.get")), keyed)
    assert [tuple(row.values()) for row in tags.rows["land_oa_tag"]] == [
        ("acct", TAKEN_ON, 1, "每天一罐可乐星人", 0),
        ("acct", TAKEN_ON, 2, "星标组", 0),
        ("acct", TAKEN_ON, 127, "广东", 5),
    ]
    asked = sample("oa.user.tag.get.request")
    raw = answer("oa.tag_members", sample("oa.user.tag.get"), path=MEMBERS, asked=asked)
    assert parse_persons.tag_members(raw, keyed).rows["land_oa_tag_member"] == [
        {"account_id": "acct", "tag_id": 134, "member_key": keyed(openid), "taken_date": TAKEN_ON}
        for openid in ("ocYxcuAEy30bX0NXmGn4ypqx3tI0", "ocYxcuBt0mRugKZ7tGAHPnUaOW7Y")
    ]


def test_the_page_after_the_last_of_a_tag_holds_nobody(answer, keyed):
    raw = answer("oa.tag_members", {"count": 0, "next_openid": ""}, path=MEMBERS, asked={"tagid": 2})
    assert parse_persons.tag_members(raw, keyed).rows == {"land_oa_tag_member": []}


def test_members_of_a_tag_nobody_asked_about_are_refused(answer, keyed):
    raw = answer("oa.tag_members", {"data": {"openid": ["o"]}}, path=MEMBERS)
    with pytest.raises(UnexpectedShape, match=r"request\.body\.tagid is missing"):
        parse_persons.tag_members(raw, keyed)


def test_the_official_sample_of_one_follower_is_read_like_one_of_many(answer, keyed, sample):
    body = {"user_info_list": [sample("oa.user.info")]}
    (row,) = parse.followers(answer("oa.followers", body, path=parse.DETAILS), keyed).rows["land_oa_follower"]
    assert row["member_key"] == keyed("o6_bmjrPTlm6_2sgVt7hMZOPfL2M")
    assert row["union_key"] == keyed("o6_bmasdasdsad6_2sgVt7hMZOPfL"), (
        "the sample's unionid begins with a blank"
    )
    assert row["subscribed_at"] == dt.datetime(2013, 10, 25, 9, 55, 57, tzinfo=dt.UTC)
    assert row["scene"] == "ADD_SCENE_QR_CODE"
