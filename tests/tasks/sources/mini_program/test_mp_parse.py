"""What a Mini Program's answers are read as; expectations are typed from the bodies by hand."""

import datetime as dt

from tasks.sources.mini_program import parse

DAY = dt.date(2017, 3, 13)


def test_the_official_summary_sample_is_read(answer, keyed, sample):
    raw = answer("mp.summary_trend", sample("datacube.getweanalysisappiddailysummarytrend"))
    assert parse.summary_trend(raw, keyed).rows["land_mp_summary_day"] == [
        {"account_id": "acct", "business_date": DAY, "visitors_total": 391, "shares": 572, "sharers": 383}
    ]


def test_the_official_visit_sample_is_read_and_a_missing_stay_is_unknown(answer, keyed, sample):
    raw = answer("mp.visit_trend", sample("datacube.getweanalysisappiddailyvisittrend"))
    assert parse.visit_trend(raw, keyed).rows["land_mp_visit_day"] == [
        {
            "account_id": "acct",
            "business_date": DAY,
            "sessions": 142549,
            "page_views": 472351,
            "visitors": 55500,
            "new_visitors": 5464,
            "stay_seconds_per_visitor": None,
            "stay_seconds_per_session": 0.0,
            "depth": 1.9838,
        }
    ]


def test_retention_holds_only_the_days_already_known(answer, keyed, sample):
    raw = answer("mp.retention", sample("datacube.getweanalysisappiddailyretaininfo"))
    assert parse.retention(raw, keyed).rows["land_mp_retention"] == [
        {"account_id": "acct", "business_date": DAY, "cohort": "new", "day_n": 0, "visitors": 5464},
        {"account_id": "acct", "business_date": DAY, "cohort": "all", "day_n": 0, "visitors": 55500},
    ]


def test_sources_keep_unknown_keys_and_leave_stay_and_depth_out(answer, keyed):
    body = {
        "ref_date": "20260720",
        "list": [
            {"index": "access_depth_info", "item_list": [{"key": 1, "value": 9}]},
            {"index": "access_source_visit_uv", "item_list": [{"key": 18, "value": 4}]},
            {"index": "access_source_session_cnt", "item_list": [{"key": 46, "value": 7}]},
        ],
    }
    rows = parse.visit_sources(answer("mp.visit_sources", body), keyed).rows["land_mp_visit_source"]
    assert [(r["business_date"], r["unit"], r["source_key"], r["amount"]) for r in rows] == [
        (dt.date(2026, 7, 20), "visitors", 18, 4),
        (dt.date(2026, 7, 20), "sessions", 46, 7),
    ]


def test_the_official_source_sample_is_read(answer, keyed, sample):
    raw = answer("mp.visit_sources", sample("datacube.getweanalysisappidvisitdistribution"))
    rows = parse.visit_sources(raw, keyed).rows["land_mp_visit_source"]
    assert {r["source_key"]: r["amount"] for r in rows} == {
        10: 5, 8: 687, 7: 10740, 6: 1961, 5: 677, 4: 653, 3: 1120, 2: 10243, 1: 116578,
    }  # fmt: skip
    assert {r["unit"] for r in rows} == {"sessions"}


def test_a_day_not_computed_yet_has_no_rows(answer, keyed):
    assert parse.visit_trend(answer("mp.visit_trend", {"list": []}), keyed).rows == {"land_mp_visit_day": []}
