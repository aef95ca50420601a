"""What an Official Account's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.official_account import parse

DETAILS = "/cgi-bin/user/info/batchget"


def test_every_channel_of_a_day_is_a_row_and_unknown_channels_are_kept(answer, keyed):
    body = {
        "list": [
            {"ref_date": "2026-07-20", "user_source": 0, "new_user": 0, "cancel_user": 0},
            {"ref_date": "2026-07-20", "user_source": 9999, "new_user": 12, "cancel_user": "3"},
        ]
    }
    parsed = parse.user_summary(answer("oa.user_summary", body), keyed)
    assert parsed.delayed is False
    assert [list(row.values()) for row in parsed.rows["land_oa_user_summary"]] == [
        ["acct", dt.date(2026, 7, 20), 0, 0, 0],
        ["acct", dt.date(2026, 7, 20), 9999, 12, 3],
    ]


def test_the_official_user_samples_are_read(answer, keyed, sample):
    summary = parse.user_summary(answer("oa.user_summary", sample("datacube.getusersummary")), keyed)
    assert summary.rows["land_oa_user_summary"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2014, 12, 7),
            "user_source": 0,
            "new_followers": 0,
            "lost_followers": 0,
        }
    ]
    total = parse.user_cumulate(answer("oa.user_cumulate", sample("datacube.getusercumulate")), keyed)
    assert total.rows["land_oa_user_cumulate"] == [
        {"account_id": "acct", "business_date": dt.date(2014, 12, 7), "followers": 1217056}
    ]


def test_the_official_account_day_sample_is_read(answer, keyed, sample):
    parsed = parse.biz_summary(answer("oa.biz_summary", sample("datacube.getbizsummary")), keyed)
    assert parsed.rows["land_oa_biz_day"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2025, 11, 1),
            "readers": 4123,
            "sharers": 366,
            "zaikan_users": 191,
            "like_users": 386,
            "comments": 33,
            "collect_users": 233,
            "redirect_users": 369,
            "articles_sent": 512,
        }
    ]


def test_the_official_article_day_samples_are_read(answer, keyed, sample):
    read = parse.article_read(answer("oa.article_read", sample("datacube.getarticleread")), keyed)
    assert [(r["article_id"], r["scene"], r["readers"]) for r in read.rows["land_oa_article_read_day"]] == [
        ("10000050_1", "全部", 4123),
        ("10000050_1", "公众号消息", 234),
    ]
    shared = parse.article_share(answer("oa.article_share", sample("datacube.getarticleshare")), keyed)
    assert shared.rows["land_oa_article_share_day"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2025, 11, 1),
            "article_id": "2247490098_1",
            "sharers": 366,
        }
    ]


def test_the_official_article_total_sample_is_read(answer, keyed, sample):
    parsed = parse.article_total(answer("oa.article_total", sample("datacube.getarticletotaldetail")), keyed)
    day = dt.date(2025, 11, 1)
    assert parsed.rows["land_oa_article_total"] == [
        {
            "account_id": "acct",
            "publish_date": day,
            "article_id": "2247490098_1",
            "stat_date": day,
            "publish_type": 0,
            "title": None,
            "content_url": None,
            "readers": 4123,
            "sharers": 366,
            "zaikan_users": 191,
            "like_users": 386,
            "comments": 33,
            "collect_users": 233,
            "praise_cny": Decimal("3.61"),
            "followers_won": 327,
            "delivery_read_share": 0.0271002,
            "finish_share": 0.6304348,
            "read_minutes": 1.0588236,
            "jump_1_share": 0.5304147,
            "jump_2_share": 0.1023412,
            "jump_3_share": None,
            "jump_4_share": None,
            "jump_5_share": None,
        }
    ]
    assert parsed.rows["land_oa_article_scene"] == [
        {
            "account_id": "acct",
            "publish_date": day,
            "article_id": "2247490098_1",
            "stat_date": day,
            "scene": "全部",
            "readers": 4123,
        }
    ]


def article(**detail):
    row = {"stat_date": "2026-07-20", "read_user": 3, "share_user": 0, **detail}
    item = {
        "ref_date": "2026-07-19",
        "msgid": "7_1",
        "publish_type": 2,
        "title": "夏\ud83d",
        "detail_list": [row],
    }
    return {"list": [item], "is_delay": "true"}


def test_overlapping_scenes_are_never_added_up(answer, keyed):
    sources = [
        {"user_count": 2, "scene_desc": "聊天会话"},
        {"user_count": 3, "scene_desc": "全部"},
        {"user_count": 2, "scene_desc": "朋友圈"},
    ]
    parsed = parse.article_total(answer("oa.article_total", article(read_user_source=sources)), keyed)
    assert parsed.rows["land_oa_article_total"][0]["readers"] == 3
    assert {r["scene"]: r["readers"] for r in parsed.rows["land_oa_article_scene"]} == {
        "聊天会话": 2,
        "全部": 3,
        "朋友圈": 2,
    }


def test_a_delay_written_as_text_counts_and_half_an_emoji_is_mended(answer, keyed):
    parsed = parse.article_total(answer("oa.article_total", article()), keyed)
    assert parsed.delayed is True
    row = parsed.rows["land_oa_article_total"][0]
    assert row["title"] == "夏?"
    assert row["publish_type"] == 2


@pytest.mark.parametrize("field", ["read_finish_rate", "read_delivery_rate"])
def test_a_rate_above_one_is_refused_and_named(answer, keyed, field):
    with pytest.raises(UnexpectedShape, match=rf"body\.list\[0\]\.detail_list\[0\]\.{field} is 63\.04"):
        parse.article_total(answer("oa.article_total", article(**{field: 63.04})), keyed)


def test_a_day_on_which_nothing_was_read_is_an_empty_dataset(answer, keyed):
    parsed = parse.article_read(answer("oa.article_read", {"list": [], "is_delay": False}), keyed)
    assert parsed.rows == {"land_oa_article_read_day": []}


def test_the_official_publication_sample_is_read(answer, keyed, sample):
    parsed = parse.publications(answer("oa.publications", sample("oa.freepublish.batchget")), keyed)
    assert parsed.rows["land_oa_publication"] == [
        {
            "account_id": "acct",
            "publication_id": "ARTICLE_ID",
            "item_index": 0,
            "title": "TITLE",
            "author": "AUTHOR",
            "url": "URL",
            "is_deleted": False,
            "updated_at": None,
        }
    ]


def test_the_list_of_followers_says_who_is_there_and_tells_no_id(answer, keyed, sample):
    raw = answer("oa.followers", sample("oa.user.get"), path="/cgi-bin/user/get")
    parsed = parse.followers(raw, keyed)
    assert parsed.rows == {"land_oa_follower": []}
    assert parsed.present == {"land_oa_follower": [keyed("OPENID1"), keyed("OPENID2")]}


def test_the_last_page_of_followers_has_no_data(answer, keyed):
    raw = answer("oa.followers", {"total": 2, "count": 0, "next_openid": ""}, path="/cgi-bin/user/get")
    assert parse.followers(raw, keyed).present == {"land_oa_follower": []}


def test_details_of_followers_are_hashed_and_leavers_left_out(answer, keyed, sample):
    raw = answer("oa.followers", sample("oa.user.info.batchget"), path=DETAILS)
    parsed = parse.followers(raw, keyed)
    assert parsed.rows["land_oa_follower"] == [
        {
            "account_id": "acct",
            "member_key": keyed("otvxTs4dckWG7imySrJd6jSi0CWE"),
            "union_key": keyed("oR5GjjgEhCMJFyzaVZdrxZ2zRRF4"),
            "subscribed_at": dt.datetime(2015, 6, 12, 7, 10, 47, tzinfo=dt.UTC),
            "scene": "ADD_SCENE_QR_CODE",
            "seen_date": dt.date(2026, 7, 20),
            "gone_date": None,
        }
    ]
    assert parsed.present == {}


def test_an_error_answer_holds_no_facts(answer, keyed):
    raw = answer("oa.user_summary", {"errcode": 48001, "errmsg": "api unauthorized"}, errcode="48001")
    assert parse.user_summary(raw, keyed).rows == {}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html>", "not JSON"),
        ("[]", "body is"),
        ("{}", r"body\.list is None"),
        ('{"list": [7]}', r"body\.list\[0\] is 7"),
        ('{"list": [{"ref_date": "2026-02-30"}]}', r"ref_date is '2026-02-30', not a date"),
        ('{"list": [{"ref_date": "2026-07-20", "user_source": 1}]}', r"body\.list\[0\]\.new_user is missing"),
        ('{"list": [{"ref_date": "2026-07-20", "user_source": 1, "new_user": -4}]}', "new_user is -4"),
        ('{"list": [{"ref_date": "2026-07-20", "user_source": true}]}', "user_source is True"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_an_answer_of_another_shape_is_named(answer, keyed, body, said):
    with pytest.raises(UnexpectedShape, match=said):
        parse.user_summary(answer("oa.user_summary", body), keyed)
