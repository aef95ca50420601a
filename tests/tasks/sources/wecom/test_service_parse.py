"""What the service desk's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.wecom import parse_service

DESK = {"open_kfid": "OPEN_KFID"}


def test_the_official_desk_sample_gets_its_desk_from_the_request(answer, keyed, sample):
    raw = answer("wecom.kf_corp", sample("wecom.kf.get_corp_statistic"), asked=DESK)
    rows = parse_service.kf_corp(raw, keyed).rows["land_wecom_kf_day"]
    assert [row["business_date"] for row in rows] == [dt.date(2022, 2, 23), dt.date(2022, 2, 24)]
    assert rows[0] == {
        "account_id": "acct",
        "business_date": dt.date(2022, 2, 23),
        "kf_id": "OPEN_KFID",
        "sessions": 2,
        "customers": 1,
        "customer_messages": 6,
        "ai_sessions": 1,
        "ai_transfer_share": 1.0,
        "ai_hit_share": 0.0,
        "upgraded_customers": 0,
        "rejecting_customers": 1,
    }


def test_the_official_servicer_sample_is_read_with_rates_as_shares_and_seconds(answer, keyed, sample):
    asked = DESK | {"servicer_userid": "zhangsan"}
    raw = answer("wecom.kf_servicer", sample("wecom.kf.get_servicer_statistic"), asked=asked)
    assert parse_service.kf_servicer(raw, keyed).rows["land_wecom_kf_servicer_day"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2022, 2, 23),
            "kf_id": "OPEN_KFID",
            "servicer_id": "zhangsan",
            "sessions": 1,
            "customers": 1,
            "customer_messages": 1,
            "reply_share": 1.0,
            "first_reply_seconds": 17.0,
            "surveys": 1,
            "survey_share": 1.0,
            "satisfied_share": 1.0,
            "middling_share": 0.0,
            "dissatisfied_share": 0.0,
            "upgraded_customers": 0,
            "rejecting_customers": 1,
        }
    ]


def test_a_desk_asked_for_as_a_whole_has_no_servicer(answer, keyed, sample):
    raw = answer("wecom.kf_servicer", sample("wecom.kf.get_servicer_statistic"), asked=DESK)
    [row] = parse_service.kf_servicer(raw, keyed).rows["land_wecom_kf_servicer_day"]
    assert row["servicer_id"] == ""


def test_a_day_without_figures_gives_no_row(answer, keyed):
    body = {"statistic_list": [{"stat_time": 1645545600}, {"stat_time": 1645632000, "statistic": None}]}
    raw = answer("wecom.kf_corp", body, asked=DESK)
    assert parse_service.kf_corp(raw, keyed).rows == {"land_wecom_kf_day": []}
    assert parse_service.told_days(raw) == set()


@pytest.mark.parametrize(
    ("figures", "reply_share", "seconds", "survey_share", "satisfied_share"),
    [
        ({"session_cnt": 0, "reply_rate": 0, "first_reply_average_sec": 0}, None, None, None, None),
        ({"session_cnt": 4, "reply_rate": 0, "first_reply_average_sec": 0}, 0.0, None, None, None),
        ({"session_cnt": 4, "reply_rate": 0.5, "first_reply_average_sec": 0}, 0.5, 0.0, None, None),
        (
            {
                "session_cnt": 4,
                "reply_rate": 1,
                "first_reply_average_sec": 33.5,
                "satisfaction_investgate_cnt": 2,
                "satisfaction_participation_rate": 0,
                "satisfied_rate": 0,
            },
            1.0,
            33.5,
            0.0,
            None,
        ),
    ],
)
def test_a_rate_that_nothing_stands_behind_is_null(
    answer, keyed, figures, reply_share, seconds, survey_share, satisfied_share
):
    body = {"statistic_list": [{"stat_time": 1645545600, "statistic": figures}]}
    raw = answer("wecom.kf_servicer", body, asked=DESK)
    [row] = parse_service.kf_servicer(raw, keyed).rows["land_wecom_kf_servicer_day"]
    told = (row["reply_share"], row["first_reply_seconds"], row["survey_share"], row["satisfied_share"])
    assert told == (reply_share, seconds, survey_share, satisfied_share)


def test_a_rate_in_percent_is_refused(answer, keyed):
    figures = {"session_cnt": 1, "reply_rate": 60.25}
    body = {"statistic_list": [{"stat_time": 1645545600, "statistic": figures}]}
    with pytest.raises(UnexpectedShape, match="reply_rate"):
        parse_service.kf_servicer(answer("wecom.kf_servicer", body, asked=DESK), keyed)


def test_figures_of_no_named_desk_are_refused(answer, keyed, sample):
    with pytest.raises(UnexpectedShape, match="open_kfid"):
        parse_service.kf_corp(answer("wecom.kf_corp", sample("wecom.kf.get_corp_statistic"), asked={}), keyed)


@pytest.mark.parametrize("path", sorted(parse_service.BESIDE))
def test_lists_of_desks_and_servicers_only_lead_to_the_figures(answer, keyed, path):
    raw = answer("wecom.kf_corp", {"account_list": [DESK]}, path=path)
    assert parse_service.kf_corp(raw, keyed).rows == parse_service.kf_servicer(raw, keyed).rows == {}
