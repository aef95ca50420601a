"""The simulated Mini Program: visits, retention, sources, pages, portrait.

Source:
    https://developers.weixin.qq.com/miniprogram/dev/server/API/data-analysis, read 2026-11-22.
"""

import calendar
import datetime as dt
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.calendars import ONE_DAY
from tasks.sandbox import mp_performance
from tasks.sandbox.figures import asked_days, late_days, shuffled, told
from tasks.sandbox.routing import ApiError, Call, Handler
from tasks.sandbox.world.visits import KEYS

PLAIN = "%Y%m%d"
RANGE_ERROR = ApiError(61501, "date range error")


def _day(call: Call) -> tuple[dt.date, bool]:
    """The one day asked for, and whether its figures are there."""
    day = asked_days(call, PLAIN, 1)[0]
    return day, not late_days(call, [day])


def _known(call: Call, table: str, day: dt.date) -> list[dict[str, Any]]:
    return call.world.by(table, "business_date").get(day, [])


def _list(call: Call, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return told(call, {"list": rows})


def summary_trend(call: Call) -> dict[str, Any]:
    """Everybody who ever came, and sharing, of one day."""
    day, ready = _day(call)
    answer = [
        {
            "ref_date": day.strftime(PLAIN),
            "visit_total": _known(call, "mp_known", day)[0]["visitors_total"],
            "share_pv": row["shares"],
            "share_uv": row["sharers"],
        }
        for row in (_known(call, "mp_day", day) if ready else [])
    ]
    return _list(call, answer)


def _trend(call: Call, days: list[dt.date], ref_date: str, visitors: int, new: int) -> dict[str, Any]:
    rows = [row for day in days for row in _known(call, "mp_day", day)]
    sessions, pages, stay = (sum(row[name] for row in rows) for name in ("sessions", "pages", "stay_seconds"))
    opens = max(sessions, 1)
    return {
        "ref_date": ref_date,
        "session_cnt": sessions,
        "visit_pv": pages,
        "visit_uv": visitors,
        "visit_uv_new": new,
        "stay_time_uv": round(stay / max(visitors, 1), 4),
        "stay_time_session": round(stay / opens, 4),
        "visit_depth": round(pages / opens, 4),
    }


def daily_trend(call: Call) -> dict[str, Any]:
    """Sessions, pages, visitors and stay of one day."""
    day, ready = _day(call)
    rows = _known(call, "mp_day", day) if ready else []
    return _list(
        call, [_trend(call, [day], day.strftime(PLAIN), row["visitors"], row["new_visitors"]) for row in rows]
    )


def _week(call: Call) -> tuple[list[dt.date], str]:
    days = asked_days(call, PLAIN, 7)
    if days[0].weekday() != 0 or len(days) != 7:
        raise RANGE_ERROR
    return days, f"{days[0]:{PLAIN}}-{days[-1]:{PLAIN}}"


def _month(call: Call) -> tuple[list[dt.date], str]:
    days = asked_days(call, PLAIN, 31)
    if days[0].day != 1 or len(days) != calendar.monthrange(days[0].year, days[0].month)[1]:
        raise RANGE_ERROR
    return days, f"{days[0]:%Y%m}"


def _positions(call: Call, days: list[dt.date]) -> range:
    """The days as positions in the world; empty when they lie outside."""
    world = call.world
    first = max(0, (days[0] - world.start).days)
    return range(first, min((days[-1] - world.start).days, (world.end - world.start).days) + 1)


def _persons(bits: npt.NDArray[Any]) -> int:
    return int(np.bitwise_count(bits).sum())


def _period_trend(call: Call, days: list[dt.date], ref_date: str) -> dict[str, Any]:
    late, positions = late_days(call, days), _positions(call, days)
    if late or not positions:
        return _list(call, [])
    visits = call.world.visits
    visitors, new = _persons(visits.distinct(positions)), _persons(visits.distinct(positions, new=True))
    return _list(call, [_trend(call, days, ref_date, visitors, new)])


def weekly_trend(call: Call) -> dict[str, Any]:
    """The same of a week from Monday to Sunday, persons counted once."""
    return _period_trend(call, *_week(call))


def monthly_trend(call: Call) -> dict[str, Any]:
    """The same of a calendar month."""
    return _period_trend(call, *_month(call))


def daily_retention(call: Call) -> dict[str, Any]:
    """Visitors of a day who came back n days later, for the n already known."""
    day, ready = _day(call)
    answer: dict[str, Any] = {"ref_date": day.strftime(PLAIN), "visit_uv_new": [], "visit_uv": []}
    known = [key for key in KEYS if day + key * ONE_DAY < call.today]
    # Before the morning the newest return is not counted yet.
    known = [key for key in known if not late_days(call, [day + key * ONE_DAY])] if not call.late else known
    if ready:
        for row in _known(call, "mp_retention", day):
            if row["key"] in known:
                name = "visit_uv_new" if row["of_new"] else "visit_uv"
                answer[name].append({"key": row["key"], "value": row["visitors"]})
    return told(call, answer)


def _period_retention(
    call: Call, days: list[dt.date], ref_date: str, later: list[list[dt.date]]
) -> dict[str, Any]:
    answer: dict[str, Any] = {"ref_date": ref_date, "visit_uv_new": [], "visit_uv": []}
    late, visits = late_days(call, days), call.world.visits
    positions = _positions(call, days)
    if late or not positions:
        return told(call, answer)
    for name, new in (("visit_uv_new", True), ("visit_uv", False)):
        cohort = visits.distinct(positions, new=new)
        for key, period in enumerate([days, *later]):
            then = _positions(call, period)
            if period[-1] >= call.today or not then:
                break
            back = cohort if key == 0 else cohort & visits.distinct(then)
            answer[name].append({"key": key, "value": _persons(back)})
    return told(call, answer)


def weekly_retention(call: Call) -> dict[str, Any]:
    """Visitors of a week who came back in the four weeks after it."""
    days, ref_date = _week(call)
    later = [[day + dt.timedelta(weeks=weeks) for day in days] for weeks in range(1, 5)]
    return _period_retention(call, days, ref_date, later)


def monthly_retention(call: Call) -> dict[str, Any]:
    """Visitors of a month who came back in the next."""
    days, ref_date = _month(call)
    first = days[-1] + ONE_DAY
    length = calendar.monthrange(first.year, first.month)[1]
    return _period_retention(call, days, ref_date, [[first + step * ONE_DAY for step in range(length)]])


def distribution(call: Call) -> dict[str, Any]:
    """Where sessions and visitors came from, how long they stayed, how deep they went; in no order."""
    day, ready = _day(call)
    answer: dict[str, Any] = {"ref_date": day.strftime(PLAIN), "list": []}
    if not ready:
        return answer
    sources, buckets = _known(call, "mp_source_day", day), _known(call, "mp_bucket_day", day)
    measures = {
        "access_source_session_cnt": [(row["source_key"], row["sessions"]) for row in sources],
        "access_staytime_info": _measure(buckets, "access_staytime_info"),
        "access_depth_info": _measure(buckets, "access_depth_info"),
        "access_source_visit_uv": [(row["source_key"], row["visitors"]) for row in sources],
    }
    if sources:
        answer["list"] = [
            {
                "index": index,
                "item_list": shuffled(
                    [{"key": key, "value": value} for key, value in sorted(items)], index, day
                ),
            }
            for index, items in measures.items()
        ]
    return told(call, answer)


def _measure(buckets: list[dict[str, Any]], measure: str) -> list[tuple[int, int]]:
    return [(row["bucket"], row["sessions"]) for row in buckets if row["measure"] == measure]


PAGES = (
    ("pages/index/index", 0.34, 0.92, 9.4, 0.62, 0.22),
    ("pages/goods/detail", 0.27, 0.55, 34.1, 0.20, 0.31),
    ("pages/category/category", 0.14, 0.38, 12.7, 0.06, 0.12),
    ("pages/cart/cart", 0.09, 0.22, 15.2, 0.03, 0.11),
    ("pages/order/confirm", 0.06, 0.12, 28.6, 0.01, 0.08),
    ("pages/user/center", 0.06, 0.18, 7.9, 0.04, 0.09),
    ("pages/activity/lottery", 0.04, 0.09, 19.3, 0.04, 0.07),
)
"""Path, share of page views, of visitors, seconds, share of entries and of exits."""


def visit_pages(call: Call) -> dict[str, Any]:
    """The pages most visited on one day."""
    day, ready = _day(call)
    answer: dict[str, Any] = {"ref_date": day.strftime(PLAIN), "list": []}
    for row in _known(call, "mp_day", day) if ready else []:
        answer["list"] = [
            {
                "page_path": path,
                "page_visit_pv": int(row["pages"] * views),
                "page_visit_uv": int(row["visitors"] * visitors),
                "page_staytime_pv": seconds,
                "entrypage_pv": int(row["sessions"] * entries),
                "exitpage_pv": int(row["sessions"] * exits),
                "page_share_pv": int(row["shares"] * views),
                "page_share_uv": int(row["sharers"] * views),
            }
            for path, views, visitors, seconds, entries, exits in PAGES
        ]
    return told(call, answer)


PORTRAIT: dict[str, tuple[tuple[int | None, str, float], ...]] = {
    "province": (
        (31, "广东省", 0.24),
        (12, "浙江省", 0.18),
        (10, "江苏省", 0.17),
        (9, "上海市", 0.16),
        (1, "北京市", 0.13),
    ),
    "city": (
        (3102, "广州", 0.11),
        (3103, "深圳", 0.12),
        (1201, "杭州", 0.10),
        (901, "上海", 0.16),
        (101, "北京", 0.13),
    ),
    "genders": ((1, "男", 0.36), (2, "女", 0.61), (0, "未知", 0.03)),
    "platforms": ((1, "iPhone", 0.44), (2, "Android", 0.53), (3, "其他", 0.03)),
    "devices": ((None, "HUAWEI Mate 60", 0.14), (None, "iPhone 15", 0.13), (None, "Xiaomi 14", 0.09)),
    "ages": (
        (1, "17岁以下", 0.03),
        (2, "18-24岁", 0.17),
        (3, "25-29岁", 0.24),
        (4, "30-39岁", 0.36),
        (5, "40-49岁", 0.14),
    ),
}


def portrait(call: Call) -> dict[str, Any]:
    """Who the visitors of 1, 7 or 30 days are."""
    days = asked_days(call, PLAIN, 30)
    if len(days) not in (1, 7, 30):
        raise RANGE_ERROR
    ref_date = f"{days[0]:{PLAIN}}" if len(days) == 1 else f"{days[0]:{PLAIN}}-{days[-1]:{PLAIN}}"
    positions = _positions(call, days)
    answer: dict[str, Any] = {"ref_date": ref_date}
    for name, new in (("visit_uv_new", True), ("visit_uv", False)):
        if late_days(call, days) or not positions:
            answer[name] = {trait: [] for trait in PORTRAIT}
            continue
        persons = _persons(call.world.visits.distinct(positions, new=new))
        answer[name] = {
            trait: [
                {**({} if number is None else {"id": number}), "name": label, "value": int(persons * share)}
                for number, label, share in entries
            ]
            for trait, entries in PORTRAIT.items()
        }
    return told(call, answer)


_ANALYSIS = "/datacube/getweanalysisappid"
ROUTES: dict[str, Handler] = {
    f"{_ANALYSIS}dailysummarytrend": summary_trend,
    f"{_ANALYSIS}dailyvisittrend": daily_trend,
    f"{_ANALYSIS}weeklyvisittrend": weekly_trend,
    f"{_ANALYSIS}monthlyvisittrend": monthly_trend,
    f"{_ANALYSIS}dailyretaininfo": daily_retention,
    f"{_ANALYSIS}weeklyretaininfo": weekly_retention,
    f"{_ANALYSIS}monthlyretaininfo": monthly_retention,
    f"{_ANALYSIS}visitdistribution": distribution,
    f"{_ANALYSIS}visitpage": visit_pages,
    f"{_ANALYSIS}userportrait": portrait,
    **mp_performance.ROUTES,
}
