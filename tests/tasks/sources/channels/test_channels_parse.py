"""What a Channels account's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.channels import parse

DAY = dt.date(2026, 7, 20)
BLOCKS = {
    "live_dashboard_data": {
        "live_dashboard_data": {
            "summary": {
                "new_watch_uv": 1200,
                "max_online_watch_uv": 310,
                "impression_uv": 5000,
                "average_watch_seconds_per_audience": 95,
                "new_follow_uv": 17,
                "sharing_uv": 8,
            },
            "source": {},
            "portrait": {},
        },
        "live_duration": 7200,
        "start_time": 1784547000,  # 19:30 in Shanghai on the 20th
    },
    "live_comparison_index": {"is_living": False, "on_air": {}, "ended": {}},
    "live_ec_data_summary": {
        "total_gmv": 123450,
        "total_pay_pv": 12,
        "total_pay_uv": 11,
        "total_create_pv": 15,
        "total_clk_uv": 240,
        "total_exp_uv": 900,
        "cumulative_audience_count": 1201,
        "new_comment_count": 66,
        "refund_pv": 1,
        "refund_amount": 5000,
        "new_buyer_uv": 4,
        "ads_cumulative_audience_count": 0,
    },
    "live_ec_conversion_metric": {},
    "live_ec_profile": {},
    "live_distribution_channel": {},
    "single_live_ec_spu_data_page_v2": {
        "spu_data_list": [
            {
                "base_data": {"src_spu_id": "10000203005", "spu_id": 77, "spu_name": "防晒乳 50ml"},
                "exp_uv": 700,
                "clk_uv": 120,
                "create_pv": 9,
                "pay_pv": 8,
                "pay_uv": 7,
                "gmv": 98765,
                "refund_amount": 5000,
            },
            {"base_data": {"src_spu_id": "", "spu_id": 78}, "gmv": "24685"},
        ],
        "total_cnt": 2,
    },
}


def live(answer, keyed, blocks, **about):
    asked = {"export_id": "export/L1"}
    raw = answer("channels.ec_lives", blocks, path=parse.LIVE_DATA, asked=asked, day=DAY, **about)
    return parse.ec_lives(raw, keyed).rows


def encoded(blocks):
    return {name: json.dumps(block, ensure_ascii=False) for name, block in blocks.items()}


def test_the_official_account_sample_is_read(answer, keyed, sample):
    raw = answer("channels.followers", sample("channels.finderlive.get_finder_attr_by_appid"))
    assert parse.followers(raw, keyed).rows["land_channels_follower_day"] == [
        {
            "account_id": "acct",
            "business_date": DAY,  # it was taken on the morning of the 21st
            "finder_id": "sphxxxx",
            "nickname": "xxxx",
            "followers": 4,
        }
    ]


def test_an_account_without_its_follower_count_is_refused_not_zero(answer, keyed):
    body = {"finder_attr": {"uniq_id": "sph", "nickname": "x"}}
    with pytest.raises(UnexpectedShape, match="fans_count is missing"):
        parse.followers(answer("channels.followers", body), keyed)


def test_the_official_list_of_lives_is_read(answer, keyed, sample):
    body = sample("channels.finderlive.get_finder_live_data_list")
    raw = answer("channels.lives", body, day=dt.date(2023, 9, 8))
    assert parse.lives(raw, keyed).rows["land_channels_live"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2023, 9, 8),
            "export_id": "18881222222",
            "started_at": dt.datetime(2023, 9, 8, 3, 7, 16, tzinfo=dt.UTC),
            "duration_seconds": 3600,
            "viewers": 10000,
            "cheers": 1000000,
            "forwards": 1000,
            "comments": 10000,
            "avg_watch_seconds": 600.0,
            "max_online": 200,
            "new_followers": 10,
            "new_followers_biz": 0,
        }
    ]


def test_a_live_is_filed_under_the_day_it_was_asked_for_though_it_began_the_evening_before(answer, keyed):
    late = {"export_id": "1", "live_start_time": 1784471400, "live_duration_in_seconds": 10800}  # 22:30 + 3 h
    [row] = parse.lives(answer("channels.lives", {"item": [late]}, day=DAY), keyed).rows["land_channels_live"]
    assert row["business_date"] == DAY
    assert row["started_at"] == dt.datetime(2026, 7, 19, 14, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize("shape", [encoded, lambda blocks: blocks], ids=["text", "objects"])
def test_the_blocks_of_a_live_are_read_as_text_and_as_objects(answer, keyed, shape):
    rows = live(answer, keyed, shape(BLOCKS))
    [row] = rows["land_channels_ec_live"]
    assert row == {
        "account_id": "acct",
        "business_date": DAY,
        "export_id": "export/L1",
        "started_at": dt.datetime(2026, 7, 20, 11, 30, tzinfo=dt.UTC),
        "duration_seconds": 7200,
        "viewers": 1200,
        "impressions": 5000,
        "max_online": 310,
        "avg_watch_seconds": 95.0,
        "new_followers": 17,
        "comments": 66,
        "sharers": 8,
        "product_viewers": 900,
        "clickers": 240,
        "created_orders": 15,
        "paid_orders": 12,
        "buyers": 11,
        "new_buyers": 4,
        "gmv_cny": Decimal("1234.50"),
        "refund_cny": Decimal("50.00"),
        "refund_orders": 1,
        "ad_viewers": 0,
    }
    sold = rows["land_channels_ec_live_product"]
    assert [(r["product_id"], r["title"], r["gmv_cny"]) for r in sold] == [
        ("10000203005", "防晒乳 50ml", Decimal("987.65")),
        ("78", None, Decimal("246.85")),
    ]
    assert {(r["export_id"], r["business_date"]) for r in sold} == {("export/L1", DAY)}


def test_the_official_sample_of_a_lives_figures_tells_nothing_and_is_no_row(answer, keyed, sample):
    rows = live(answer, keyed, sample("channels.livedashboard.getlivedata"))
    assert rows == {"land_channels_ec_live": [], "land_channels_ec_live_product": []}


def test_the_official_list_of_selling_lives_carries_no_facts(answer, keyed, sample):
    body = sample("channels.livedashboard.getlivelist")
    raw = answer("channels.ec_lives", body, path="/channels/livedashboard/getlivelist")
    assert parse.ec_lives(raw, keyed).rows == {}


def test_a_live_that_tells_its_money_only_is_a_row_with_nothing_else(answer, keyed):
    [row] = live(answer, keyed, {"live_ec_data_summary": '{"total_gmv": 100}'})["land_channels_ec_live"]
    assert (row["business_date"], row["started_at"], row["gmv_cny"]) == (DAY, None, Decimal("1.00"))
    assert row["viewers"] is None, "not told is not zero"


@pytest.mark.parametrize("block", ["{broken", "[1]", '"text"'])
def test_a_block_that_is_no_object_inside_its_text_is_refused(answer, keyed, block):
    with pytest.raises(UnexpectedShape, match="live_ec_data_summary is"):
        live(answer, keyed, {"live_ec_data_summary": block})


def test_a_refused_answer_is_no_fact(answer, keyed):
    for parser in (parse.followers, parse.lives, parse.ec_lives):
        raw = answer(
            "channels.lives", {"errcode": 48001, "errmsg": "x"}, path=parse.LIVE_DATA, errcode="48001"
        )
        assert parser(raw, keyed).rows == {}
