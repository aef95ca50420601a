"""Weeks, months, pages, portraits and start-up of a Mini Program as they are read; typed from the bodies by hand."""

import datetime as dt

import pytest

from tasks.errors import UnexpectedShape
from tasks.sources.mini_program import parse, parse_performance, parse_periods

WEEK = {"business_date": dt.date(2017, 3, 12), "start_date": dt.date(2017, 3, 6)}


def test_the_official_week_sample_is_read_under_its_sunday(answer, keyed, sample):
    raw = answer("mp.visit_week", sample("datacube.getweanalysisappidweeklyvisittrend"))
    assert parse_periods.visit_week(raw, keyed).rows["land_mp_visit_week"] == [
        {
            "account_id": "acct",
            **WEEK,
            "sessions": 986780,
            "page_views": 3251840,
            "visitors": 189405,
            "new_visitors": 45592,
            "stay_seconds_per_visitor": None,
            "stay_seconds_per_session": 54.5346,
            "depth": 1.9735,
        }
    ]


def test_the_official_month_sample_is_read_under_its_last_day(answer, keyed, sample):
    raw = answer("mp.visit_month", sample("datacube.getweanalysisappidmonthlyvisittrend"))
    assert parse_periods.visit_month(raw, keyed).rows["land_mp_visit_month"] == [
        {
            "account_id": "acct",
            "business_date": dt.date(2017, 3, 31),
            "start_date": dt.date(2017, 3, 1),
            "sessions": 126513,
            "page_views": 426113,
            "visitors": 48659,
            "new_visitors": 6726,
            "stay_seconds_per_visitor": None,
            "stay_seconds_per_session": 56.4112,
            "depth": 2.0189,
        }
    ]


def test_the_official_retention_samples_are_read(answer, keyed, sample):
    week = answer("mp.retention_week", sample("datacube.getweanalysisappidweeklyretaininfo"))
    assert parse_periods.retention_week(week, keyed).rows["land_mp_retention_week"] == [
        {"account_id": "acct", **WEEK, "cohort": cohort, "week_n": n, "visitors": visitors}
        for cohort, n, visitors in (("new", 0, 0), ("new", 1, 16853), ("all", 0, 0), ("all", 1, 99310))
    ]
    month = answer("mp.retention_month", sample("datacube.getweanalysisappidmonthlyretaininfo"))
    february = {"business_date": dt.date(2017, 2, 28), "start_date": dt.date(2017, 2, 1)}
    assert parse_periods.retention_month(month, keyed).rows["land_mp_retention_month"] == [
        {"account_id": "acct", **february, "cohort": cohort, "month_n": 0, "visitors": 346249}
        for cohort in ("new", "all")
    ]


def test_the_official_portrait_sample_is_read(answer, keyed, sample):
    raw = answer("mp.portrait", sample("datacube.getweanalysisappiduserportrait"))
    rows = parse_periods.portrait(raw, keyed).rows["land_mp_portrait"]
    day = dt.date(2017, 6, 11)
    assert {(row["business_date"], row["start_date"]) for row in rows} == {(day, day)}
    assert [(r["cohort"], r["trait"], r["member_id"], r["member"], r["visitors"]) for r in rows] == [
        ("new", "province", 31, "广东省", 215),
        ("new", "city", 3102, "广州", 78),
        ("new", "gender", 1, "男", 2146),
        ("new", "platform", 1, "iPhone", 27642),
        ("new", "device", -1, "OPPO R9", 61),
        ("new", "age", 1, "17岁以下", 151),
        ("all", "province", 31, "广东省", 1341),
        ("all", "city", 3102, "广州", 234),
        ("all", "gender", 1, "男", 14534),
        ("all", "platform", 1, "iPhone", 21750),
        ("all", "device", -1, "OPPO R9", 617),
        ("all", "age", 1, "17岁以下", 3156),
    ]


def test_the_official_page_sample_is_read(answer, keyed, sample):
    rows = parse.pages(answer("mp.pages", sample("datacube.getweanalysisappidvisitpage")), keyed).rows[
        "land_mp_page_day"
    ]
    assert len(rows) == 5
    assert rows[0] == {
        "account_id": "acct",
        "business_date": dt.date(2017, 3, 13),
        "page_path": "pages/main/main.html",
        "page_views": 213429,
        "visitors": 55423,
        "stay_seconds_per_view": 8.139198,
        "entries": 117922,
        "exits": 61304,
        "shares": 180,
        "sharers": 166,
    }
    assert [row["page_views"] for row in rows] == [213429, 155030, 65011, 29953, 8928]


def start_up(sample, *names):
    """The official sample of the performance interface, its tables renamed to those of the start-up module."""
    body = sample("wxa.business.performance.boot")
    for table, name in zip(body["data"]["body"]["tables"], names, strict=True):
        table["zh"] = name
    return body


def test_the_official_performance_sample_is_read_table_by_table(answer, keyed, sample):
    raw = answer("mp.performance", start_up(sample, "启动总耗时", "下载耗时"), errcode="0")
    rows = parse_performance.performance(raw, keyed).rows["land_mp_load_day"]
    assert [(row["metric"], row["business_date"], row["milliseconds"]) for row in rows] == [
        ("launch", dt.date(2021, 1, 3), 70.7778),
        ("launch", dt.date(2021, 1, 4), 72.0446),
        ("download", dt.date(2021, 1, 3), 314.0),
        ("download", dt.date(2021, 1, 4), 302.3218),
    ]


def test_what_nobody_has_described_keeps_the_platforms_name(answer, keyed, sample):
    body = start_up(sample, "启动总耗时", "启动耗时")
    rows = parse_performance.performance(answer("mp.performance", body), keyed).rows["land_mp_load_day"]
    assert [row["metric"] for row in rows] == ["launch", "launch", "memory", "memory"]


def test_performance_without_a_launch_is_refused_by_name(answer, keyed, sample):
    raw = answer("mp.performance", sample("wxa.business.performance.boot"), errcode="0")
    with pytest.raises(
        UnexpectedShape, match="tables are memorydiff, memory, and none is the time of a launch"
    ):
        parse_performance.performance(raw, keyed)


def test_a_zero_is_told_and_an_empty_value_is_not(answer, keyed):
    fields = [{"refdate": "20260719", "value": "0"}, {"refdate": "20260720", "value": ""}]
    tables = [{"id": "x", "zh": "启动总耗时", "lines": [{"fields": fields}]}]
    body = {"errcode": 0, "data": {"body": {"tables": tables, "count": 1}}}
    rows = parse_performance.performance(answer("mp.performance", body), keyed).rows["land_mp_load_day"]
    assert [(row["business_date"].day, row["milliseconds"]) for row in rows] == [(19, 0.0)]
    empty = {"errcode": 0, "data": {"body": {"tables": [], "count": 0}}}
    assert parse_performance.performance(answer("mp.performance", empty), keyed).rows == {
        "land_mp_load_day": []
    }


@pytest.mark.parametrize(
    "ref_date",
    ["20170312-20170306", "201713", "2017", "20170306-201703", "２０１７０３", None, "000001", 3.5],
)
def test_a_period_of_another_shape_is_named(answer, keyed, ref_date):
    body = {"list": [{"ref_date": ref_date, "session_cnt": 1, "visit_uv": 1}]}
    with pytest.raises(UnexpectedShape, match=r"body\.list\[0\]\.ref_date is "):
        parse_periods.visit_week(answer("mp.visit_week", body), keyed)
